// <auto-submit>: sends the form inside it when a choice changes, and hides its button, which stays for those without script.
class AutoSubmit extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("button:not([type=button])")) button.hidden = true;
    this.addEventListener("change", (event) => event.target.form?.requestSubmit());
  }
}

customElements.define("auto-submit", AutoSubmit);
