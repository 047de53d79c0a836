// <card-mover>: the form that moves a card to another column. The card stands there at once, and goes back when that is
// refused or does not arrive. Dragging is the browser's own; the column that a card is dragged over says so.
const ARRIVING = [{ opacity: 0.4, transform: "translateY(-6px)" }, { opacity: 1, transform: "none" }];
const ARRIVES = { duration: 140, easing: "cubic-bezier(.2, .7, .2, 1)" };

class CardMover extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.board = this.closest("journey-board");
    this.form = this.querySelector("form");
    this.board.addEventListener("dragstart", (event) => this.lift(event), { signal });
    this.board.addEventListener("dragover", (event) => this.hover(event), { signal });
    this.board.addEventListener("drop", (event) => this.drop(event), { signal });
    this.board.addEventListener("dragend", () => this.letGo(), { signal });
    this.board.addEventListener("move-card", ({ detail }) => this.move(this.board.current, detail), { signal });
    document.addEventListener("htmx:after:swap", (event) => this.swapped(event.detail.ctx), { signal });
    document.addEventListener("htmx:finally:request", (event) => this.settle(event.detail.ctx), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  lift(event) {
    this.dragged = event.target.closest?.(".board-card");
    if (!this.dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.dragged.querySelector(".board-card__link").href);
    this.board.look(this.dragged);
    this.board.setAttribute("data-dragging", "");
    // The picture under the pointer is taken first.
    requestAnimationFrame(() => this.dragged?.setAttribute("data-dragged", ""));
  }

  hover(event) {
    const column = this.dragged && event.target.closest?.(".board-column");
    for (const other of this.board.columns) other.toggleAttribute("data-over", other === column && !column.contains(this.dragged));
    if (column) event.preventDefault();
  }

  drop(event) {
    const column = event.target.closest?.(".board-column");
    if (!this.dragged || !column) return;
    event.preventDefault();
    const card = this.dragged;
    this.letGo();
    this.move(card, column);
  }

  letGo() {
    this.dragged?.removeAttribute("data-dragged");
    this.dragged = null;
    this.board.removeAttribute("data-dragging");
    for (const column of this.board.columns) column.removeAttribute("data-over");
  }

  move(card, column) {
    if (column.contains(card)) return;
    const { form } = this;
    form.action = this.dataset.address.replace(this.dataset.anybody, card.id.replace("journey-", ""));
    form.setAttribute("hx-post", form.action);
    form.elements.column.value = column.dataset.column;
    form.elements.next.value = this.board.here;
    const { parentElement, nextElementSibling } = card;
    this.putBack = () => parentElement.insertBefore(card, nextElementSibling?.parentElement === parentElement ? nextElementSibling : null);
    column.querySelector(".board-column__cards").prepend(card);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) card.animate(ARRIVING, ARRIVES);
    this.board.look(card, { focus: true });
    form.requestSubmit();
  }

  // The page as it is now has arrived: wherever the card stands in it is right.
  swapped({ select }) {
    if (select === "#application") this.putBack = null;
  }

  settle({ sourceElement }) {
    if (sourceElement !== this.form || !this.putBack) return;
    this.putBack();
    this.putBack = null;
    this.board.look(this.board.current, { focus: true });
  }
}

customElements.define("card-mover", CardMover);
