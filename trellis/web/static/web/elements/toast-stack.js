// <toast-stack>: lets a toast go after six seconds, unless it is hovered, focused or an error.
const LIFE = 6_000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => event.target.closest(".toast__close") && this.dismiss(event.target.closest(".toast")));
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

  dismiss(toast) {
    toast.classList.add("toast--leaving");
    setTimeout(() => toast.remove(), 140);
  }
}

customElements.define("toast-stack", ToastStack);
