// The admin's pickers and search box have names for the eye only. Here they get them for the ear.
const pickers = "select.admin-autocomplete";

function name(picker) {
  const label = document.querySelector(`label[for="${picker.id}"]`);
  const box = picker.nextElementSibling;
  if (!label || !box?.matches(".select2")) return;
  const words = label.textContent.trim().replace(/:$/, "");
  for (const part of box.querySelectorAll('.select2-search__field, [role="combobox"], [role="textbox"]')) {
    part.removeAttribute("aria-labelledby");
    part.setAttribute("aria-label", words);
  }
  // The chosen ones are buttons beside the box and not items of a list.
  for (const part of box.querySelectorAll("ul, ul > li")) part.setAttribute("role", "presentation");
}

function nameAll(root) {
  for (const picker of root.querySelectorAll(pickers)) {
    name(picker);
    // The picker draws itself again after each choice.
    django.jQuery(picker).off("change.desk").on("change.desk", () => setTimeout(name, 0, picker));
  }
}

addEventListener("load", () => nameAll(document));
document.addEventListener("formset:added", (event) => setTimeout(nameAll, 0, event.target));
document
  .getElementById("searchbar")
  ?.setAttribute("aria-label", document.getElementById("changelist-search-form").textContent);

// Tables of rows that belong to an object: each field is named by the head of its column.
function nameFields(root) {
  for (const field of root.querySelectorAll(".tabular td :is(input:not([type=hidden]), select, textarea)")) {
    const heads = field.closest("table").tHead.rows[0].cells;
    const cell = field.closest("td");
    if (!field.labels.length && heads[cell.cellIndex]) field.ariaLabel ??= heads[cell.cellIndex].textContent.trim();
  }
}

addEventListener("load", () => {
  nameFields(document);
  // A head without words heads nothing; a name needs a role to belong to.
  for (const head of document.querySelectorAll(".tabular thead th")) {
    if (head.textContent.trim()) continue;
    const cell = document.createElement("td");
    cell.className = head.className;
    head.replaceWith(cell);
  }
  for (const tip of document.querySelectorAll(".help-tooltip[aria-label]")) tip.role = "img";
});
document.addEventListener("formset:added", (event) => nameFields(event.target));

// Only the canned responses for the chosen reason; the button is for browsers without scripts.
for (const form of document.querySelectorAll("form.decide")) {
  const reason = form.elements.namedItem("reason");
  form.querySelector(".show-texts")?.remove();
  const texts = form.querySelectorAll(".canned [data-reason]");
  const none = form.querySelector('.canned input[value=""]');
  if (!reason || !texts.length) continue;
  const show = () => {
    for (const text of texts) {
      const isOther = reason.value !== "" && reason.value !== text.dataset.reason;
      text.closest("label").hidden = isOther;
      if (isOther && text.checked) none.checked = true;
    }
  };
  // A canned response answers why, too.
  for (const text of texts) {
    text.addEventListener("change", () => {
      if (reason.value) return;
      reason.value = text.dataset.reason;
      show();
    });
  }
  reason.addEventListener("change", show);
  show();
}

// The admin's own script moves the focus to the first field of a new object, or to a button of the steps above it.
addEventListener("load", () => {
  const field =
    document.activeElement.closest(".planning") &&
    document.querySelector("#content-main fieldset :is(input:not([type=hidden]), select, textarea)");
  (document.getElementById("error-summary") ?? field)?.focus();
});
