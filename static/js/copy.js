// A button beside each citation that copies it. Without this the text can be selected by hand.
for (const block of document.querySelectorAll(".cite pre")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  const { copy, copied } = block.closest(".cite").dataset;
  button.textContent = copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = copied;
  });
  block.after(button);
}
