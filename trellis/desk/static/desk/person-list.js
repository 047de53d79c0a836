// <person-list>: j and k move the focus from one person to the next; Enter on the link is the browser's own.
// What was looked for stays in the address, so that coming back from a person shows the same list.
class PersonList extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.answer(event);
    this.onSwap = () => this.remember();
    document.addEventListener("key", this.onKey);
    document.addEventListener("htmx:after:swap", this.onSwap);
  }

  disconnectedCallback() {
    document.removeEventListener("key", this.onKey);
    document.removeEventListener("htmx:after:swap", this.onSwap);
  }

  remember() {
    const shown = this.querySelector("live-page")?.getAttribute("hx-get");
    if (shown && shown !== location.pathname + location.search) history.replaceState(history.state, "", shown);
  }

  answer(event) {
    const step = { j: 1, k: -1 }[event.detail];
    const links = [...this.querySelectorAll(".person-row__link, .pair__link")];
    if (!step || !links.length) return;
    event.preventDefault();
    const here = links.indexOf(document.activeElement);
    const link = links[Math.max(0, Math.min(here + step, links.length - 1))];
    link.focus({ preventScroll: true });
    link.closest("li").scrollIntoView({ block: "nearest" });
  }
}

customElements.define("person-list", PersonList);
