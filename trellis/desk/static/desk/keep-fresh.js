// <keep-fresh>: asks for the page again every 20 seconds while it is looked at and nobody is in the middle of something.
const EVERY = 20_000;

class KeepFresh extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.ask(), EVERY);
    this.onSeen = () => this.ask();
    document.addEventListener("visibilitychange", this.onSeen);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.onSeen);
  }

  ask() {
    const busy = document.hidden || document.querySelector("dialog[open], details[open]") || getSelection().toString();
    if (!busy) this.dispatchEvent(new Event("fresh"));
  }
}

customElements.define("keep-fresh", KeepFresh);
