"""Everything works from the keyboard, and one sees where one is."""

import pytest
from playwright.sync_api import expect

# What shows where the focus is: an outline, or on the map the ring around a place.
SHOWN = """
() => {
  const focused = document.activeElement
  const style = getComputedStyle(focused)
  if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) return true
  const ring = focused.querySelector('.area')
  return ring !== null && getComputedStyle(ring).stroke !== 'none'
}
"""
# Whether what is focused is within the window and under nothing else: of a place its ring, as its
# name may stand apart.
PLACE = """
() => {
  const focused = document.activeElement
  const ring = focused.querySelector('.area') ?? focused
  const box = ring.getClientRects()[0]
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const top = document.elementFromPoint(x, y)
  return top !== null && (focused.contains(top) || top.contains(focused))
}
"""


@pytest.fixture
def page(open_page, site):
    # Without motion, so that what has the focus is in the window at once.
    return open_page(
        base_url=site, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def tab(page, times: int = 1) -> None:
    for _time in range(times):
        page.keyboard.press("Tab")


def tab_to(page, selector: str, *, most: int = 80) -> None:
    """Press Tab until an element has the focus."""
    for _time in range(most):
        tab(page)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by the keyboard")


def heading(page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_skip_to_the_content(page):
    page.goto("/cases/")
    tab(page)
    assert focused(page) == "Skip to content"
    assert page.evaluate(SHOWN)
    assert page.evaluate(PLACE)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab(page)
    assert page.evaluate("document.activeElement.name") == "q"


def test_focus_the_header_in_order(page):
    page.goto("/")
    names = []
    for _time in range(12):
        tab(page)
        names.append(focused(page))
    assert names == [
        "Skip to content",
        "South-South City Exchange",
        "Cases",
        "Practices",
        "Cities",
        "Partnerships",
        "Webinars",
        "Search",
        "Language English",
        "Sign in",
        "Join",
        "",  # the field of the search
    ]


@pytest.mark.parametrize("path", ["/", "/cases/", "/cases/zhengzhou/", "/accounts/login/"])
def test_show_where_the_focus_is(page, path):
    page.goto(path)
    unseen = []
    for _time in range(70):
        tab(page)
        if page.evaluate("document.activeElement === document.body"):
            break
        if not (page.evaluate(SHOWN) and page.evaluate(PLACE)):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert unseen == []


def test_open_a_place_of_the_map(page):
    page.goto("/cities/")
    tab_to(page, ".map a")
    name = focused(page)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith("/cities/"))
    assert heading(page).startswith(name)


def test_search(page):
    page.goto("/")
    tab_to(page, "input[name=q]")
    page.keyboard.type("rail")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=rail")
    assert heading(page) == "Search"


def test_choose_a_facet(page):
    page.goto("/cases/")
    tab_to(page, ".filters details:not([open]) > summary")
    page.keyboard.press("Enter")
    tab(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?*")
    expect(page.locator(".chosen a")).to_have_count(1)


def test_open_the_menu_of_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/")
    tab_to(page, ".menu > summary")
    page.keyboard.press("Enter")
    tab(page)
    assert focused(page) == "Cases"
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/")


def test_copy_a_citation(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/cases/zhengzhou/")
    tab_to(page, ".cite > summary")
    page.keyboard.press("Enter")
    tab_to(page, ".cite button")
    page.keyboard.press("Enter")
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".cite pre").first.inner_text()
