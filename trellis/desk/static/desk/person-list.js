// <person-list>: j and k move the focus from one person to the next; Enter on the link is the browser's own.
class PersonList extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.answer(event);
    document.addEventListener("key", this.onKey);
  }

  disconnectedCallback() {
    document.removeEventListener("key", this.onKey);
  }

  answer(event) {
    const step = { j: 1, k: -1 }[event.detail];
    const links = [...this.querySelectorAll(".person-row__link")];
    if (!step || !links.length) return;
    event.preventDefault();
    const here = links.indexOf(document.activeElement);
    const link = links[Math.max(0, Math.min(here + step, links.length - 1))];
    link.focus({ preventScroll: true });
    link.closest(".person-row").scrollIntoView({ block: "nearest" });
  }
}

customElements.define("person-list", PersonList);
