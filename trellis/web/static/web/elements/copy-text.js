// <copy-text>: shows its button, which copies the text of the <code> inside.
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("code").textContent);
      button.lastChild.textContent = "Copied";
    });
  }
}

customElements.define("copy-text", CopyText);
