// <draft-picker>: the templates for the message in the form around it. It opens at its link, or when the message begins
// with a slash: what follows narrows the list. Arrows choose, Enter inserts, with ⌘ or Ctrl it is sent at once.
// What is not known yet stands out in the preview, and keeps its template from being inserted.
// Without script the link leads to a page whose links carry the words in the address.
import { judge } from "message-check";

const SLASH = /^\/(\S[^\n]*|)$/;

class DraftPicker extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("mousemove", (event) => this.choose(event.target.closest("[role=option]")));
    this.onInput = (event) => event.target === this.field && this.read();
    this.onKey = (event) => this.panel.open && this.answer(event);
    this.onOutside = (event) => this.contains(event.target) || event.target === this.field || this.close();
    this.form.addEventListener("input", this.onInput);
    this.form.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onOutside);
  }

  disconnectedCallback() {
    this.form.removeEventListener("input", this.onInput);
    this.form.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onOutside);
  }

  get link() {
    return this.querySelector("a");
  }

  get panel() {
    return this.querySelector("dialog");
  }

  get field() {
    return this.form.elements.text;
  }

  get options() {
    return [...this.panel.querySelectorAll("[role=option]")].filter((option) => !option.parentElement.hidden);
  }

  press(event) {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (link !== this.link) this.insert(link);
    else if (this.panel.open) this.close();
    else this.open();
  }

  read() {
    const wanted = SLASH.exec(this.field.value);
    if (!wanted) this.close();
    else if (this.panel.open) this.narrow();
    else this.open();
  }

  async open() {
    if (this.opening) return;
    this.opening = true;
    await htmx.ajax("GET", this.link.href, { target: this.panel, swap: "innerHTML" });
    this.opening = false;
    if (!this.isConnected) return;
    for (const preview of this.panel.querySelectorAll(".draft-preview")) this.check(preview);
    this.panel.show();
    this.field.focus();
    this.field.setAttribute("aria-controls", "draft-options");
    this.narrow();
  }

  check(preview) {
    const found = judge(this.panel.querySelector(`[data-preview="${preview.id}"]`).dataset.text);
    for (const part of preview.querySelectorAll("[data-part]")) part.toggleAttribute("data-found", found[part.dataset.part]);
  }

  narrow() {
    const wanted = (SLASH.exec(this.field.value)?.[1] ?? "").trim().toLowerCase();
    for (const option of this.panel.querySelectorAll("[role=option]")) {
      option.parentElement.hidden = !option.textContent.toLowerCase().includes(wanted);
    }
    const none = this.panel.querySelector(".draft-panel__none");
    if (none) none.hidden = this.options.length > 0;
    this.choose(this.options[0]);
  }

  choose(chosen) {
    if (chosen === null || (chosen && chosen === this.chosen)) return;
    this.chosen = chosen;
    for (const option of this.panel.querySelectorAll("[role=option]")) option.ariaSelected = String(option === chosen);
    for (const preview of this.panel.querySelectorAll(".draft-preview")) preview.hidden = preview.id !== chosen?.dataset.preview;
    if (chosen) this.field.setAttribute("aria-activedescendant", chosen.id);
    else this.field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  answer(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.choose(this.options.at((this.options.indexOf(this.chosen) + step) % this.options.length));
    else if (event.key === "Escape") this.close();
    else if (this.chosen && this.insert(this.chosen) && (event.metaKey || event.ctrlKey)) this.form.requestSubmit();
  }

  insert(option) {
    if (option.ariaDisabled === "true") return false;
    const { text, subject } = option.dataset;
    this.field.value = text;
    if (this.form.elements.subject && subject) this.form.elements.subject.value = subject;
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.focus();
    return true;
  }

  close() {
    if (!this.panel.open) return;
    this.panel.close();
    this.chosen = undefined;
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
    this.field.focus();
  }
}

customElements.define("draft-picker", DraftPicker);
