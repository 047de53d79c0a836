// <live-page data-ask="/changes?since=…">: asks every two seconds, while it is looked at, whether anything has changed
// since the page was made (204 when not), and then has htmx bring the page again. What is open stays as it is meanwhile.
const EVERY = 2_000;
const AFTER_A_FAILURE = 15_000;

function isBusy() {
  return document.querySelector("dialog[open], main details[open], [data-dragging]") !== null || String(getSelection()) !== "";
}

class LivePage extends HTMLElement {
  connectedCallback() {
    this.onSeen = () => document.hidden || this.ask();
    document.addEventListener("visibilitychange", this.onSeen);
    this.plan(EVERY);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onSeen);
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    let wait = EVERY;
    if (!document.hidden && !isBusy()) {
      try {
        const answer = await fetch(this.dataset.ask, { cache: "no-store" });
        if (answer.status === 200 && !isBusy()) this.dispatchEvent(new Event("changed"));
        else if (!answer.ok) wait = AFTER_A_FAILURE;
      } catch {
        wait = AFTER_A_FAILURE;
      }
    }
    if (this.isConnected) this.plan(wait);
  }
}

customElements.define("live-page", LivePage);
