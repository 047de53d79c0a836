// <form-preview data-address="…">: shows in its frame what the form inside it (data-shape) would look like, while it is
// being typed. The server draws the page from what is sent; nothing is stored. With data-now it is drawn at once: what
// stands in the fields is not what the frame's own address shows.
const PAUSE = 200;

class FormPreview extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe");
    this.form = this.querySelector("form[data-shape]");
    this.abort = new AbortController();
    this.addEventListener("input", () => this.soon());
    this.addEventListener("change", (event) => event.target.name === "playbook" && this.querySelector("[data-look]")?.click());
    if ("now" in this.dataset) this.onceLoaded(() => this.draw());
    for (const button of this.querySelectorAll("[data-look]")) button.hidden = true;
  }

  onceLoaded(then) {
    const shown = this.frame.contentDocument;
    if (shown?.readyState === "complete" && shown.URL !== "about:blank") then();
    else this.frame.addEventListener("load", then, { once: true });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.abort.abort();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), PAUSE);
  }

  // Only the newest answer counts: an older one that comes late would show what was typed before.
  async draw() {
    this.abort.abort();
    this.abort = new AbortController();
    try {
      const options = { method: "POST", body: new FormData(this.form), signal: this.abort.signal };
      const answer = await fetch(this.dataset.address, options);
      if (answer.ok) this.show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  show(page) {
    const shown = this.frame.contentDocument;
    shown.title = page.title;
    shown.body.replaceWith(shown.adoptNode(page.body));
  }
}

customElements.define("form-preview", FormPreview);
