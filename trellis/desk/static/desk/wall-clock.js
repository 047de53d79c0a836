// <wall-clock data-zone="America/Chicago" data-cycle="h12"><time>Tue, Jun 9</time> · <time>10:34 AM</time></wall-clock>
// The day and the time in that zone, kept true while the page is open. The server wrote the first words, which stand
// until they are different.
const MINUTE = 60_000;
const STYLES = [{ weekday: "short", month: "short", day: "numeric" }, { hour: "numeric", minute: "2-digit" }];

class WallClock extends HTMLElement {
  connectedCallback() {
    const here = { timeZone: this.dataset.zone, hourCycle: this.dataset.cycle };
    this.formats = STYLES.map((style) => new Intl.DateTimeFormat(document.documentElement.lang, { ...style, ...here }));
    this.said = this.words(new Date());
    this.wait();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  words(now) {
    // CLDR has a narrow space before AM, which we write as a plain one.
    return this.formats.map((format) => format.format(now).replaceAll("\u202f", " "));
  }

  wait() {
    this.timer = setTimeout(() => this.tick(), MINUTE - (Date.now() % MINUTE));
  }

  tick() {
    const now = new Date();
    const words = this.words(now);
    this.querySelectorAll("time").forEach((time, place) => {
      if (words[place] === this.said[place]) return;
      time.textContent = words[place];
      time.dateTime = now.toISOString();
      time.removeAttribute("title");
    });
    this.said = words;
    this.wait();
  }
}

customElements.define("wall-clock", WallClock);
