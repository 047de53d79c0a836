// <draft-picker>: opens the list of templates under its link and puts the chosen one into the composer around it.
// Without script the link leads to a page whose links carry the words in the address.
class DraftPicker extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a");
    this.panel = this.querySelector(".draft-picker__panel");
    this.addEventListener("click", (event) => this.pick(event));
    this.addEventListener("keydown", (event) => this.move(event));
    this.onOutside = (event) => this.contains(event.target) || this.close();
    document.addEventListener("click", this.onOutside);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.onOutside);
  }

  pick(event) {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (link === this.link) this.toggle();
    else this.use(link.dataset);
  }

  async toggle() {
    if (!this.panel.hidden) return this.close();
    await htmx.ajax("GET", this.link.href, { target: this.panel, swap: "innerHTML" });
    this.panel.hidden = false;
    this.panel.querySelector("a")?.focus();
  }

  use({ text, subject }) {
    const { elements } = this.closest("form");
    elements.text.value = text;
    if (elements.subject && subject) elements.subject.value = subject;
    elements.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
    elements.text.focus();
  }

  move(event) {
    if (event.key === "Escape") this.close();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || this.panel.hidden) return;
    event.preventDefault();
    const drafts = [...this.panel.querySelectorAll("a")];
    drafts.at((drafts.indexOf(document.activeElement) + step) % drafts.length)?.focus();
  }

  close() {
    if (this.panel.contains(document.activeElement)) this.link.focus();
    this.panel.hidden = true;
  }
}

customElements.define("draft-picker", DraftPicker);
