// <time-left data-start="…"><time datetime="…">8m left</time></time-left>
// Keeps every countdown on the page true from one timer. The server wrote the first words; far deadlines keep them.
// With data-waited it counts up from the start instead; with data-state="wait" nothing runs out and nothing changes.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEAT = 15_000;
const shown = new Set();
let timer = 0;

function brief(span) {
  if (span < HOUR) return `${Math.max(Math.floor(span / MINUTE), 1)}m`;
  return span < 48 * HOUR ? `${Math.floor(span / HOUR)}h` : `${Math.floor(span / (24 * HOUR))}d`;
}

function tick() {
  const now = Date.now();
  for (const element of shown) element.update(now);
}

class TimeLeft extends HTMLElement {
  connectedCallback() {
    shown.add(this);
    timer ||= setInterval(tick, BEAT);
    this.update(Date.now());
  }

  disconnectedCallback() {
    shown.delete(this);
    if (shown.size) return;
    clearInterval(timer);
    timer = 0;
  }

  update(now) {
    if (this.dataset.state === "wait") return;
    const time = this.querySelector("time");
    const due = Date.parse(time.dateTime);
    const start = Date.parse(this.dataset.start);
    const left = due - now;
    const percent = due > start ? Math.min(Math.round((100 * left) / (due - start)), 100) : 100;
    const state = left <= 0 ? "over" : left <= 10 * MINUTE || (percent <= 20 && left <= 20 * MINUTE) ? "soon" : "ok";
    if (this.dataset.state !== state) this.dataset.state = state;
    this.style.setProperty("--left", Math.max(percent, 0));
    const words = this.words(left, now - start);
    if (words && time.textContent !== words) time.textContent = words;
  }

  words(left, waited) {
    if ("waited" in this.dataset) return `${brief(waited)} waited`;
    if (left >= HOUR) return "";
    return left <= 0 ? `${brief(-left)} over` : `${brief(left)} left`;
  }
}

customElements.define("time-left", TimeLeft);
document.addEventListener("visibilitychange", () => document.hidden || tick());
