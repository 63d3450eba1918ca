// Footnotes stand beside the sentence they prove; a number raises its card, or shows its quote.
import { element } from "./stream.js";

const GAP = 18;
const roomy = matchMedia("(min-width: 860px)");
const touch = matchMedia("(hover: none)");
const watched = new WeakSet();
let raised = null;
let touched = null; // the number that was raised already when a finger came down

export function startMargin() {
  for (const turn of document.querySelectorAll("[data-turn]")) arrange(turn);
  roomy.addEventListener("change", arrangeAll);
  document.fonts?.ready.then(arrangeAll);
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, onReach);
  for (const kind of ["pointerout", "focusout"]) document.addEventListener(kind, onLeave);
  document.addEventListener("pointerdown", () => (touched = raised), true);
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", (event) => arrange(event.target.closest?.("[data-turn]")), true);
}

export function arrangeAll() {
  for (const turn of document.querySelectorAll("[data-turn]")) arrange(turn);
}

// Puts each card beside the first sentence that cites it, below the card before.
export function arrange(turn) {
  const margin = turn?.querySelector(".margin");
  if (!margin) return;
  watch(turn);
  if (!roomy.matches) {
    margin.classList.remove("set");
    return;
  }
  margin.classList.add("set");
  const origin = margin.getBoundingClientRect().top;
  const cards = [...margin.querySelectorAll(":scope > [data-cards] > .card")];
  const wanted = new Map(cards.map((card) => [card, wish(turn, card, origin)]));
  cards.sort((a, b) => wanted.get(a) - wanted.get(b));
  // Cards that nothing cites come last, or from the answer's first line while there is no other.
  let bottom = 0;
  for (const card of cards) {
    const top = wanted.get(card);
    const cited = Number.isFinite(top);
    bottom = put(card, cited ? Math.max(top, bottom) : bottom || answerTop(turn, origin));
  }
  const others = margin.querySelector(":scope > .others");
  if (others) bottom = put(others, cards.length ? bottom + GAP : answerTop(turn, origin));
  margin.style.setProperty("--cards", `${bottom}px`);
}

// Goes to the citation before or after the one that is raised.
export function walk(step) {
  const all = [...document.querySelectorAll(".answer .ref")];
  if (!all.length) return;
  const from = all.indexOf(raised);
  const next = from < 0 ? (step > 0 ? 0 : all.length - 1) : (from + step + all.length) % all.length;
  all[next].focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "center" });
  raise(all[next]);
}

export function lower() {
  hidePeek();
  for (const marked of document.querySelectorAll(".ref.on, .card.on")) marked.classList.remove("on");
  CSS.highlights?.delete("sentence");
  raised = null;
}

function watch(turn) {
  if (watched.has(turn)) return;
  watched.add(turn);
  new ResizeObserver(() => arrange(turn)).observe(turn.querySelector(".leaf"));
}

function wish(turn, card, origin) {
  const ref = turn.querySelector(`.answer .ref[data-n="${card.dataset.n}"]`);
  if (!ref) return Infinity;
  return ref.getBoundingClientRect().top - origin - 4;
}

function answerTop(turn, origin) {
  return turn.querySelector(".answer").getBoundingClientRect().top - origin;
}

function put(item, top) {
  item.style.setProperty("--top", `${Math.round(top)}px`);
  return top + item.offsetHeight + GAP;
}

function raise(ref) {
  if (raised === ref) return;
  lower();
  raised = ref;
  ref.classList.add("on");
  markSentence(ref);
  const turn = ref.closest("[data-turn]");
  const card = turn?.querySelector(`.card[data-n="${ref.dataset.n}"]`);
  card?.classList.add("on");
  arrange(turn);
  if (!card || !inSight(card) || !roomy.matches) showPeek(ref, card);
}

function inSight(card) {
  const box = card.getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.top + 60 <= innerHeight;
}

// The words from the sentence before, or the start of the block, up to the number.
function markSentence(ref) {
  if (!CSS.highlights) return;
  const block = ref.closest("p, li, td, dd, blockquote, h2, h3, h4") ?? ref.parentElement;
  const range = document.createRange();
  range.setStart(block, 0);
  for (const proof of block.querySelectorAll(".proof")) {
    const before = proof.compareDocumentPosition(ref) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (before) range.setStartAfter(proof);
  }
  range.setEndBefore(ref);
  CSS.highlights.set("sentence", new Highlight(range));
}

function showPeek(ref, card) {
  const peek = document.getElementById("peek");
  const quote = ref.dataset.quote;
  if (!peek || !quote) return;
  const title = element("strong", "");
  title.append(element("span", "", ref.dataset.n), card?.querySelector(".where")?.textContent ?? "");
  peek.replaceChildren(title, element("q", "", quote));
  if (touch.matches && ref.href) {
    const open = element("a", "", document.querySelector(".card .open")?.textContent ?? ref.href);
    open.href = ref.href;
    peek.append(open);
  }
  peek.hidden = false;
  const at = ref.getBoundingClientRect();
  const parent = peek.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 };
  const left = Math.min(Math.max(at.left - 40, 12), innerWidth - peek.offsetWidth - 12);
  const above = at.bottom + peek.offsetHeight + 12 > innerHeight && at.top > peek.offsetHeight + 12;
  const top = above ? at.top - peek.offsetHeight - 8 : at.bottom + 8;
  peek.style.left = `${left - parent.left}px`;
  peek.style.top = `${top - parent.top}px`;
  ref.setAttribute("aria-describedby", "peek");
}

function hidePeek() {
  const peek = document.getElementById("peek");
  if (peek) peek.hidden = true;
  raised?.removeAttribute("aria-describedby");
}

function onReach(event) {
  const ref = event.target.closest?.(".answer .ref");
  if (ref && !(touch.matches && event.type === "pointerover")) raise(ref);
  const card = event.target.closest?.(".card[data-n]");
  if (card && !card.classList.contains("on")) beside(card);
}

function onLeave(event) {
  if (event.target.closest?.(".answer .ref")) hidePeek();
}

// A card that is reached lights its first number.
function beside(card) {
  const turn = card.closest("[data-turn]");
  const ref = turn?.querySelector(`.answer .ref[data-n="${card.dataset.n}"]`);
  if (!ref || ref === raised) return;
  lower();
  raised = ref;
  ref.classList.add("on");
  card.classList.add("on");
  markSentence(ref);
}

function onClick(event) {
  const step = event.target.closest?.("[data-walk]");
  if (step) walk(Number(step.dataset.walk));
  const ref = event.target.closest?.(".answer .ref");
  if (ref && touch.matches && ref !== touched) {
    // The first touch shows the quote, the second opens the note.
    event.preventDefault();
    raise(ref);
  } else if (!ref && !event.target.closest?.(".card, .peek, [data-walk]")) {
    lower();
  }
}

