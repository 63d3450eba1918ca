// How far an evaluation is, without a reload; a question set from a file.
const BETWEEN_LOOKS = 700;

export function startEvaluation() {
  const panel = document.querySelector("[data-evaluation]");
  if (panel) follow(panel);
  const form = document.querySelector("[data-keep]");
  if (form) keepFiles(form);
}

async function follow(panel) {
  const bar = panel.querySelector("progress");
  const figures = panel.querySelector("[data-figures]");
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
    const response = await fetch(panel.dataset.evaluation).catch(() => null);
    const reply = response?.ok ? await response.json().catch(() => null) : null;
    if (!reply) continue;
    if (reply.state !== "running") break;
    bar.value = reply.done;
    figures.textContent = figures.textContent.replace(/[\d,]+/, reply.done.toLocaleString("en"));
  }
  location.assign(panel.querySelector("a").getAttribute("href"));
}

function keepFiles(form) {
  const chosen = form.querySelector("[data-file]");
  const text = form.elements.text;
  chosen.addEventListener("change", () => {
    const file = chosen.files[0];
    text.required = !file;
    if (file && !form.elements.name.value) form.elements.name.value = file.name.replace(/\.[^.]*$/, "");
  });
  // A file goes as JSON: as a form's field its letters would take several times the room.
  form.addEventListener("submit", async (event) => {
    const file = chosen.files[0];
    if (!file) return;
    event.preventDefault();
    const name = encodeURIComponent(form.elements.name.value.trim());
    const response = await fetch(`/api/question-sets/${name}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: await file.text() }),
    }).catch(() => null);
    if (response?.ok) {
      location.reload();
      return;
    }
    const problem = form.querySelector("[data-problem]");
    const reply = await response?.json().catch(() => null);
    problem.textContent = reply?.error ?? problem.textContent;
    problem.hidden = false;
  });
}
