// <filter-rows>: only what fits a field is offered beside it, and one empty row stands below those that are filled in.
class FilterRows extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => this.fit(event.target.closest(".filter-rows__row")));
    for (const row of this.children) this.fit(row);
  }

  fit(row) {
    const [field, operator] = row.querySelectorAll("select");
    const known = document.getElementById(`words-${field.value}`);
    const fitting = known?.dataset.operators.split(" ");
    for (const option of operator.options) option.disabled = option.hidden = Boolean(fitting) && !fitting.includes(option.value);
    if (operator.selectedOptions[0]?.disabled) operator.value = fitting[0];
    const value = row.querySelector("input");
    value.setAttribute("list", `words-${field.value}`);
    value.disabled = operator.value.startsWith("known:");
    this.unfold();
  }

  unfold() {
    const rows = [...this.children];
    const filled = rows.findLastIndex((row) => row.querySelector("select").value);
    rows.forEach((row, place) => (row.hidden = place > filled + 1));
    if (filled !== rows.length - 1) return;
    const next = rows.at(-1).cloneNode(true);
    for (const field of next.querySelectorAll("select, input")) field.value = field.name === "o" ? "is" : "";
    this.append(next);
  }
}

customElements.define("filter-rows", FilterRows);

// <column-order>: the order of its boxes is that of the columns; the buttons beside each move it up and down.
class ColumnOrder extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("[data-move]")) button.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      event.preventDefault();
      const one = button.closest(".list-columns__one");
      if (button.dataset.move === "up") one.previousElementSibling?.before(one);
      else one.nextElementSibling?.after(one);
      button.focus();
    });
  }
}

customElements.define("column-order", ColumnOrder);
