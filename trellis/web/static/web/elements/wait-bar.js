// <wait-bar>: marks the button that sent a form as busy when the answer takes longer than 400 ms.
class WaitBar extends HTMLElement {
  connectedCallback() {
    document.addEventListener("submit", (event) => this.wait(event.submitter));
    document.addEventListener("htmx:finally:request", () => this.done());
    addEventListener("pageshow", () => this.done());
  }

  wait(button) {
    if (!button) return;
    this.timer = setTimeout(() => button.setAttribute("aria-busy", "true"), 400);
  }

  done() {
    clearTimeout(this.timer);
    for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
  }
}

customElements.define("wait-bar", WaitBar);
