// <zone-guess>: chooses the browser's time zone where none is chosen yet, and with it the region, its money and its
// writing; each until somebody chooses it themselves. Says beside the summary what follows.
class ZoneGuess extends HTMLElement {
  connectedCallback() {
    this.touched = new Set();
    this.zone = this.querySelector('[name="time_zone"]');
    this.addEventListener("change", (event) => this.follow(event.target.name));
    if (!this.zone.value) this.choose(Intl.DateTimeFormat().resolvedOptions().timeZone);
    this.say();
  }

  select(name) {
    return this.querySelector(`[name="${name}"]`);
  }

  choose(zone) {
    const option = [...this.zone.options].find(({ value, dataset }) => value === zone || dataset.oldNames?.split(" ").includes(zone));
    if (!option) return;
    this.zone.value = option.value;
    this.follow("time_zone");
  }

  follow(name) {
    this.touched.add(name);
    if (name === "time_zone") this.set("region", this.zone.selectedOptions[0].dataset.region);
    const { currency, locale } = this.select("region").selectedOptions[0].dataset;
    if (name !== "currency" && name !== "locale") {
      this.set("currency", currency);
      this.set("locale", locale);
    }
    this.say();
  }

  set(name, value) {
    if (!this.touched.has(name)) this.select(name).value = value ?? "";
  }

  say() {
    const said = ["region", "currency"].map((name) => this.select(name)).filter(({ value }) => value);
    if (said.length) this.querySelector("[data-guessed]").textContent = said.map(({ selectedOptions }) => selectedOptions[0].text).join(", ");
  }
}

customElements.define("zone-guess", ZoneGuess);
