// "Why these sources" opens under the answer; without this file the link leads to a page of its own.
export function startWhy() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-why]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const turn = link.closest("[data-turn]");
    const open = turn.querySelector(".why");
    if (open) {
      open.hidden = !open.hidden;
      link.setAttribute("aria-expanded", String(!open.hidden));
      return;
    }
    link.setAttribute("aria-busy", "true");
    const why = await fetched(link.href).catch(() => null);
    link.removeAttribute("aria-busy");
    if (!why) {
      location.assign(link.href);
      return;
    }
    if (turn.querySelector(".why")) return;
    why.removeAttribute("id");
    why.querySelector(".question")?.remove();
    turn.append(why);
    link.setAttribute("aria-expanded", "true");
  });
}

async function fetched(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return document.adoptNode(page.getElementById("why"));
}
