// The list of notes follows what is typed; an answer that was overtaken is thrown away.
const WAIT = 160;

export function startLibrary() {
  const form = document.querySelector("[data-search]");
  if (!form) return;
  let timer = 0;
  let control = null;
  const search = async () => {
    control?.abort();
    control = new AbortController();
    const results = document.getElementById("results");
    results.setAttribute("aria-busy", "true");
    const given = [...new FormData(form)].filter(([, value]) => value);
    const address = given.length ? `/notes?${new URLSearchParams(given)}` : "/notes";
    try {
      const response = await fetch(address, { headers: { accept: "text/html" }, signal: control.signal });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      results.replaceWith(page.getElementById("results"));
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") results.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  form.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
}
