// <closing-panel>: the <details> in it closes when one clicks elsewhere or presses Escape, as a menu does.
class ClosingPanel extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("click", (event) => this.contains(event.target) || this.close(), { signal });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  close() {
    const details = this.querySelector("details[open]");
    if (!details) return;
    if (details.contains(document.activeElement)) details.querySelector("summary").focus();
    details.open = false;
  }
}

customElements.define("closing-panel", ClosingPanel);
