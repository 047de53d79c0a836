// <toast-stack>: lets a toast go after six seconds, unless it is hovered, focused or an error. z takes the last act back,
// while its toast is seen and as long as one stays on the page after that.
const LIFE = 6_000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => event.target.closest(".toast__close") && this.dismiss(event.target.closest(".toast")));
    this.addEventListener("complain", (event) => this.complain(event.detail));
    document.addEventListener("key", this);
    this.observer = new MutationObserver(() => this.watchAll());
    this.observer.observe(this, { childList: true });
    this.watchAll();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    document.removeEventListener("key", this);
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

  handleEvent(event) {
    if (event.detail !== "z") return;
    event.preventDefault();
    const undo = [...this.querySelectorAll(".toast__act")].pop();
    if (undo) undo.click();
    else this.complain("There is nothing to take back here.", "status");
  }

  complain(text, role = "alert") {
    const toast = document.createElement("div");
    toast.className = role === "alert" ? "toast toast--late" : "toast";
    toast.setAttribute("role", role);
    toast.textContent = text;
    this.append(toast);
    this.watch(toast);
  }

  dismiss(toast) {
    toast.classList.add("toast--leaving");
    setTimeout(() => {
      if (toast.querySelector(".toast__act")) toast.hidden = true;
      else toast.remove();
    }, 140);
  }
}

customElements.define("toast-stack", ToastStack);
