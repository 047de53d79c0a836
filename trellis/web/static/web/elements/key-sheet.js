// The sheet of all keys, built when it is first asked for. It says where single keys can be switched off (WCAG 2.1.4).

const keysAreOn = document.body.dataset.singleKeys !== "off";

function make(tag, css, ...children) {
  const element = document.createElement(tag);
  element.className = css;
  element.append(...children);
  return element;
}

function row([keys, label]) {
  return make("li", "key-sheet__row", label, make("span", "key-sheet__keys", ...keys.map((key) => make("kbd", "key-cap", key))));
}

// Whether single keys work is one of the person's preferences: the sheet leads there.
function onOffWords() {
  const link = make("a", "link", keysAreOn ? "Switch them off in your preferences" : "Switch them on in your preferences");
  link.href = document.querySelector("a[data-preferences]")?.href ?? "";
  const words = keysAreOn ? "Single keys work outside fields. " : "Single keys are switched off. ";
  return make("p", "small text-second", words, ...(link.href ? [link, "."] : []));
}

export function openSheet(list) {
  const title = make("h2", "dialog__title", "Keys on this page");
  title.id = "key-sheet-title";
  const close = make("button", "button", "Close");
  const rows = [...list, [["?"], "All keys"], [["Esc"], "Close"]].map(row);
  const sheet = make("div", "key-sheet", title, make("ul", "key-sheet__list", ...rows), onOffWords(), make("div", "dialog__actions", close));
  const dialog = make("dialog", "dialog", sheet);
  dialog.setAttribute("aria-labelledby", title.id);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
