// <list-table>: j and k move from row to row, x selects, e goes to the next cell that can be changed, and Enter opens it.
// Shift and a click select a range.

// The address of the cell that is being changed, and its row: once it is left, the keyboard is there again.
let changing = "";
let changingRow = 0;

class ListTable extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("key", (event) => this.answer(event), { signal });
    this.addEventListener("click", (event) => this.pick(event), { signal });
    this.addEventListener("keydown", (event) => this.leave(event), { signal });
    document.addEventListener("dialog-done", () => this.unpick(), { signal });
    document.addEventListener("htmx:after:swap", (event) => this.begin(event), { signal });
    this.tell();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get boxes() {
    return [...this.querySelectorAll("input[name=pick]")];
  }

  get links() {
    return [...this.querySelectorAll(".list-table__link")];
  }

  answer(event) {
    const links = this.links;
    const row = document.activeElement?.closest?.(".list-table__row");
    const here = links.findIndex((link) => link.closest("tr") === row);
    if (event.detail === "x" && row) {
      event.preventDefault();
      row.querySelector("input[name=pick]")?.click();
      return;
    }
    if (event.detail === "e" && row) {
      event.preventDefault();
      const cells = [...row.querySelectorAll(".list-table__edit")];
      cells[(cells.indexOf(document.activeElement) + 1) % cells.length]?.focus();
      return;
    }
    const step = { j: 1, k: -1 }[event.detail];
    if (!step || !links.length) return;
    event.preventDefault();
    const link = links[Math.max(0, Math.min(here + step, links.length - 1))];
    link.focus({ preventScroll: true });
    link.closest("tr").scrollIntoView({ block: "nearest" });
  }

  pick(event) {
    const box = event.target.closest("input[type=checkbox]");
    if (!box) return;
    if (box.hasAttribute("data-pick-all")) for (const one of this.boxes) one.checked = box.checked;
    else if (event.shiftKey && this.last) this.pickRange(this.last, box);
    this.last = box.name === "pick" ? box : null;
    this.tell();
  }

  // What was to be done to them is done.
  unpick() {
    for (const box of this.querySelectorAll("input[type=checkbox]")) box.checked = false;
    this.tell();
  }

  pickRange(from, to) {
    const boxes = this.boxes;
    const [first, last] = [boxes.indexOf(from), boxes.indexOf(to)].sort((one, other) => one - other);
    for (const box of boxes.slice(first, last + 1)) box.checked = to.checked;
  }

  // What can be done to many shows once any is selected; without script it is always there.
  tell() {
    const picked = this.boxes.filter((box) => box.checked).length;
    const bar = document.getElementById("bulk");
    if (!bar) return;
    bar.hidden = picked === 0;
    for (const act of bar.querySelectorAll("[data-two]")) act.hidden = picked !== 2;
    bar.querySelector("[data-picked]").textContent = picked;
    const whole = bar.querySelector("[data-whole]");
    if (whole) whole.hidden = picked < this.boxes.length;
  }

  // A cell became a form: the keyboard is in it. Escape leaves it as it was.
  begin(event) {
    this.tell();
    const field = this.querySelector(".cell-form :is(input:not([type=hidden]), select, textarea)");
    if (field) {
      const form = field.closest(".cell-form");
      changing = new URL(form.action).pathname;
      changingRow = this.links.indexOf(form.closest("tr").querySelector(".list-table__link"));
      if (!form.contains(document.activeElement)) field.focus();
    } else if (changing) {
      // A step that is due at another time is another step: then the keyboard is on the row in its place.
      const cell = [...this.querySelectorAll(".list-table__edit")].find((link) => link.pathname === changing);
      (cell ?? this.links.at(Math.min(changingRow, this.links.length - 1)))?.focus();
      changing = "";
    }
  }

  leave(event) {
    if (event.key === "Escape") event.target.closest(".cell-form")?.querySelector("[data-leave]")?.click();
  }
}

customElements.define("list-table", ListTable);
