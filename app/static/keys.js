// Keys: every one of them is in the list that `?` opens.
import { stop } from "./ask.js";
import { lower, walk } from "./margin.js";

const PLACES = { l: "/notes", s: "/sync" };
let going = 0;

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") escape(event);
    else if (!event.target.closest?.("input, textarea, select, dialog")) act(event);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-keys-open]")) list().showModal();
  });
}

const list = () => document.getElementById("keys");

function act(event) {
  const place = event.timeStamp - going < 1200 ? PLACES[event.key] : undefined;
  going = event.key === "g" ? event.timeStamp : 0;
  if (place) location.assign(place);
  else if (event.key === "/") focusQuestion(event);
  else if (event.key === "[") walk(-1);
  else if (event.key === "]") walk(1);
  else if (event.key === "?") list().showModal();
}

function focusQuestion(event) {
  event.preventDefault();
  const box = document.querySelector("#question, #filter");
  if (box) box.focus();
  else location.assign("/");
}

function escape(event) {
  if (stop()) return;
  lower();
  event.target.blur?.();
}
