// Copies an answer with its footnotes as text: numbers in brackets, then one line for each source.
import { words } from "./words.js";

const BLOCKS = "p, li, pre, h2, h3, h4, h5, h6, tr, blockquote";

export function startCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(withFootnotes(button.closest("[data-turn]")));
    const label = button.textContent;
    button.textContent = words("copied");
    setTimeout(() => (button.textContent = label), 1600);
  });
}

export function withFootnotes(turn) {
  const answer = turn.querySelector(".answer").cloneNode(true);
  for (const ref of answer.querySelectorAll(".ref")) ref.replaceWith(`[${ref.dataset.n}]`);
  for (const extra of answer.querySelectorAll(".proof, [data-extra]")) extra.remove();
  const leaves = [...answer.querySelectorAll(BLOCKS)].filter((block) => !block.querySelector(BLOCKS));
  const prose = leaves.map((block) => (block.matches("li") ? "- " : "") + block.textContent.trim());
  const notes = [...turn.querySelectorAll("[data-cards] > .card")].map((card) => {
    const where = card.querySelector(".where").textContent.replace(/\s+/g, " ").trim();
    const quote = card.querySelector("blockquote").textContent.replace(/\s+/g, " ").trim();
    return `[${card.dataset.n}] ${where}: ${quote}`;
  });
  return [...prose, "", ...notes].join("\n\n").replace("\n\n\n\n", "\n\n---\n\n").replaceAll("\u2060", "");
}
