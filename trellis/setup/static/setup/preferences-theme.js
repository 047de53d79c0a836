// <theme-choice>: shows the theme that is chosen inside it at once; saving keeps it.
class ThemeChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target }) => {
      if (target.value) document.documentElement.dataset.theme = target.value;
      else delete document.documentElement.dataset.theme;
    });
  }
}

customElements.define("theme-choice", ThemeChoice);
