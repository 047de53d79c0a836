// <command-palette data-find="/find">: ⌘K opens it from what the page already knows: what can be done here and where one
// can go; people are asked for while one types. ">" narrows it to acts, "#" finds a tag, "@" an owner.
// Without script the field in the sidebar is a link to the same search as a page.
const PAUSE = 60;
const MOST_ACTS = 6;
const COMBOBOX = {
  role: "combobox", type: "text", autocomplete: "off", spellcheck: "false", maxlength: "200", placeholder: "Find or do anything",
  "aria-label": "Find or do anything", "aria-expanded": "true", "aria-controls": "palette-results", "aria-autocomplete": "list",
};

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function group(title, options) {
  const head = make("p", { class: "palette__head", "aria-hidden": "true" }, title);
  return options.length ? [make("section", { class: "palette__group", role: "group", "aria-label": title }, head, ...options)] : [];
}

// An option that stands for a thing on the page: choosing it clicks the thing.
function optionFor(source, words) {
  const option = make("a", { class: "palette__option", role: "option", href: source.href || "#" }, make("span", { class: "palette__name" }, words));
  const icon = source.querySelector("svg");
  if (icon) option.prepend(icon.cloneNode(true));
  for (const key of (source.dataset.keys ?? "").split(" ").filter(Boolean)) option.append(make("kbd", { class: "key-cap" }, key.toUpperCase()));
  option.act = () => source.click();
  return option;
}

function fits(words, text) {
  return text.toLowerCase().split(/\s+/).every((part) => words.toLowerCase().includes(part));
}

// What can be done here, each with whom it is about; of a list only what belongs to its open row.
function actsHere() {
  const found = new Map();
  for (const source of document.querySelectorAll("[data-keys-for]:not(.navigation__link, textarea, input)")) {
    const about = source.closest("[data-subject]");
    if (about?.matches("[data-row]:not([data-open])")) continue;
    const words = about ? `${source.dataset.keysFor} · ${about.dataset.subject}` : source.dataset.keysFor;
    if (!found.has(words)) found.set(words, source);
  }
  return [...found];
}

class CommandPalette extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", (event) => this.onShortcut(event));
    document.addEventListener("click", (event) => this.onLink(event));
  }

  onShortcut(event) {
    if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.dialog?.open) this.dialog.close();
    else this.open();
  }

  onLink(event) {
    if (!event.target.closest("[data-palette]") || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    this.open();
  }

  open() {
    if (document.querySelector("dialog[open]")) return;
    if (!this.dialog) this.build();
    this.places = [...document.querySelectorAll(".navigation__link")].map((link) => [link.title, link, link.dataset.words]);
    this.acts = actsHere();
    this.input.value = "";
    this.people.replaceChildren();
    this.dialog.showModal();
    this.show("");
  }

  build() {
    this.input = make("input", { class: "palette__input", ...COMBOBOX });
    this.people = make("div", { role: "presentation" });
    this.own = make("div", { class: "palette__own", role: "presentation" });
    this.results = make("div", { class: "palette__results", id: "palette-results", role: "listbox", "aria-label": "What was found" }, this.people, this.own);
    const top = make("div", { class: "palette__top" }, this.input, make("kbd", { class: "key-cap" }, "Esc"));
    const hint = make("span", { class: "push-end" }, "Type > for acts, # for tags, @ for owners");
    const foot = make("div", { class: "palette__foot" }, make("span", {}, "↑↓ choose"), make("span", {}, "↵ open"), hint);
    this.dialog = make("dialog", { class: "palette", "aria-label": "Find or do anything" }, top, this.results, foot);
    this.append(this.dialog);
    this.input.addEventListener("input", () => this.show(this.input.value));
    this.dialog.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("click", (event) => this.onClick(event));
    this.results.addEventListener("pointermove", (event) => this.mark(event.target.closest(".palette__option")));
  }

  show(text) {
    const isActs = text.startsWith(">");
    const words = isActs ? text.slice(1).trim() : text.trim();
    const fitting = (list) => list.filter(([label, , others]) => fits(`${label} ${others ?? ""}`, words)).map(([label, source]) => optionFor(source, label));
    const acts = fitting(this.acts).slice(0, text ? 20 : MOST_ACTS);
    this.own.replaceChildren(...(/^[#@]/.test(text) ? [] : [...group("Do", acts), ...group("Go to", fitting(this.places))]));
    if (isActs || !words) this.forget();
    else this.ask(text.trim());
    this.mark(this.options[0]);
  }

  forget() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.people.replaceChildren();
  }

  ask(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetchPeople(text), PAUSE);
  }

  async fetchPeople(text) {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await fetch(`${this.dataset.find}?palette=1&q=${encodeURIComponent(text)}`, { signal: this.asked.signal });
      if (!answer.ok || answer.redirected) return;
      this.people.innerHTML = await answer.text();
      this.mark(this.options[0]);
    } catch {
      // A newer question took its place, or the line is down: what is known here stays.
    }
  }

  get options() {
    return [...this.results.querySelectorAll(".palette__option")];
  }

  mark(option) {
    if (!option) return;
    for (const other of this.options) other.removeAttribute("aria-selected");
    this.options.forEach((other, place) => (other.id = `palette-option-${place}`));
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  onKey(event) {
    const options = this.options;
    const here = options.findIndex((option) => option.hasAttribute("aria-selected"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      const next = options[(here + step + options.length) % options.length];
      this.mark(next);
      next.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.choose(options[here]);
    }
  }

  onClick(event) {
    if (event.target === this.dialog) return this.dialog.close();
    const option = event.target.closest(".palette__option");
    if (!option || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    this.choose(option);
  }

  choose(option) {
    if (!option) return;
    this.dialog.close();
    if (option.act) option.act();
    else if (option.hasAttribute("data-dialog")) document.querySelector("form-dialog").openAddress(option.href);
    else location.assign(option.href);
  }
}

customElements.define("command-palette", CommandPalette);
