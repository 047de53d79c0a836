// <beside-cell>: around the matrix of a draft. The dialog that a link in a cell opens stands beside that cell.
class BesideCell extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", ({ target }) => this.mark(target.closest("a[data-dialog]")));
  }

  mark(link) {
    if (!link) return;
    for (const cell of this.querySelectorAll("[data-here]")) cell.removeAttribute("data-here");
    link.closest(".matrix__cell")?.setAttribute("data-here", "");
  }
}

customElements.define("beside-cell", BesideCell);
