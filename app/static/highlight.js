// Marks exactly the cited characters of a note. Offsets are code points of the note's source;
// the page shows that source rendered, so the two are laid side by side, markup skipped.

const AGREE = 3; // characters that must agree before the two are taken to be in step again
const REACH = 400; // how far ahead agreement is looked for
const MARKUP = /!?\[\[[^\]\n|]*\||\]\([^)\n]*\)|<\/?[a-z][^<>\n]*>|https?:\/\/\S+(?=\))|^[ \t]*(?:#{1,6}[ \t]|>|[-*+][ \t]|\d{1,3}[.)][ \t]|```.*$|\|?[ \t]*:?-{2,}[-:| \t]*$)/gim;
// Skipped on both sides: signs that are markup here and words there.
const PASSED_OVER = /[\s*_~`|\\$#]/;

export function startHighlight() {
  const template = document.getElementById("quotation");
  const note = document.querySelector("[data-note]");
  if (!template || !note) return;
  const quotation = {
    start: Number(template.dataset.start),
    end: Number(template.dataset.end),
    sourceStart: Number(template.dataset.sourceStart),
    source: Array.from(template.content.textContent),
  };
  const ranges = rangesOf(note, quotation);
  if (!ranges.length || !CSS.highlights) return;
  CSS.highlights.set("passage", new Highlight(...ranges));
  note.classList.add("marked");
  scrollTo(ranges[0]);
}

// One range for each stretch of text that a block contributes, without what the page adds to it.
export function rangesOf(note, quotation) {
  const groups = new Map();
  for (const found of textNodes(note)) {
    const block = found.node.parentElement.closest("[data-start]");
    if (!block || !overlaps(block, quotation)) continue;
    if (!groups.has(block)) groups.set(block, []);
    groups.get(block).push(found);
  }
  const ranges = [...groups].flatMap(([block, nodes]) => rangesIn(block, nodes, quotation));
  return ranges.sort((a, b) => a.compareBoundaryPoints(Range.START_TO_START, b));
}

// Each text node of the source with the number of its stretch: between two stretches stands
// something that the page adds.
function* textNodes(root) {
  let stretch = 0;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode(node) {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      if (!node.hasAttribute("data-extra")) return NodeFilter.FILTER_SKIP;
      stretch += 1;
      return NodeFilter.FILTER_REJECT;
    },
  });
  while (walker.nextNode()) yield { node: walker.currentNode, stretch };
}

function overlaps(block, { start, end }) {
  return Number(block.dataset.start) < end && start < Number(block.dataset.end);
}

function rangesIn(block, nodes, quotation) {
  const shown = letters(nodes);
  if (!shown.length) return [];
  const from = Number(block.dataset.start);
  const to = Number(block.dataset.end);
  if (quotation.start <= from && to <= quotation.end) return stretches(shown);
  const offset = from - quotation.sourceStart;
  const source = quotation.source.slice(Math.max(0, offset), to - quotation.sourceStart);
  const first = quotation.start - Math.max(from, quotation.sourceStart);
  const last = quotation.end - Math.max(from, quotation.sourceStart);
  const pairs = aligned(unmarked(source), shown).filter(([at]) => first <= at && at < last);
  return pairs.length ? stretches(shown.slice(pairs[0][1], pairs.at(-1)[1] + 1)) : [];
}

// The shown characters, each with its place.
function letters(nodes) {
  const result = [];
  for (const { node, stretch } of nodes) {
    let offset = 0;
    for (const character of node.data) {
      if (!PASSED_OVER.test(character)) result.push({ character, node, offset, stretch });
      offset += character.length;
    }
  }
  return result;
}

// The source's characters that can be shown, each with its offset.
function unmarked(source) {
  const text = source.join("");
  const hidden = new Uint8Array(text.length);
  for (const match of text.matchAll(MARKUP)) hidden.fill(1, match.index, match.index + match[0].length);
  const result = [];
  let unit = 0;
  source.forEach((character, at) => {
    if (!hidden[unit] && !PASSED_OVER.test(character)) result.push({ character, at });
    unit += character.length;
  });
  return result;
}

// Pairs of [source offset, index of shown character], found by walking both and getting back in
// step after a difference at the nearest place where a few characters agree.
export function aligned(source, shown) {
  const pairs = [];
  let s = 0;
  let d = 0;
  while (s < source.length && d < shown.length) {
    if (source[s].character === shown[d].character) {
      pairs.push([source[s++].at, d++]);
      continue;
    }
    const skip = inStep(source, s, shown, d);
    if (!skip) break;
    s += skip[0];
    d += skip[1];
  }
  return pairs;
}

function inStep(source, s, shown, d) {
  for (let sum = 1; sum <= REACH; sum += 1) {
    for (let ahead = sum; ahead >= 0; ahead -= 1) {
      if (agrees(source, s + ahead, shown, d + sum - ahead)) return [ahead, sum - ahead];
    }
  }
  return null;
}

function agrees(source, s, shown, d) {
  const length = Math.min(AGREE, source.length - s, shown.length - d);
  if (length <= 0) return false;
  for (let i = 0; i < length; i += 1) {
    if (source[s + i].character !== shown[d + i].character) return false;
  }
  return true;
}

function stretches(letters) {
  const found = [];
  for (const letter of letters) {
    if (found.at(-1)?.at(-1).stretch === letter.stretch) found.at(-1).push(letter);
    else found.push([letter]);
  }
  return found.map((run) => range(run[0], run.at(-1)));
}

function range(first, last) {
  const made = document.createRange();
  made.setStart(first.node, first.offset);
  made.setEnd(last.node, last.offset + last.character.length);
  return made;
}

function scrollTo(target) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const fold = target.startContainer.parentElement.closest("details");
  if (fold) fold.open = true;
  // Twice: blocks that were not drawn yet take their true height on the way.
  for (const wait of [0, 120]) {
    setTimeout(() => {
      const box = target.getBoundingClientRect();
      const top = scrollY + box.top - innerHeight * 0.28;
      window.scrollTo({ top, behavior: wait || calm ? "instant" : "auto" });
    }, wait);
  }
}
