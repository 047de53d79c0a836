// <look-further>: where no index leads to those who match, the list is looked through a stretch at a time. It asks for one
// after the other at data-next and puts what was met with into the table, until the page is full or nothing is left.

class LookFurther extends HTMLElement {
  connectedCallback() {
    this.pause = this.querySelector("[data-pause]");
    this.link = this.querySelector("[data-on]");
    this.pause.addEventListener("click", () => this.rest());
    this.link.addEventListener("click", (event) => {
      event.preventDefault();
      this.look();
    });
    this.look();
  }

  disconnectedCallback() {
    this.asking?.abort();
  }

  rest() {
    this.asking.abort();
    this.show(false);
    this.link.focus();
  }

  show(isLooking) {
    this.pause.hidden = !isLooking;
    this.link.hidden = isLooking;
  }

  async look() {
    const { signal } = (this.asking = new AbortController());
    this.show(true);
    try {
      while (this.isConnected && !signal.aborted) await this.stretch(signal);
    } catch {
      // Paused, left, or out of reach: it can be taken up again where it was.
      if (this.isConnected) this.show(false);
    }
  }

  async stretch(signal) {
    const { next } = this.dataset;
    const answer = await fetch(next, { signal });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const end = page.querySelector("[data-end]");
    if (!end || signal.aborted) throw new Error("Not a stretch of a list.");
    // The page was drawn anew meanwhile, and begins from where it says now.
    if (next !== this.dataset.next) return;
    this.add(page.querySelectorAll(".list-table__row"));
    this.count(page.querySelector("[data-count]"));
    const now = end.querySelector("look-further");
    if (now) this.goOn(now);
    else this.finish(end);
  }

  add(rows) {
    const body = this.closest("list-table").querySelector(".list-table tbody");
    for (const row of rows) {
      body.append(row);
      htmx.process(row);
    }
  }

  count(told) {
    const place = document.getElementById("list-count");
    place.replaceChildren(...told.childNodes);
    htmx.process(place);
  }

  goOn(now) {
    this.dataset.next = now.dataset.next;
    this.link.href = now.querySelector("[data-on]").getAttribute("href");
    for (const one of ["progress", ".list-look__text"]) this.querySelector(one).replaceWith(now.querySelector(one));
  }

  finish(end) {
    const nobody = end.querySelector(".empty-state");
    const place = nobody ? this.closest("list-table") : this;
    place.replaceWith(...end.childNodes);
  }
}

customElements.define("look-further", LookFurther);
