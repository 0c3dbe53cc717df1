// A list of checkboxes that is filtered while somebody types. Without this, a button searches on the server.
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

for (const form of document.querySelectorAll("form[data-filter]")) {
  const search = form.querySelector("input[type=search]");
  const rows = [...form.querySelectorAll("[data-text]")].map((row) => [row, fold(row.dataset.text)]);
  search?.addEventListener("input", () => {
    const words = fold(search.value).split(/\s+/);
    for (const [row, text] of rows) {
      // What is ticked stays in view.
      const ticked = row.querySelector("input[type=checkbox]").checked;
      row.hidden = !ticked && !words.every((word) => text.includes(word));
    }
  });
}
