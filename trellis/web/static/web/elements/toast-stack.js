// <toast-stack>: lets a toast go after six seconds, unless it is hovered, focused or an error.
const LIFE = 6_000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => event.target.closest(".toast__close") && this.dismiss(event.target.closest(".toast")));
    this.addEventListener("complain", (event) => this.complain(event.detail));
    this.observer = new MutationObserver(() => this.watchAll());
    this.observer.observe(this, { childList: true });
    this.watchAll();
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  watchAll() {
    for (const toast of this.querySelectorAll('.toast[role="status"]:not([data-watched])')) {
      toast.dataset.watched = "";
      this.watch(toast);
    }
  }

  watch(toast) {
    setTimeout(() => (toast.matches(":hover, :focus-within") ? this.watch(toast) : this.dismiss(toast)), LIFE);
  }

  complain(text) {
    const toast = document.createElement("div");
    toast.className = "toast toast--late";
    toast.setAttribute("role", "alert");
    toast.textContent = text;
    this.append(toast);
    this.watch(toast);
  }

  dismiss(toast) {
    toast.classList.add("toast--leaving");
    setTimeout(() => toast.remove(), 140);
  }
}

customElements.define("toast-stack", ToastStack);
