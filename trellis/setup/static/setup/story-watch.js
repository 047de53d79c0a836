// <story-watch data-address="…">: looks every two seconds, while it is seen, whether its part of the page reads differently by now.
// With data-done there is nothing more to come. The link to look again is for those without script.
const EVERY = 2_000;

class StoryWatch extends HTMLElement {
  connectedCallback() {
    const link = document.querySelector("[data-refresh]");
    if (link) link.hidden = true;
    this.timer = setInterval(() => this.look(), EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async look() {
    if (document.hidden || "done" in this.dataset) return;
    const { address } = this.dataset;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(this.id);
    if (!fresh || "done" in fresh.dataset) location.replace(address);
    else if (fresh.textContent !== this.textContent) this.replaceChildren(...fresh.children);
  }
}

customElements.define("story-watch", StoryWatch);
