// Asking without leaving the page: sources at once, the answer as it is written, then as it stays.
import { eventsOf } from "./events.js";
import { arrange } from "./margin.js";
import { StreamedAnswer, element } from "./stream.js";
import { words } from "./words.js";

// What the finished card leaves out as well: fences, rules, cuts, the marks of headings and lists.
const MARKUP =
  /^[ \t]*```.*$|^[ \t]*\|?[ \t]*:?-{2,}[-:| \t]*$|<!--[ \t]*cut[ \t]*-->|^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|>[ \t]?)|\*\*|`/gm;

let running = null;

export function startAsking() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== "/ask") return;
    event.preventDefault();
    const box = form.querySelector("textarea");
    const question = (box ? box.value : event.submitter?.value ?? "").trim();
    const conversation = form.elements.conversation?.value || currentConversation();
    if (!question || running) return;
    if (box) clear(box);
    ask(question, conversation);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches?.("[data-composer] textarea") || event.key !== "Enter") return;
    // While an input method composes, Enter chooses characters (229 is how Safari says so).
    if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    box.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-stop]")) stop();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-composer] textarea")) fit(event.target);
  });
}

export function stop() {
  running?.abort();
  return Boolean(running);
}

async function ask(question, conversation) {
  const control = new AbortController();
  running = control;
  toggleStop(true);
  const turn = new PendingTurn(question, conversation);
  try {
    const response = await fetch("/api/ask", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify(conversation ? { question, conversation } : { question }),
      signal: control.signal,
    });
    if (!response.ok || !response.body) {
      turn.broke(await refusal(response));
      return;
    }
    for await (const event of eventsOf(response.body)) {
      turn.take(event);
      if (turn.ended) break;
    }
    if (!turn.ended) turn.broke(words("interrupted"));
  } catch (error) {
    const stopped = error.name === "AbortError";
    turn.broke(words(stopped ? "stopped" : turn.begun ? "interrupted" : "offline"));
  } finally {
    running = null;
    toggleStop(false);
    refreshRail();
  }
}

class PendingTurn {
  ended = false;
  begun = false;
  #article;
  #answer;
  #question;

  constructor(question, conversation) {
    this.#question = question;
    this.#article = document.getElementById("pending-turn").content.cloneNode(true).firstElementChild;
    this.#article.querySelector(".question").textContent = question;
    this.#answer = new StreamedAnswer(this.#article.querySelector("[data-answer]"));
    this.conversation = conversation;
    openSheet();
    document.getElementById("turns").append(this.#article);
    arrange(this.#article);
    this.#article.scrollIntoView({ block: "start" });
  }

  take({ name, data }) {
    if (name === "sources") this.#sources(data);
    else if (name === "token") this.#token(data.text);
    else if (name === "citation") this.#answer.cite(data);
    else if (name === "support") this.#answer.support(data);
    else if (name === "done") this.#finish(data);
    else if (name === "error") this.#fail(data);
    if (name === "citation") arrange(this.#article);
  }

  broke(sentence) {
    this.ended = true;
    const broken = this.#article.querySelector("[data-broken]");
    broken.hidden = false;
    broken.querySelector("[data-sentence]").textContent = sentence;
    broken.querySelector("button").value = this.#question;
    broken.querySelector("[name=conversation]").value = this.conversation ?? "";
    const box = this.#article.querySelector("[data-answer]");
    box.removeAttribute("aria-busy");
    if (this.#answer.empty) box.replaceChildren();
    for (const bone of this.#article.querySelectorAll(".skeleton")) bone.remove();
    this.#article.querySelector("[data-stage]").textContent = "";
    this.#article.classList.remove("pending");
  }

  #sources({ conversation, sources, chips = [] }) {
    this.begun = true;
    this.#chips(chips);
    this.#belongsTo(conversation);
    const cards = this.#article.querySelector("[data-cards]");
    cards.replaceChildren(...sources.map(card));
    arrange(this.#article);
    const stage = this.#article.querySelector("[data-stage]");
    stage.textContent = words("reading", { n: sources.length });
  }

  #chips(chips) {
    const holder = this.#article.querySelector("[data-chips]");
    holder.hidden = !chips.length;
    holder.firstElementChild.replaceChildren(
      ...chips.map(({ written }) => {
        const item = element("li");
        item.append(element("span", "", written));
        return item;
      }),
    );
  }

  #token(text) {
    this.begun = true;
    this.#answer.append(text);
  }

  #finish({ html, conversation }) {
    this.ended = true;
    this.#belongsTo(conversation);
    this.#swap(html);
  }

  #fail({ message, html, conversation }) {
    this.#belongsTo(conversation);
    if (html) {
      this.ended = true;
      this.#swap(html);
    } else {
      this.broke(message ?? words("interrupted"));
    }
  }

  #swap(html) {
    if (!html) {
      location.reload();
      return;
    }
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const final = holder.content.firstElementChild;
    this.#article.replaceWith(final);
    this.#article = final;
    arrange(final);
  }

  #belongsTo(conversation) {
    if (!conversation) return;
    this.conversation = conversation;
    const address = `/c/${conversation}`;
    if (location.pathname !== address) history.replaceState(null, "", address);
    const field = document.querySelector("[data-composer] [name=conversation]");
    if (field) field.value = conversation;
  }
}

function card(source, index) {
  const made = document.getElementById("pending-card").content.cloneNode(true).firstElementChild;
  made.dataset.n = source.number;
  made.style.animationDelay = `${index * 40}ms`;
  made.querySelector(".n").textContent = source.number;
  const headings = (source.heading ?? "").split(" › ").filter((words) => words && words !== source.title);
  made.querySelector(".where").textContent = [source.title || source.note, ...headings].join(" › ");
  const about = [
    source.page ? words("page", { n: source.page }) : "",
    source.speakers?.slice(0, 3).join("、"),
    source.when?.replace("T", " ").slice(0, 16),
  ];
  made.querySelector(".about").textContent = about.filter(Boolean).join(" · ");
  made.querySelector("blockquote").textContent = excerpt(source.text ?? "");
  made.querySelector(".open").href = source.url;
  return made;
}

function excerpt(text) {
  const plain = text.replace(MARKUP, "").replace(/\s+/g, " ").trim();
  return plain.length > 160 ? `${plain.slice(0, 160)}…` : plain;
}

async function refusal(response) {
  try {
    return (await response.json()).error ?? words("offline");
  } catch {
    return words("offline");
  }
}

// The title page gives way to the sheet: the box moves to its foot.
function openSheet() {
  const home = document.querySelector("[data-home]");
  if (!home) return;
  const composer = home.querySelector("[data-composer]");
  home.remove();
  if (!composer) return;
  const dock = element("div", "dock");
  dock.append(composer);
  document.getElementById("turns").after(dock);
  const box = composer.querySelector("textarea");
  box.placeholder = words("follow");
  box.focus({ preventScroll: true });
}

function currentConversation() {
  return document.querySelector("[data-composer] [name=conversation]")?.value ?? "";
}

function clear(box) {
  box.value = "";
  fit(box);
}

// For browsers without `field-sizing`.
function fit(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function toggleStop(on) {
  for (const button of document.querySelectorAll("[data-stop]")) button.hidden = !on;
  for (const button of document.querySelectorAll(".composer .send")) button.hidden = on;
}

async function refreshRail() {
  try {
    const response = await fetch(location.pathname, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("conversations");
    if (fresh) document.getElementById("conversations").replaceWith(fresh);
  } catch {
    // The list is as it was; the next page has it.
  }
}
