// Answering and editing in place, and names while typing. Without this each link opens a page, and
// names are typed in full.
const SEARCH = /(?:^|[^\w@/.+-])@([a-z0-9-]{2,40})$/i;
let box, list, timer, request, options = [], active = -1, serial = 0;

// What htmx could not show, the address itself can.
document.addEventListener("htmx:error", leave);
document.addEventListener("htmx:response:error", leave);
function leave(event) {
  const source = event.target;
  if (source.matches?.("a[href]")) location.href = source.href;
  else if (source.matches?.("button[form]")) source.form.requestSubmit(source);
}

// After the session has ended, a request is sent on to the page for signing in.
document.addEventListener("htmx:before:response", (event) => {
  const { redirected, url } = event.detail.ctx.response.raw;
  if (!redirected) return;
  event.preventDefault();
  location.href = url;
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.target.getAttribute?.("data-hx-target");
  const textarea = target && document.querySelector(`${target} textarea`);
  if (!textarea) return;
  textarea.focus();
  textarea.setSelectionRange(textarea.value.length, textarea.value.length);
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest(".comment .cancel");
  if (!cancel) return;
  event.preventDefault();
  const comment = cancel.closest(".comment");
  cancel.closest("form").remove();
  comment.focus();
});

function begin(textarea) {
  if (box === textarea) return;
  close();
  box = textarea;
  const id = `names-${(serial += 1)}`;
  list = document.createElement("ul");
  list.id = id;
  list.className = "suggestions";
  list.role = "listbox";
  list.ariaLabel = box.labels[0]?.textContent ?? "";
  list.hidden = true;
  box.after(list);
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", id);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (option) choose(options.indexOf(option));
  });
}

function close() {
  clearTimeout(timer);
  request?.abort();
  options = [];
  active = -1;
  if (!list) return;
  list.replaceChildren();
  list.hidden = true;
  box.removeAttribute("aria-activedescendant");
}

function begun() {
  return box.value.slice(0, box.selectionStart).match(SEARCH)?.[1];
}

async function look() {
  const letters = begun();
  request?.abort();
  if (!letters) return close();
  request = new AbortController();
  try {
    const answer = await fetch(`/mentions/?q=${encodeURIComponent(letters)}`, { signal: request.signal });
    if (!answer.ok || answer.redirected) return close();
    show((await answer.json()).members);
  } catch {
    // A later letter took over, or the line is down: names can be typed in full.
  }
}

function show(members) {
  options = members.map(([handle, name], number) => {
    const option = document.createElement("li");
    option.role = "option";
    option.id = `${list.id}-${number}`;
    option.dataset.handle = handle;
    option.dir = "auto";
    option.textContent = name ? `${name} @${handle}` : `@${handle}`;
    return option;
  });
  list.replaceChildren(...options);
  list.hidden = !options.length;
  if (options.length) point(0);
}

function point(number) {
  active = (number + options.length) % options.length;
  options.forEach((option, i) => option.setAttribute("aria-selected", i === active));
  box.setAttribute("aria-activedescendant", options[active].id);
}

function choose(number) {
  const letters = begun();
  const end = box.selectionStart;
  if (letters) {
    box.setRangeText(`${options[number].dataset.handle} `, end - letters.length, end, "end");
  }
  close();
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("textarea[data-mentions]")) return;
  begin(event.target);
  clearTimeout(timer);
  timer = setTimeout(look, 200);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== box || !options.length) return;
  const act = {
    ArrowDown: () => point(active + 1),
    ArrowUp: () => point(active - 1),
    Enter: () => choose(active),
    Tab: () => choose(active),
    Escape: close,
  }[event.key];
  if (!act || event.isComposing) return;
  event.preventDefault();
  act();
});
// Closed while a button is being pressed, the list would draw the button away from the pointer.
let isPressed = false;
addEventListener("mousedown", () => (isPressed = true), true);
addEventListener("mouseup", () => {
  isPressed = false;
  if (box && box !== document.activeElement) setTimeout(close);
}, true);
document.addEventListener("focusout", (event) => {
  if (event.target === box && !isPressed) close();
});
