// A sync as it goes: how far, how fast, which note; then the page with its report.
import { words } from "./words.js";

export function startSync() {
  const section = document.querySelector("[data-sync]");
  if (!section) return;
  const panel = section.querySelector("[data-running]");
  if (panel.dataset.url) follow(panel, panel.dataset.url);
  for (const form of section.querySelectorAll("[data-start]")) begin(section, panel, form);
  section.querySelector("[data-cancel]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    fetch(`${panel.dataset.url}/cancel`, { method: "POST" }).catch(() => null);
  });
}

function begin(section, panel, form) {
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "preview") return; // that one only asks
    event.preventDefault();
    const wanted = { accept_deletions: new FormData(form).has("accept_deletions") };
    const response = await fetch("/api/ingest", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wanted),
    }).catch(() => null);
    const reply = await response?.json().catch(() => null);
    if (!response?.ok || !reply?.run) {
      problem(section, reply?.error ?? words("offline"));
      return;
    }
    for (const each of section.querySelectorAll("[data-start]")) each.hidden = true;
    panel.hidden = false;
    follow(panel, `/api/ingest/${reply.run}`);
  });
}

function follow(panel, address) {
  panel.dataset.url = address;
  const started = performance.now();
  let first = null;
  const events = new EventSource(address);
  events.addEventListener("progress", (event) => {
    const progress = JSON.parse(event.data);
    first ??= progress.done;
    show(panel, progress, (progress.done - first) / ((performance.now() - started) / 1000));
  });
  const finish = () => {
    events.close();
    panel.querySelector("[data-figures]").textContent = words("finishing");
    location.reload();
  };
  events.addEventListener("done", finish);
  events.addEventListener("error", (event) => {
    if (event.data) {
      events.close();
      problem(panel.closest("[data-sync]"), JSON.parse(event.data).message ?? words("offline"));
    } else if (events.readyState === EventSource.CLOSED) {
      problem(panel.closest("[data-sync]"), words("offline"));
    }
  });
}

function show(panel, { done, total, path }, rate) {
  const bar = panel.querySelector("progress");
  bar.max = Math.max(total, 1);
  bar.value = done;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  panel.querySelector("[data-figures]").textContent = words("progress", {
    done: number.format(done),
    total: number.format(total),
  });
  panel.querySelector("[data-path]").textContent = path;
  const pace = panel.querySelector("[data-rate]");
  if (rate > 0.5) {
    const left = Math.ceil((total - done) / rate);
    const said = words("rate", { n: Math.round(rate) });
    pace.textContent = left > 1 ? `${said} · ${words("left", { n: left })}` : said;
  }
}

function problem(section, sentence) {
  const line = section.querySelector("[data-problem]");
  line.textContent = sentence;
  line.hidden = false;
}
