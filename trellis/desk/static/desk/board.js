// <journey-board>: one card is looked at. j k and the arrows move between cards, h l between columns, Enter opens; the
// other keys are those of its menu. Without script every card links to the page that moves it.
import "./board-menu.js";
import "./board-mover.js";

const ARROWS = { ArrowDown: "j", ArrowUp: "k", ArrowLeft: "h", ArrowRight: "l" };
const HAS_ITS_OWN_ARROWS = "input, textarea, select, [popover]";

class JourneyBoard extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("key", (event) => this.answer(event, event.detail), { signal });
    document.addEventListener("keydown", (event) => this.press(event), { signal });
    document.addEventListener("htmx:config:request", (event) => this.ask(event.detail.ctx), { signal });
    document.addEventListener("htmx:before:swap", () => this.remember(), { signal });
    document.addEventListener("htmx:after:swap", () => this.restore(), { signal });
    document.addEventListener("dialog-done", () => this.restore({ focus: true }), { signal });
    this.addEventListener("focusin", (event) => this.look(event.target.closest(".board-card")), { signal });
    this.watchTabs();
    this.restore();
  }

  disconnectedCallback() {
    this.ending.abort();
    this.watcher.disconnect();
  }

  get current() {
    return this.querySelector(".board-card[data-current]");
  }

  get columns() {
    return [...this.querySelectorAll(".board-column")];
  }

  cardsOf(column) {
    return column ? [...column.querySelectorAll(".board-card")] : [];
  }

  // The address of what is seen: columns that were read on stay as deep as they are.
  get here() {
    const url = new URL(this.dataset.here, location.href);
    url.searchParams.delete("depth");
    const lengths = this.columns.map((column) => [column.dataset.column, this.cardsOf(column).length]);
    const deep = lengths.filter(([, length]) => length > Number(this.dataset.first));
    if (deep.length) url.searchParams.set("depth", deep.map((pair) => pair.join(".")).join("~"));
    return url.pathname + url.search;
  }

  answer(event, key) {
    const { current } = this;
    if (!current || !"jkhl".includes(key)) return;
    event.preventDefault();
    const step = key === "j" || key === "l" ? 1 : -1;
    this.look("jk".includes(key) ? this.beside(current, step) : this.across(current, step), { focus: true });
  }

  press(event) {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
    if (event.target.closest?.(HAS_ITS_OWN_ARROWS) || document.querySelector("dialog[open]")) return;
    if (ARROWS[event.key]) this.answer(event, ARROWS[event.key]);
    if (event.key === "Enter" && event.target === document.body) this.current?.querySelector(".board-card__link").click();
  }

  beside(card, step) {
    const cards = this.cardsOf(card.closest(".board-column"));
    return cards[cards.indexOf(card) + step] ?? card;
  }

  // In the next column that has any, the card at about the same height.
  across(card, step) {
    const { columns } = this;
    const away = (one) => Math.abs(one.getBoundingClientRect().top - card.getBoundingClientRect().top);
    for (let place = columns.indexOf(card.closest(".board-column")) + step; columns[place]; place += step) {
      const [nearest] = this.cardsOf(columns[place]).sort((one, other) => away(one) - away(other));
      if (nearest) return nearest;
    }
    return card;
  }

  look(card, { focus = false } = {}) {
    if (!card) return;
    for (const other of this.querySelectorAll(".board-card[data-current]")) other.removeAttribute("data-current");
    card.setAttribute("data-current", "");
    const column = card.closest(".board-column");
    this.place = { id: card.id, column: column.dataset.column, index: this.cardsOf(column).indexOf(card) };
    this.dispatchEvent(new CustomEvent("look", { detail: card }));
    if (!focus) return;
    card.querySelector(".board-card__link").focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The page, asked for again, comes as deep as it is seen.
  ask({ select, request }) {
    if (select === "#application" && request.method === "GET") request.action = this.here;
  }

  remember() {
    this.hadFocus = this.contains(document.activeElement) || document.activeElement === document.body;
  }

  // After a swap: the same card, else the one that took its place.
  restore({ focus = this.hadFocus && document.activeElement === document.body } = {}) {
    const { id, column, index = 0 } = this.place ?? {};
    const cards = this.cardsOf(this.columns.find((one) => one.dataset.column === column));
    const card = document.getElementById(id) ?? cards[Math.min(index, cards.length - 1)] ?? this.querySelector(".board-card");
    this.look(card, { focus });
  }

  // On a phone the columns are tabs: the one in sight is marked.
  watchTabs() {
    const mark = (entry) => {
      for (const tab of this.querySelectorAll(".board-tabs__tab")) {
        const isHere = tab.hash === `#${entry.target.id}`;
        if (isHere) tab.setAttribute("aria-current", "true");
        else tab.removeAttribute("aria-current");
        if (isHere) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
    };
    this.watcher = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(mark), { root: this, threshold: 0.6 });
    for (const column of this.columns) this.watcher.observe(column);
  }
}

customElements.define("journey-board", JourneyBoard);
