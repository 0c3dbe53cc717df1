"""Stops of the focus that something else hides (WCAG 2.2, 2.4.11)."""

# What has the focus, with how many of nine points of it are seen; null at the end of the page.
STOP = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  if (it === document.body) return null;
  const points = [];
  for (const x of [0.1, 0.5, 0.9]) for (const y of [0.1, 0.5, 0.9])
    points.push([box.left + x * box.width, box.top + y * box.height]);
  const seen = points.filter(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (it.contains(top) || top.contains(it));
  });
  const name = it.id || it.name || it.textContent.trim().slice(0, 30);
  return { name: `${it.tagName} ${name}`, seen: seen.length };
}"""


def stops(page, *, most: int = 1000) -> dict[str, list[str]]:
    """Go through the page by Tab and back; return the names of all stops and of the hidden ones.

    At most so many stops are made in each direction. The page must be opened without motion, so
    that what has the focus is in the window at once.
    """
    found: dict[str, list[str]] = {"all": [], "hidden": []}
    for key in ("Tab", "Shift+Tab"):
        for _stop in range(most):
            page.keyboard.press(key)
            stop = page.evaluate(STOP)
            if stop is None:
                break
            found["all"].append(stop["name"])
            if not stop["seen"]:
                found["hidden"].append(stop["name"])
    return found
