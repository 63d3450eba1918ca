// The words that scripts show; they come from the page's text catalogue.
const catalogue = JSON.parse(document.body.dataset.words ?? "{}");

export function words(key, values = {}) {
  const text = catalogue[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
