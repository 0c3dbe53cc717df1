// A long list of checkboxes can be searched. Without this all of them are shown under their themes.
for (const list of document.querySelectorAll("[data-filter]")) add(list);
// htmx replaces the lists when practices are suggested.
document.addEventListener("htmx:after:swap", () => {
  for (const list of document.querySelectorAll("[data-filter]")) add(list);
});

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function add(list) {
  const label = list.querySelector(".filter");
  if (!label.hidden) return;
  label.hidden = false;
  const input = label.querySelector("input");
  input.addEventListener("input", () => {
    const words = fold(input.value).split(/\s+/);
    for (const part of list.querySelectorAll("section")) {
      let shown = 0;
      for (const choice of part.querySelectorAll(".choices label")) {
        const text = fold(choice.textContent);
        choice.hidden = !words.every((word) => text.includes(word));
        shown += choice.hidden ? 0 : 1;
      }
      part.hidden = !shown;
    }
  });
  // Enter would send the form.
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}
