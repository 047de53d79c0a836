// <order-list>: moves its items at once. Without script the same buttons send the form, which comes back in the new order.
class OrderList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest('button[name="up"], button[name="down"]');
      if (!button) return;
      event.preventDefault();
      this.move(button.closest("li"), button.name);
    });
  }

  move(item, way) {
    const other = way === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (way === "up") other.before(item);
    else other.after(item);
    this.mark();
    const same = item.querySelector(`button[name="${way}"]`);
    (same.disabled ? item.querySelector("button:not([disabled])") : same).focus();
    item.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The first cannot go up, the last cannot go down.
  mark() {
    const items = [...this.querySelectorAll("li")];
    for (const item of items) {
      item.querySelector('[name="up"]').disabled = item === items[0];
      item.querySelector('[name="down"]').disabled = item === items.at(-1);
    }
  }
}

customElements.define("order-list", OrderList);
