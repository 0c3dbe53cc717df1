// The time of a webinar in the reader's own time zone, which only the browser knows, so that the page is the same for
// everyone. Without this, the registration page offers a list of time zones.
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const FORMAT = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };

function clockIn(zone, at) {
  return new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", timeZone: zone }).format(at);
}

// Dates in British order, as on the rest of the page.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

for (const line of document.querySelectorAll("[data-local-time]")) {
  const time = line.querySelector("time");
  const at = new Date(time.dateTime);
  // Nothing new for a reader whose clock shows the time of the webinar.
  if (!own || clockIn(own, at) === clockIn(line.dataset.localTime, at)) continue;
  time.textContent = new Intl.DateTimeFormat(language, { ...FORMAT, timeZone: own }).format(at);
  line.hidden = false;
}
