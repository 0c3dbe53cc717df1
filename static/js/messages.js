// On a page opened at a part of it, such as a new comment, the message stays in view. Without this, it is at the top.
const part = document.querySelector(":target");
if (part) {
  document.documentElement.classList.add("at-a-part");
  part.scrollIntoView();
}
