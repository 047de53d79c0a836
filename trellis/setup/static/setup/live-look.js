// <live-look>: what is typed into the form inside it stands at once in the place that shows it (data-shows="title").
class LiveLook extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-look]").parentElement.hidden = true;
    this.addEventListener("input", ({ target }) => {
      const place = this.querySelector(`[data-shows="${target.name}"]`);
      if (place) place.textContent = target.value;
    });
  }
}

customElements.define("live-look", LiveLook);
