// The sheet of all keys, built when it is first asked for. Here single keys can be switched off (WCAG 2.1.4).
import { keysAreOn, switchKeys } from "key-map";

function make(tag, css, ...children) {
  const element = document.createElement(tag);
  element.className = css;
  element.append(...children);
  return element;
}

function row([keys, label]) {
  return make("li", "key-sheet__row", label, make("span", "key-sheet__keys", ...keys.map((key) => make("kbd", "key-cap", key))));
}

function onOffSwitch() {
  const box = make("input", "");
  box.type = "checkbox";
  box.checked = keysAreOn();
  box.addEventListener("change", () => switchKeys(box.checked));
  return make("label", "check", box, make("span", "", "Single keys work outside fields. Switch them off if you dictate, or press keys by accident."));
}

export function openSheet(list) {
  const title = make("h2", "dialog__title", "Keys on this page");
  title.id = "key-sheet-title";
  const close = make("button", "button", "Close");
  const rows = [...list, [["?"], "All keys"], [["Esc"], "Close"]].map(row);
  const sheet = make("div", "key-sheet", title, make("ul", "key-sheet__list", ...rows), onOffSwitch(), make("div", "dialog__actions", close));
  const dialog = make("dialog", "dialog", sheet);
  dialog.setAttribute("aria-labelledby", title.id);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
