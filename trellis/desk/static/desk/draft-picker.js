// <draft-picker>: puts a template into the composer around it. Without script its links carry the words in the address.
class DraftPicker extends HTMLElement {
  connectedCallback() {
    this.menu = this.querySelector("details");
    this.menu.addEventListener("toggle", () => this.menu.open && this.querySelector("a")?.focus());
    this.addEventListener("click", (event) => this.pick(event));
    this.addEventListener("keydown", (event) => this.move(event));
    this.onOutside = (event) => this.contains(event.target) || (this.menu.open = false);
    document.addEventListener("click", this.onOutside);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.onOutside);
  }

  pick(event) {
    const draft = event.target.closest("a[data-text]");
    if (!draft) return;
    event.preventDefault();
    const form = this.closest("form");
    const text = form.elements.text;
    text.value = draft.dataset.text;
    if (form.elements.subject && draft.dataset.subject) form.elements.subject.value = draft.dataset.subject;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    this.menu.open = false;
    text.focus();
  }

  move(event) {
    if (event.key === "Escape") {
      this.menu.open = false;
      this.querySelector("summary").focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this.menu.open) return;
    event.preventDefault();
    const drafts = [...this.querySelectorAll("a")];
    drafts.at((drafts.indexOf(document.activeElement) + step) % drafts.length)?.focus();
  }
}

customElements.define("draft-picker", DraftPicker);
