// What every page of the app has comes along in one file (see web/bundling.py).
import "./elements/key-map.js";
import "./elements/form-dialog.js";
import "./elements/toast-stack.js";
import "./elements/time-left.js";
import "./elements/command-palette.js";

// Imports the module of each custom element once its tag stands on the page: a page loads only what it uses.
const names = Object.keys(JSON.parse(document.querySelector('script[type="importmap"]').textContent).imports);

function loadElements() {
  for (const name of names) {
    if (name.includes("-") && !customElements.get(name) && document.querySelector(name)) import(name);
  }
}

// A swap of the whole page that brought another page (the log-in, an error) must not empty this one.
function guardSwap(event) {
  const { ctx } = event.detail;
  if (ctx.select !== "#application" || ctx.text.includes('id="application"')) return;
  event.preventDefault();
  if (ctx.response.status < 500) location.reload();
  else complain(ctx);
}

// What a person asked for and did not get is said; the page's own asking stays silent and asks again.
function complain(ctx) {
  if (ctx?.request?.method !== "POST") return;
  const text = "That did not arrive. Check your connection and try again.";
  document.querySelector("toast-stack").dispatchEvent(new CustomEvent("complain", { detail: text }));
}

// A button whose form takes longer than 400 ms shows that it is at work.
let busy = 0;

function showBusy({ submitter }) {
  if (submitter) busy = setTimeout(() => submitter.setAttribute("aria-busy", "true"), 400);
}

function showIdle() {
  clearTimeout(busy);
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

loadElements();
document.addEventListener("submit", showBusy);
document.addEventListener("htmx:finally:request", showIdle);
addEventListener("pageshow", showIdle);
document.addEventListener("htmx:after:swap", loadElements);
document.addEventListener("htmx:before:swap", guardSwap);
document.addEventListener("htmx:error", (event) => complain(event.detail.ctx));
