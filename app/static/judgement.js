// A verdict without a reload: the form is sent, and the thumbs are taken from the page that comes.
export function startJudging() {
  document.getElementById("turns").addEventListener("submit", async (event) => {
    const form = event.target;
    const judged = form.closest("[data-judgement]");
    if (!judged) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    try {
      const response = await fetch(form.action, { method: "POST", body: fields });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(judged.id);
      if (!response.ok || !fresh) throw new Error(String(response.status));
      judged.replaceWith(fresh);
      fresh.querySelector("[aria-pressed='true'], summary")?.focus();
    } catch {
      form.submit(); // the page that says what is wrong
    }
  });
}
