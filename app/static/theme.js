// Light or dark as the reader chose, before anything is drawn; the system's choice otherwise.
(() => {
  const KEY = "footnote.theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  const remember = (theme) => {
    try {
      if (theme) localStorage.setItem(KEY, theme);
      else localStorage.removeItem(KEY);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };

  root.classList.add("scripted");
  show(stored());
  addEventListener("storage", (event) => event.key === KEY && show(event.newValue));
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const natural = system.matches ? "dark" : "light";
    const current = root.dataset.theme ?? natural;
    const next = current === "dark" ? "light" : "dark";
    const choice = next === natural ? "" : next;
    show(choice);
    remember(choice);
  });
})();
