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
  for (const name of ["pointerover", "focusin"]) {
    // Scrolling to what has the focus moves the page below a resting pointer.
    document.addEventListener(name, (event) => follow(passage(event.target) ?? passage(document.activeElement)));
  }
}

const passage = (element) => element?.closest?.("[data-group]") ?? null;
let followed = null;

function follow(one) {
  if (one === followed) return;
  followed = one;
  const all = [...document.querySelectorAll("[data-group]")];
  let groups = one ? groupsOf(one) : [];
  // A passage of a comparison belongs to its own stages and, by its twin, to those of the other side.
  groups = all.filter((each) => shares(each, groups)).flatMap(groupsOf);
  for (const each of all) each.classList.toggle("same", shares(each, groups));
}

const groupsOf = (each) => each.dataset.group.split(" ");
const shares = (each, groups) => groupsOf(each).some((group) => groups.includes(group));
