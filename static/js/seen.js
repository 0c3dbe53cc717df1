// Counts the page as opened, since most pages come from a cache that counts nothing. Sends its path and no cookie. A page
// that the browser prepares in advance counts once it is shown.
function count() {
  fetch("/seen/", { method: "POST", body: location.pathname, credentials: "omit", keepalive: true }).catch(() => {});
}

if (document.prerendering) document.addEventListener("prerenderingchange", count, { once: true });
else count();
