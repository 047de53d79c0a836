// <tag-line>: whoever puts a tag on goes on typing the next; whoever takes one off goes on at the one in its place.
class TagLine extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
    document.addEventListener("htmx:after:swap", this);
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:swap", this);
  }

  get field() {
    return this.querySelector("[name=add]");
  }

  get ways() {
    return [...this.querySelectorAll("[name=remove]"), this.field];
  }

  handleEvent(event) {
    if (event.type === "submit") this.place = this.ways.indexOf(event.submitter);
    else if (this.place !== undefined && event.detail.ctx?.request?.method === "POST") this.goOn();
  }

  goOn() {
    if (this.place < 0) this.field.value = "";
    (this.place < 0 ? this.field : this.ways.at(Math.min(this.place, this.ways.length - 1))).focus();
    this.place = undefined;
  }
}

customElements.define("tag-line", TagLine);
