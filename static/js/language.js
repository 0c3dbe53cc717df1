// On the first visit, a line in the language of the browser: "This page exists in …". Only the browser knows its
// language, so that the response is the same for everyone. Without this there are the links to the languages.
const KEY = "language-offered";

function primary(code) {
  return code.toLowerCase().split("-")[0];
}

// Whether the text of the page exists in a language. A page that names no languages has only translated text.
function exists(code) {
  const original = document.querySelector("link[rel=canonical]");
  return !original || document.querySelector(`link[rel=alternate][hreflang="${code}"]`) !== null;
}

function isFirstVisit() {
  const is = !localStorage.getItem(KEY) || sessionStorage.getItem(KEY);
  localStorage.setItem(KEY, "1");
  if (is) sessionStorage.setItem(KEY, "1");
  return is;
}

function offer(link) {
  const line = document.createElement("p");
  line.className = "wrap language-offer";
  const anchor = document.createElement("a");
  for (const name of ["href", "lang", "dir", "hreflang"]) anchor.setAttribute(name, link.getAttribute(name));
  anchor.textContent = link.dataset.offer;
  line.append(anchor);
  document.querySelector("header.top").append(line);
}

const here = primary(document.documentElement.lang);
const links = [...document.querySelectorAll(".languages a.lang")].filter((link) => exists(link.hreflang));
const readable = [here, ...links.map((link) => primary(link.hreflang))];
const preferred = navigator.languages.map(primary).find((code) => readable.includes(code));
try {
  const link = links.find((link) => primary(link.hreflang) === preferred);
  if (link && preferred !== here && isFirstVisit()) offer(link);
} catch {
  // Storage is blocked: the links to the languages remain.
}
