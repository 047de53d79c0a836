// Imports the module of each custom element once its tag stands on the page: a page loads only what it uses.
const names = Object.keys(JSON.parse(document.querySelector('script[type="importmap"]').textContent).imports);

function loadElements() {
  for (const name of names) {
    if (name.includes("-") && !customElements.get(name) && document.querySelector(name)) import(name);
  }
}

loadElements();
document.addEventListener("htmx:after:swap", loadElements);
