// Keeps what is typed into the form of a case: on this device at once, on the server every few
// seconds. Without this the buttons save all the same.
const form = document.querySelector("form[data-autosave]");
const { member, case: which, token } = form.dataset;
const prefix = `writing:${member}:${which}:`;
const key = prefix + token;
const WAIT = 3000; // milliseconds without a key before the text goes to the server
const AGAIN = 15000; // before another try where it did not get through
const OWN = ["csrfmiddlewaretoken", "ticket", "parent"];
let timer, isSending = false, isChanged = false, isSent = false;

const entries = () =>
  [...new FormData(form)].filter(([name, value]) => !OWN.includes(name) && typeof value === "string");

// A browser may refuse to store anything; then the server alone keeps it.
function storeHere() {
  try {
    localStorage.setItem(key, JSON.stringify({ token, sent: isSent, entries: entries() }));
  } catch {}
}
function forgetHere(which) {
  try {
    localStorage.removeItem(which);
  } catch {}
}

function say(state, at = "") {
  for (const line of document.querySelectorAll("[data-state]")) {
    line.hidden = line.dataset.state !== state;
    if (!line.hidden && at) line.querySelector(".at").textContent = at;
  }
}

function send(pairs, extra = {}) {
  const body = new FormData();
  for (const [name, value] of pairs) body.append(name, value);
  for (const name of OWN) if (form.elements[name]) body.set(name, form.elements[name].value);
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  return fetch(form.dataset.autosave, { method: "POST", body });
}

// What the server says, or null where it could not be asked.
async function answerOf(pairs, extra) {
  try {
    const answer = await send(pairs, extra);
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
  } catch {}
  return null;
}

async function keep() {
  clearTimeout(timer);
  if (isSending || !isChanged) return;
  isSending = true;
  isChanged = false;
  const answer = await answerOf(entries());
  isSending = false;
  if (answer?.state === "kept") {
    if (isChanged) return later();
    forgetHere(key);
    document.querySelector("[data-meter]").innerHTML = answer.meter;
    return say("kept", answer.at);
  }
  isChanged = true;
  say(answer?.state ?? "offline");
  // Not through, or too often: the text stays here and is sent again.
  if (!answer || answer.state === "later") {
    timer = setTimeout(keep, answer ? answer.after * 1000 : AGAIN);
  }
}
function later() {
  clearTimeout(timer);
  timer = setTimeout(keep, WAIT);
}

// Text that an earlier page could not send goes to the server, and the page is drawn with it.
async function restore() {
  const keys = Object.keys(localStorage).filter((name) => name.startsWith(prefix) && name !== key);
  for (const each of keys) {
    const stored = JSON.parse(localStorage.getItem(each));
    if (stored.sent && stored.token === form.elements.parent?.value) {
      // It came through: this page shows it.
      forgetHere(each);
      continue;
    }
    const answer = await answerOf(stored.entries, stored.sent ? { from: stored.token } : {});
    if (answer?.state === "saved") forgetHere(each);
    if (answer?.state === "kept") {
      forgetHere(each);
      // The step is that of the stored text.
      location.replace(`?copy=${answer.token}`);
      return;
    }
  }
}

function changed() {
  isChanged = true;
  isSent = false;
  storeHere();
  later();
}
form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", ({ submitter }) => {
  clearTimeout(timer);
  if (submitter?.name === "discard") {
    isChanged = false;
    return forgetHere(key);
  }
  // The page may never come through: then this is what it held.
  isSent = true;
  if (isChanged) storeHere();
});
addEventListener("online", keep);
addEventListener("pagehide", () => isChanged && storeHere());
for (const link of document.querySelectorAll("[data-sign-in]")) {
  link.href += `?next=${encodeURIComponent(location.pathname)}`;
}
restore().catch(() => {});
// On a slow line somebody types before this script is there, and some browsers fill a page in again.
const isTyped = (field) =>
  field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
if ([...form.elements].some(isTyped)) changed();

// As `word_count` in community/writing/drafts/completeness.py: two characters are a word where words
// are not separated.
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/g;
function wordCount(text) {
  const characters = text.match(UNSPACED)?.length ?? 0;
  const words = text.replace(UNSPACED, " ").split(/\s+/).filter(Boolean).length;
  return words + Math.ceil(characters / 2);
}
function wordsOf(text, least) {
  const words = wordCount(text);
  if (!words) return "";
  if (words >= least) return `${form.dataset.labelWords} ${words}`;
  return form.dataset.labelBegun.replace("##", least).replace("#", words);
}

// How many words, and how it will look.
for (const area of form.querySelectorAll("textarea[data-words]")) {
  const count = form.querySelector(`[data-words-of="${area.id}"]`);
  const tell = () => {
    count.textContent = wordsOf(area.value, Number(count.dataset.minWords ?? 0));
  };
  area.addEventListener("input", tell);
  tell();
  const box = document.createElement("details");
  box.className = "preview";
  const summary = box.appendChild(document.createElement("summary"));
  summary.textContent = form.dataset.labelPreview;
  const view = box.appendChild(document.createElement("div"));
  view.className = "prose";
  let waiting, shown;
  async function draw() {
    if (!box.open || shown === area.value) return;
    const text = area.value;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("text", text);
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body });
      if (answer.ok && !answer.redirected) {
        view.innerHTML = await answer.text();
        shown = text;
      }
    } catch {}
  }
  box.addEventListener("toggle", draw);
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 700);
  });
  area.after(box);
}
