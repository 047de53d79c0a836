// <form-dialog>: opens links marked data-dialog as a dialog on this page. Each of them is a page of its own without script.
// Once a form in it has been answered and the page shows the outcome, the document hears "dialog-done".
class FormDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "dialog";
    this.dialog.id = "dialog";
    this.append(this.dialog);
    document.addEventListener("click", (event) => this.openLink(event));
    // Who closes it while an answer is on its way does not want it back.
    document.addEventListener("htmx:before:swap", () => (this.wasOpen = this.dialog.open));
    document.addEventListener("htmx:after:swap", (event) => this.afterSwap(event));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.dialog.close());
    this.dialog.addEventListener("click", (event) => this.closeOn(event));
  }

  openLink(event) {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.openAddress(link.href);
  }

  openAddress(address) {
    htmx.ajax("GET", address, { target: "#dialog", swap: "innerHTML" });
  }

  // The fragment has arrived: show it. What was swapped in answer to a form in it closes it; a part of it, or of the page, does not.
  afterSwap(event) {
    const { target, sourceElement } = event.detail.ctx;
    if (target === this.dialog || target === "#dialog") {
      if (!this.dialog.open && !this.wasOpen) this.dialog.showModal();
      const title = this.dialog.querySelector(".dialog__title");
      if (title?.id) this.dialog.setAttribute("aria-labelledby", title.id);
      const wrong = this.dialog.querySelector('[aria-invalid="true"]');
      (wrong ?? this.dialog.querySelector("[autofocus], :checked"))?.focus();
      return;
    }
    const isPart = target instanceof Node && this.dialog.contains(target);
    if (!this.dialog.open || isPart || !this.dialog.contains(sourceElement)) return;
    this.dialog.close();
    document.dispatchEvent(new Event("dialog-done"));
  }

  closeOn(event) {
    if (event.target === this.dialog) this.dialog.close();
    if (!event.target.closest("[data-dialog-close]")) return;
    event.preventDefault();
    this.dialog.close();
  }
}

customElements.define("form-dialog", FormDialog);
