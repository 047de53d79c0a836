// <message-check data-channel="sms">: live advice on the message written in the form around it. It never blocks.
// A good message confirms what was said, asks exactly one question and gives the next step.
const CONFIRMS = /\b(thanks|thank you|got (it|your)|received|confirm\w*|we(’|'| a)re|you(’|'| a)re (all )?(set|booked)|yes|glad|sorry|hi|hello|hey)\b/i;
const NEXT_STEP =
  /\b(will|we(’|')ll|I(’|')ll|going to|reply|call (me|us|you|back)|text (me|us)|book|come by|stop by|visit|send you|see you|talk (soon|then|to you)|tomorrow|today|tonight|this (morning|afternoon|evening|week)|next week|(mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}(:\d{2})? ?(am|pm))\b/i;
const GSM = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùü^{}\\[~\]|€ΔΦΓΛΩΠΨΣΘΞ]*$/;

export function judge(text) {
  return {
    confirms: CONFIRMS.test(text),
    asks: (text.match(/\?/g) ?? []).length === 1,
    "next-step": NEXT_STEP.test(text),
  };
}

export function countTexts(text) {
  const [single, part] = GSM.test(text) ? [160, 153] : [70, 67];
  return text.length <= single ? Math.min(text.length, 1) : Math.ceil(text.length / part);
}

class MessageCheck extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.onChange = () => this.update();
    this.form?.addEventListener("input", this.onChange);
    document.addEventListener("htmx:after:swap", this.onChange);
    this.update();
  }

  disconnectedCallback() {
    this.form?.removeEventListener("input", this.onChange);
    document.removeEventListener("htmx:after:swap", this.onChange);
  }

  update() {
    const text = this.form?.querySelector("textarea")?.value ?? "";
    const found = judge(text);
    for (const part of this.querySelectorAll("[data-part]")) part.toggleAttribute("data-found", found[part.dataset.part]);
    const texts = this.querySelector("[data-texts]");
    if (!texts) return;
    const count = countTexts(text);
    texts.textContent = count ? `${count} text${count === 1 ? "" : "s"}` : "";
  }
}

customElements.define("message-check", MessageCheck);
