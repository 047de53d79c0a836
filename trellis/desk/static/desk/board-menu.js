// <card-menu>: what can be done with the card that is looked at. The keys find their links in it, so they always point
// to that card, whether the menu is open or not.
const EDGE = 8;

class CardMenu extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.board = this.closest("journey-board");
    this.menu = this.querySelector("[popover]");
    this.board.addEventListener("look", (event) => this.pointTo(event.detail), { signal });
    this.board.addEventListener("click", (event) => this.pick(event), { signal });
    this.menu.addEventListener("toggle", (event) => this.toggled(event), { signal });
    this.menu.addEventListener("keydown", (event) => this.step(event), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  pointTo(card) {
    const open = card.querySelector(".board-card__link");
    const ids = { journey: card.id.replace("journey-", ""), task: card.dataset.task };
    this.menu.dataset.subject = open.textContent;
    for (const act of this.menu.querySelectorAll("[data-of]")) {
      const { of, address, key, tail } = act.dataset;
      act.hidden = of === "task" && !ids.task;
      if (act.hidden) delete act.dataset.keys;
      else act.dataset.keys = key;
      const next = `?next=${encodeURIComponent(this.board.here)}`;
      act.href = of === "contact" ? open.getAttribute("href") + tail : address.replace(this.dataset.anybody, ids[of]) + next;
    }
    const here = card.closest(".board-column").dataset.column;
    for (const button of this.menu.querySelectorAll("[data-to]")) button.disabled = button.dataset.to === here;
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
    const column = item.dataset.to && this.board.querySelector(`#column-${item.dataset.to}`);
    if (column) this.board.dispatchEvent(new CustomEvent("move-card", { detail: column }));
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

customElements.define("card-menu", CardMenu);
