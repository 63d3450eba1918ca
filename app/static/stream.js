// An answer while it is being written: plain text, with its numbers and proof marks alive.

const SIGNS = { verified: "●", weak: "◐", unsupported: "○" };
const JOINED = "\u2060"; // no line may begin with a number or a proof mark
const MARK = /(\[\d+\])/;

export class StreamedAnswer {
  #box;
  #paragraph = null;
  #length = 0; // code points so far
  #breaks = 0; // line breaks that wait for what follows: one breaks the line, more the paragraph
  #runs = []; // text nodes with the offset at which each begins
  #marks = [];
  #citations = [];

  constructor(box) {
    this.#box = box;
  }

  get empty() {
    return this.#length === 0;
  }

  append(text) {
    for (const part of text.split(MARK)) {
      if (MARK.test(part)) this.#mark(part);
      else if (part) this.#text(part);
    }
  }

  cite(citation) {
    this.#citations.push(citation);
    this.#connect(this.#citations.length - 1);
  }

  support({ end, label, why }) {
    const run = this.#runs.findLast(({ start }) => start < end);
    if (!run || !(label in SIGNS)) return;
    const inside = Array.from(run.node.data).slice(0, end - run.start).join("").length;
    const proof = element("span", `proof ${label}`, SIGNS[label]);
    proof.title = why;
    proof.setAttribute("role", "img");
    proof.setAttribute("aria-label", why);
    let place = run.node;
    if (inside < run.node.data.length) {
      const tail = run.node.splitText(inside);
      this.#runs.push({ node: tail, start: end });
      this.#runs.sort((a, b) => a.start - b.start);
    } else {
      while (belongs(place.nextSibling)) place = place.nextSibling;
    }
    place.after(JOINED, proof);
  }

  #text(text) {
    for (const piece of text.split(/(\n+)/)) {
      if (piece.startsWith("\n")) {
        this.#breaks += piece.length;
        this.#length += piece.length;
      } else if (piece) {
        this.#place(piece);
      }
    }
  }

  #place(piece) {
    this.#settle();
    const node = document.createTextNode(piece);
    this.#runs.push({ node, start: this.#length });
    this.#target().append(node);
    this.#length += Array.from(piece).length;
  }

  #settle() {
    if (this.#breaks > 1) this.#paragraph = null;
    else if (this.#breaks === 1) this.#paragraph?.append("\n");
    this.#breaks = 0;
  }

  #mark(written) {
    const number = Number(written.slice(1, -1));
    const link = element("a", "ref");
    link.dataset.n = number;
    link.append(element("sup", "", String(number)));
    this.#settle();
    this.#target().append(JOINED, link);
    this.#marks.push(link);
    this.#length += written.length;
    this.#connect(this.#marks.length - 1);
  }

  #connect(index) {
    const link = this.#marks[index];
    const citation = this.#citations[index];
    if (!link || !citation || citation.number !== Number(link.dataset.n)) return;
    link.href = citation.url;
    link.dataset.quote = citation.quote;
  }

  #target() {
    if (!this.#paragraph) {
      if (!this.#box.querySelector(".written")) this.#box.replaceChildren();
      this.#paragraph = element("p", "written");
      this.#box.append(this.#paragraph);
    }
    return this.#paragraph;
  }
}

// Whether a node is a number after a sentence, or what joins one to it.
const belongs = (node) => node?.data === JOINED || node?.classList?.contains("ref");

export function element(name, classes, text = "") {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  return made;
}
