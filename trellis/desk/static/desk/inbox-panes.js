// <inbox-panes>: the list, the thread beside it and the composer under it, as one. j and k go through the list, Enter opens
// the person's page. On a phone a row leads to a page of its own, as all of this does without script.
const WIDE = matchMedia("(min-width: 761px)");
const PAUSE = 90;
const NEAR_THE_END = 40;
const WHOLE_PAGE = { target: "#application", select: "#application", swap: "outerMorph" };

function isHere(address) {
  const { pathname, search } = new URL(address, location);
  return pathname + search === location.pathname + location.search;
}

class InboxPanes extends HTMLElement {
  connectedCallback() {
    this.heard = {
      key: (event) => this.answer(event),
      keydown: (event) => this.enter(event),
      "htmx:before:swap": (event) => this.leave(event),
      "htmx:after:swap": (event) => this.arrive(event.detail.ctx),
      "dialog-done": () => this.current?.focus({ preventScroll: true }),
    };
    for (const [name, listener] of Object.entries(this.heard)) document.addEventListener(name, listener);
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("input", (event) => this.keep(event.target));
    this.addEventListener("submit", (event) => this.send(event));
    this.addEventListener("scroll", (event) => this.look(event), true);
    // Whoever reads the newest goes on seeing it while the composer grows.
    this.sizes = new ResizeObserver(() => this.isAtTheEnd && this.toTheEnd());
    if (WIDE.matches && this.current && !this.matches(".inbox--open")) this.moveTo(this.current.href);
    this.current?.scrollIntoView({ block: "nearest" });
    this.toTheEnd();
    this.restore();
    this.focusComposer("[data-asked]");
  }

  disconnectedCallback() {
    for (const [name, listener] of Object.entries(this.heard)) document.removeEventListener(name, listener);
    this.sizes.disconnect();
  }

  get links() {
    return [...this.querySelectorAll(".inbox-row__link")];
  }

  get current() {
    return this.querySelector(".inbox-row__link[aria-current]");
  }

  get said() {
    return this.querySelector(".thread__said");
  }

  get field() {
    return this.querySelector(".composer__text");
  }

  answer(event) {
    if (event.detail === "n") this.querySelector('.composer__way[data-way="note"]')?.click();
    const step = { j: 1, k: -1 }[event.detail];
    if (!step) return;
    event.preventDefault();
    const { links } = this;
    const link = links[Math.max(0, Math.min(links.indexOf(this.current) + step, links.length - 1))];
    if (!link || link === this.current) return;
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
    if (WIDE.matches) this.show(link, PAUSE);
  }

  // Enter on the open row goes on to the person's page; on another one it opens that, as it would anyway.
  enter(event) {
    if (event.key !== "Enter" || event.defaultPrevented || event.metaKey || event.ctrlKey) return;
    if (event.target !== document.body && event.target !== this.current) return;
    event.preventDefault();
    this.querySelector("[data-open-page]")?.click();
  }

  press(event) {
    const link = event.target.closest(".inbox-row__link, a[data-composer]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.matches("a[data-composer]")) this.change(link);
    else if (WIDE.matches) this.show(link, 0);
    else return;
    event.preventDefault();
  }

  show(link, pause) {
    this.current?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    this.moveTo(link.href);
    clearTimeout(this.asking);
    this.asking = setTimeout(() => htmx.ajax("GET", link.href, { ...WHOLE_PAGE }), pause);
  }

  // The page keeps itself true at the address that is shown.
  moveTo(address) {
    history.replaceState(history.state, "", address);
    document.querySelector("live-page")?.setAttribute("hx-get", address);
  }

  // Another way to write: the words come along.
  change(link) {
    const address = new URL(link.href);
    if (this.field) sessionStorage.removeItem(this.field.id);
    const { text, subject } = this.querySelector("#composer").elements;
    if (text?.value) address.searchParams.set("text", text.value);
    if (subject?.value) address.searchParams.set("subject", subject.value);
    htmx.ajax("GET", address.pathname + address.search, { target: "#composer", select: "#composer", swap: "outerHTML" });
  }

  send(event) {
    if (event.target.id !== "composer") return;
    this.sent = this.field?.id;
    if (this.field) sessionStorage.removeItem(this.field.id);
  }

  // An answer to what was asked before the person moved on must not bring the former thread back.
  leave(event) {
    const { ctx } = event.detail;
    if (ctx.request.method === "GET" && ctx.select === "#application" && !isHere(ctx.request.action)) return event.preventDefault();
    this.wasOpen = this.said?.id;
  }

  arrive(ctx) {
    if (ctx.target?.id === "composer") this.focusComposer("#composer");
    if (ctx.select !== "#application") return;
    if (this.said?.id !== this.wasOpen || this.isAtTheEnd) this.toTheEnd();
    if (ctx.request.method === "POST") this.afterPosting(ctx);
    this.restore();
  }

  // An answer shows the newest. What went out leaves the composer; what did not comes back with the reason.
  afterPosting(ctx) {
    const next = this.querySelector("#composer [name=next]");
    if (next) this.moveTo(next.value);
    if (!this.sent || ctx.sourceElement?.id !== "composer") return;
    const { field } = this;
    if (field && field.id === this.sent && ctx.response.status < 400) {
      this.querySelector("#composer").reset();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.sent = undefined;
    this.toTheEnd();
    this.focusComposer("#composer");
  }

  toTheEnd() {
    const { said } = this;
    if (!said || location.search.includes("before=")) return;
    said.scrollTop = said.scrollHeight;
    this.isAtTheEnd = true;
    if (this.watched === said) return;
    this.watched = said;
    this.sizes.disconnect();
    this.sizes.observe(said);
  }

  look({ target }) {
    if (target === this.said) this.isAtTheEnd = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR_THE_END;
  }

  focusComposer(form) {
    const composer = this.querySelector(form);
    (composer?.querySelector(".composer__text") ?? composer?.querySelector("input:checked"))?.focus();
  }

  // What was begun stays for this visit, whoever is looked at in between.
  keep(field) {
    if (field !== this.field) return;
    if (field.value) sessionStorage.setItem(field.id, field.value);
    else sessionStorage.removeItem(field.id);
  }

  restore() {
    const { field } = this;
    const begun = field && sessionStorage.getItem(field.id);
    if (!begun || field.value) return;
    field.value = begun;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("inbox-panes", InboxPanes);
