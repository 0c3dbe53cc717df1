"""Drawings, maps and bars in the colours that a reader's system forces on pages."""

import pytest

PAGES = [
    *("/", "/cases/", "/cases/belarus/", "/practices/pilot-zone/", "/cities/"),
    *(
        "/cities/zhengzhou/",
        "/countries/cn/",
        "/series/series-2020/",
        "/landscape/",
        "/monitoring/",
    ),
]
# The shapes of a page with no system colour in their fill or line, but for holes in others and
# the transparent targets of links.
UNSEEN = """() => {
  const probe = document.body.appendChild(document.createElement("span"));
  const colours = ["CanvasText", "LinkText", "GrayText", "Highlight"].map(name => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  const shapes = [...document.querySelectorAll("main svg :is(path, circle, rect, line, polyline)")];
  return shapes
    .filter(shape => !shape.closest("defs, marker") && !shape.matches(".on, a > .area"))
    .filter(shape => shape.checkVisibility())
    .filter(shape => {
      const style = getComputedStyle(shape);
      return !colours.includes(style.fill) && !colours.includes(style.stroke);
    })
    .map(shape => shape.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_see_all_shapes_in_forced_colours(open_page, site, scheme):
    page = open_page(base_url=site, forced_colors="active", color_scheme=scheme)
    unseen, seen = {}, 0
    for path in PAGES:
        page.goto(path)
        seen += page.locator("main svg").count()
        if found := page.evaluate(UNSEEN):
            unseen[path] = sorted(set(found))
    assert seen > 50
    assert unseen == {}
