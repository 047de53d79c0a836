// <queue-list>: one row of the queue is open at a time. j and k move, Enter opens the page, a click on a row opens it here.
// A step that is ticked off leaves at once; should the server ask or refuse, its row comes back. A row that came by itself
// is shown to be new.
class QueueList extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.answer(event);
    this.onEnter = (event) => this.enter(event);
    this.onLeave = () => (this.left = this.place);
    this.onSwap = (event) => this.restore(event.detail.ctx.target);
    this.onSubmit = (event) => this.letGo(event);
    this.onError = () => this.bringBack();
    this.onDone = () => this.moveOn();
    document.addEventListener("key", this.onKey);
    document.addEventListener("keydown", this.onEnter);
    document.addEventListener("htmx:before:swap", this.onLeave);
    document.addEventListener("htmx:after:swap", this.onSwap);
    document.addEventListener("dialog-done", this.onDone);
    document.addEventListener("htmx:error", this.onError);
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("click", (event) => this.pick(event));
    this.addEventListener("focusin", (event) => this.focused(event.target));
    this.restore();
  }

  disconnectedCallback() {
    document.removeEventListener("key", this.onKey);
    document.removeEventListener("keydown", this.onEnter);
    document.removeEventListener("htmx:before:swap", this.onLeave);
    document.removeEventListener("htmx:after:swap", this.onSwap);
    document.removeEventListener("dialog-done", this.onDone);
    document.removeEventListener("htmx:error", this.onError);
  }

  // By keyboard alone: a pointer or a finger focuses a link before it is clicked, and would lose it to rows that move.
  focused(target) {
    if (target.matches(".queue-row__link:focus-visible")) this.open(target.closest(".queue-row"));
  }

  get rows() {
    return [...this.querySelectorAll(".queue-row")];
  }

  get current() {
    return this.querySelector(".queue-row[data-open]");
  }

  // A person has acted on the open row: its place goes to the row that moved up, with the focus.
  moveOn() {
    const rows = this.rows;
    const row = rows[Math.min(this.left ?? 0, rows.length - 1)];
    if (!row) return;
    this.open(row);
    row.querySelector(".queue-row__link").focus({ preventScroll: true });
  }

  restore(target) {
    if (target?.id === "dialog" || target === "#dialog") this.bringBack();
    const rows = this.rows;
    const kept = rows.find((row) => row.id === this.openId);
    if (rows.length) this.open(kept ?? rows[Math.min(this.place ?? 0, rows.length - 1)]);
    for (const row of rows) row.toggleAttribute("data-arrived", this.known !== undefined && !this.known.has(row.id));
    this.known = new Set(rows.map((row) => row.id));
  }

  letGo(event) {
    const form = event.target.closest("[data-leaves]");
    if (!form) return;
    const row = form.closest(".queue-row");
    const rows = this.rows;
    const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    row.setAttribute("data-leaving", "");
    if (!next) return;
    this.open(next);
    next.querySelector(".queue-row__link").focus({ preventScroll: true });
  }

  bringBack() {
    const row = this.querySelector("[data-leaving]");
    if (!row) return;
    row.removeAttribute("data-leaving");
    this.open(row);
  }

  answer(event) {
    const step = { j: 1, k: -1 }[event.detail];
    if (!step) return;
    event.preventDefault();
    const rows = this.rows;
    const row = rows[Math.max(0, Math.min(rows.indexOf(this.current) + step, rows.length - 1))];
    this.open(row);
    row?.querySelector(".queue-row__link").focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  enter(event) {
    if (event.key === "Enter" && event.target === document.body) this.current?.querySelector(".queue-row__link").click();
  }

  pick(event) {
    const row = event.target.closest(".queue-row");
    if (!row || event.target.closest("a, button, form, summary") || getSelection().toString()) return;
    this.open(row);
    row.querySelector(".queue-row__link").focus({ preventScroll: true });
  }

  open(row) {
    for (const other of this.rows) other.toggleAttribute("data-open", other === row);
    this.place = this.rows.indexOf(row);
    this.openId = row?.id;
  }
}

customElements.define("queue-list", QueueList);
