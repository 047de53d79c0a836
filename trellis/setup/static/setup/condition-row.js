// <condition-row>: what is asked, how, and with what. Only what fits the field is offered: how it can be compared, and its words.
class ConditionRow extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.fit());
    this.fit();
  }

  fit() {
    const [field, operator] = this.querySelectorAll("select");
    const known = document.getElementById(`words-${field.value}`);
    const fitting = known?.dataset.operators.split(" ");
    for (const option of operator.options) option.disabled = option.hidden = Boolean(fitting) && !fitting.includes(option.value);
    if (operator.selectedOptions[0]?.disabled) operator.value = fitting[0];
    this.querySelector("input").setAttribute("list", `words-${field.value}`);
  }
}

customElements.define("condition-row", ConditionRow);
