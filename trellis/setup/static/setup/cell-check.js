// <cell-check>: in the form over a cell, asks what its answer would do while somebody types. Only the answer to what was asked
// last counts, and none any more once the form is being saved or was closed; what it had changed around the form is put back.
const AROUND = ["draft-verdict", "draft-replay"];

class CellCheck extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.dialog = this.closest("dialog");
    this.asked = null;
    this.isSaving = false;
    this.before = [];
    this.addEventListener("htmx:before:request", (event) => this.ask(event));
    // Nobody asked for it: that it did not arrive is not worth a word.
    this.addEventListener("htmx:error", (event) => event.stopPropagation());
    this.form.addEventListener("htmx:before:request", (event) => this.save(event));
    this.form.addEventListener("htmx:finally:request", (event) => this.afterSave(event));
    this.onClose = () => this.close();
    this.dialog?.addEventListener("close", this.onClose, { once: true });
  }

  disconnectedCallback() {
    this.dialog?.removeEventListener("close", this.onClose);
  }

  get isOver() {
    return this.isSaving || !this.isConnected || (this.dialog && !this.dialog.open);
  }

  ask(event) {
    if (this.isOver) event.preventDefault();
    else this.asked = event.detail.ctx;
  }

  save({ detail }) {
    if (detail.ctx.sourceElement !== this.form) return;
    this.isSaving = true;
  }

  // With its errors the form is another one by now; where nothing came back at all it can be saved again.
  afterSave({ detail }) {
    if (detail.ctx.sourceElement === this.form && (!this.dialog || this.dialog.open)) this.isSaving = false;
  }

  waitsFor(ctx) {
    return ctx === this.asked && !this.isOver;
  }

  remember() {
    if (!this.before.length) this.before = AROUND.map((id) => document.getElementById(id)?.cloneNode(true)).filter(Boolean);
  }

  close() {
    if (this.isSaving) return;
    for (const part of this.before) {
      document.getElementById(part.id)?.replaceWith(part);
      htmx.process(part);
    }
    this.before = [];
  }
}

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!(ctx.sourceElement instanceof CellCheck)) return;
  if (ctx.sourceElement.waitsFor(ctx)) ctx.sourceElement.remember();
  else event.preventDefault();
});

customElements.define("cell-check", CellCheck);
