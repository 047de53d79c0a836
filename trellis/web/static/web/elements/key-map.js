// <key-map>: single-letter keys outside fields. A thing on the page says by data-keys which keys it answers to
// ("e", or "g t" one after the other), by data-keys-for what they do. Elements that handle keys themselves listen
// for the event "key" and list them as data-key-list="j:Next;k:Previous". The sheet behind ? is read from the page,
// so it lists exactly what works. A person may switch single keys off in their preferences: body[data-single-keys="off"].
const PAUSE = 1_000;
const NAMES = { Enter: "↵", Escape: "Esc", Ctrl: "Ctrl" };

function isTyping(target) {
  return target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}

function isShown(element) {
  return element.checkVisibility({ visibilityProperty: true });
}

function keysAreOn() {
  return document.body.dataset.singleKeys !== "off";
}

class KeyMap extends HTMLElement {
  pressed = "";
  last = 0;

  connectedCallback() {
    document.addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("click", (event) => event.target.closest("[data-key-sheet]") && this.openSheet());
  }

  press(event) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) return event.target.form?.requestSubmit();
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || event.key.length > 1) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") || !keysAreOn()) return;
    const keys = event.timeStamp - this.last < PAUSE ? `${this.pressed} ${event.key}`.trim() : event.key;
    this.last = event.timeStamp;
    this.pressed = this.answer(keys) || (keys !== event.key && this.answer(event.key)) ? "" : event.key;
    if (!this.pressed) event.preventDefault();
  }

  answer(keys) {
    if (keys === "?") return this.openSheet();
    const asked = new CustomEvent("key", { detail: keys, cancelable: true });
    if (!document.dispatchEvent(asked)) return true;
    const near = document.querySelector("[data-open]")?.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
    const element = near ?? [...document.querySelectorAll(`[data-keys="${CSS.escape(keys)}"]`)].find(isShown);
    if (!element) return false;
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
    return true;
  }

  openSheet() {
    import("key-sheet").then((module) => module.openSheet(this.list()));
    return true;
  }

  list() {
    const rows = new Map();
    for (const element of document.querySelectorAll("[data-key-list]")) {
      for (const pair of element.dataset.keyList.split(";")) rows.set(...pair.split(":"));
    }
    for (const element of document.querySelectorAll("[data-keys]")) {
      rows.set(element.dataset.keys, element.dataset.keysFor ?? element.textContent.trim());
    }
    return [...rows].map(([keys, label]) => [keys.split(" ").map((key) => NAMES[key] ?? key.toUpperCase()), label]);
  }
}

customElements.define("key-map", KeyMap);
