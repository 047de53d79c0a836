// <live-look>: what is typed into the form inside it stands at once in the place that shows it (data-shows="title").
// Words that were typed before this file had arrived are shown too.
class LiveLook extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-look]").parentElement.hidden = true;
    this.addEventListener("input", ({ target }) => this.show(target));
    for (const field of this.querySelectorAll("input[name], textarea[name]")) {
      if (field.value !== field.defaultValue) this.show(field);
    }
  }

  show(field) {
    const place = this.querySelector(`[data-shows="${field.name}"]`);
    if (place) place.textContent = field.value;
  }
}

customElements.define("live-look", LiveLook);
