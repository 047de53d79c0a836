// <column-order>: the order of its boxes is that of the columns; a button beside each moves it up.
class ColumnOrder extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("[data-move]")) button.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      event.preventDefault();
      const one = button.closest("label");
      one.previousElementSibling?.before(one);
      button.focus();
    });
  }
}

customElements.define("column-order", ColumnOrder);
