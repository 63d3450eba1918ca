// The search lab: a passage is followed through all stages, and addresses hold only what was set.
export function startLab() {
  const form = document.querySelector("[data-lab]");
  form?.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && field.value === "") field.disabled = true;
    }
    // The page may come back from the browser's memory, with the form as it was left.
    setTimeout(() => [...form.elements].forEach((field) => (field.disabled = false)));
  });
  followPassages(document);
}

export function followPassages(root) {
  for (const name of ["pointerover", "focusin"]) {
    root.addEventListener(name, (event) => {
      mark(event.target.closest?.("[data-group]")?.dataset.group ?? "");
    });
  }
}

let marked = "";

function mark(group) {
  if (group === marked) return;
  marked = group;
  for (const each of document.querySelectorAll("[data-group]")) {
    each.classList.toggle("same", Boolean(group) && each.dataset.group === group);
  }
}
