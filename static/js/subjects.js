// Practices, themes and cases in the form of a request: suggested from the words after each change, and
// searched. Without this a button suggests them, and all are shown under their themes.
const form = document.querySelector("form.write");
const WORDS = ["challenge", "desired_result"];
let serial = 0;

for (const name of WORDS) form.elements[name]?.addEventListener("change", () => suggest());
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=suggest]");
  if (!button) return;
  event.preventDefault();
  suggest(button);
});
prepare();

async function suggest(button) {
  if (!button && !WORDS.some((name) => form.elements[name]?.value.trim())) return;
  const mine = ++serial;
  const parts = [...document.querySelectorAll("#learn, #subjects")];
  const body = new FormData(form);
  body.set("suggest", "1");
  let found;
  try {
    const response = await fetch(form.action, { method: "POST", body });
    if (!response.ok || response.redirected) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    found = parts.map((part) => page.getElementById(part.id));
    if (!found.every(Boolean)) throw new Error("no list");
  } catch {
    // No line, or signed out: the page itself says so.
    if (button) form.requestSubmit(button);
    return;
  }
  if (mine !== serial || !parts.every((part) => part.isConnected)) return;
  // Do not take away what somebody is using, nor what has been ticked since.
  if (!button && parts.some((part) => part.contains(document.activeElement))) return;
  for (const [i, part] of parts.entries()) {
    for (const box of found[i].querySelectorAll("input[value]")) {
      const now = part.querySelector(`input[name="${box.name}"][value="${CSS.escape(box.value)}"]`);
      if (now) box.checked = now.checked;
    }
    part.replaceWith(found[i]);
  }
  prepare();
  if (button) document.querySelector("button[name=suggest]")?.focus();
}

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

// A long list of checkboxes can be searched.
function prepare() {
  for (const list of document.querySelectorAll("[data-filter]")) {
    const label = list.querySelector(".filter");
    if (!label.hidden) continue;
    label.hidden = false;
    const input = label.querySelector("input");
    input.addEventListener("input", () => filter(list, fold(input.value).split(/\s+/)));
    // Enter would send the form.
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }
}

function filter(list, words) {
  for (const part of list.querySelectorAll("section")) {
    part.hidden = true;
    for (const choice of part.querySelectorAll(".choices label")) {
      const text = fold(choice.textContent);
      choice.hidden = !words.every((word) => text.includes(word));
      if (!choice.hidden) part.hidden = false;
    }
  }
}
