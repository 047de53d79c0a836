// Moves a card to another column: it stands there at once, and goes back when that is refused or does not arrive.
// Dragging is the browser's own; a column that is dragged over says so.
const ANYBODY = "00000000-0000-0000-0000-000000000000";

export class Mover {
  constructor(board, signal) {
    this.board = board;
    board.addEventListener("dragstart", (event) => this.lift(event), { signal });
    board.addEventListener("dragover", (event) => this.hover(event), { signal });
    board.addEventListener("drop", (event) => this.drop(event), { signal });
    board.addEventListener("dragend", () => this.letGo(), { signal });
    document.addEventListener("htmx:after:swap", (event) => this.swapped(event.detail.ctx), { signal });
    document.addEventListener("htmx:finally:request", (event) => this.settle(event.detail.ctx), { signal });
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
    const form = document.querySelector("#board-move");
    const address = form.dataset.address.replace(ANYBODY, card.id.replace("journey-", ""));
    form.action = address;
    form.setAttribute("hx-post", address);
    form.elements.column.value = column.dataset.column;
    form.elements.next.value = this.board.here;
    const { parentElement, nextElementSibling } = card;
    this.putBack = () => parentElement.insertBefore(card, nextElementSibling?.parentElement === parentElement ? nextElementSibling : null);
    column.querySelector(".board-column__cards").prepend(card);
    this.board.look(card, { focus: true });
    form.requestSubmit();
  }

  // The page as it is now has arrived: wherever the card stands in it is right.
  swapped({ select }) {
    if (select === "#application") this.putBack = null;
  }

  settle({ sourceElement }) {
    if (sourceElement.id !== "board-move" || !this.putBack) return;
    this.putBack();
    this.putBack = null;
    this.board.look(this.board.current, { focus: true });
  }
}
