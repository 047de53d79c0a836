// The menu of the card that is looked at. Its links are where the keys find what they do, so they always point to that card.
const ANYBODY = "00000000-0000-0000-0000-000000000000";
const EDGE = 8;

export class CardMenu {
  constructor(board, signal) {
    this.board = board;
    this.menu = board.querySelector(".board-menu");
    board.addEventListener("click", (event) => this.pick(event), { signal });
    this.menu.addEventListener("toggle", (event) => this.toggled(event), { signal });
    this.menu.addEventListener("keydown", (event) => this.step(event), { signal });
  }

  pointTo(card) {
    this.menu.dataset.subject = card.querySelector(".board-card__link").textContent;
    const ids = { journey: card.id.replace("journey-", ""), task: card.dataset.task };
    const open = card.querySelector(".board-card__link").getAttribute("href");
    for (const act of this.menu.querySelectorAll("[data-of]")) {
      const { of, address, tail = "", key } = act.dataset;
      const id = ids[of];
      act.hidden = of === "task" && !id;
      if (act.hidden) act.removeAttribute("data-keys");
      else act.dataset.keys = key;
      act.href = of === "contact" ? open + tail : address.replace(ANYBODY, id) + `?next=${encodeURIComponent(this.board.here)}`;
    }
    for (const button of this.menu.querySelectorAll("[data-to]")) button.disabled = button.dataset.to === card.closest(".board-column").dataset.column;
  }

  pick(event) {
    const opener = event.target.closest(".board-card__menu");
    if (opener && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      return this.open(opener);
    }
    const item = event.target.closest(".board-menu__item");
    if (!item) return;
    this.menu.hidePopover();
    if (item.dataset.to) this.board.mover.move(this.board.current, this.board.querySelector(`#column-${item.dataset.to}`));
  }

  open(opener) {
    this.board.look(opener.closest(".board-card"));
    this.opener = opener;
    this.menu.showPopover();
    const { bottom, top, left, right } = opener.getBoundingClientRect();
    const { offsetHeight, offsetWidth } = this.menu;
    const below = bottom + 4 + offsetHeight < innerHeight ? bottom + 4 : Math.max(top - 4 - offsetHeight, EDGE);
    this.menu.style.setProperty("--from-top", `${below}px`);
    this.menu.style.setProperty("--from-start", `${left + offsetWidth + EDGE < innerWidth ? left : right - offsetWidth}px`);
    this.items[0]?.focus();
  }

  toggled({ newState }) {
    this.opener?.setAttribute("aria-expanded", String(newState === "open"));
  }

  get items() {
    return [...this.menu.querySelectorAll(".board-menu__item:not(:disabled, [hidden])")];
  }

  step(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { items } = this;
    items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
  }
}
