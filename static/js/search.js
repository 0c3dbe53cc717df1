// Results as you type. Without this the form sends its words to the same page.
const form = document.querySelector("form[data-live]");
const input = form.elements.q;
const results = document.getElementById(form.dataset.live);
const status = document.querySelector("[role=status]");
let timer, request;

async function look() {
  request?.abort();
  request = new AbortController();
  const url = new URL(location.href);
  url.search = new URLSearchParams(new FormData(form));
  const page = url.href;
  url.searchParams.set("partial", "1");
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal: request.signal });
    if (!answer.ok) throw new Error(answer.status);
    results.innerHTML = await answer.text();
    status.textContent = results.querySelector("[data-status]")?.dataset.status ?? "";
    history.replaceState(null, "", page);
    results.removeAttribute("aria-busy");
  } catch (error) {
    // A later key took over, or the line is down: then the button still works.
    if (error.name !== "AbortError") results.removeAttribute("aria-busy");
  }
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  // One letter of the Latin script says too little; one of the Chinese may be a word.
  if (input.value.trim().length === 1 && input.value.trim() < "\u0e00") return;
  timer = setTimeout(look, 250);
});
form.addEventListener("submit", () => {
  clearTimeout(timer);
  request?.abort();
});
