"""Every page in a browser: for everybody, on small screens, in both directions of writing."""

import pytest

from community.models import User
from repository.pages.addresses import in_language
from tests.browser.axe import joins, violations, width_over, width_over_at_double_text
from tests.browser.conftest import watch
from tests.collection import (
    ERROR_PAGES,
    MEMBER_PAGES,
    PUBLIC_PAGES,
    VISITOR_PAGES,
    signed_in,
)

pytestmark = pytest.mark.slow(15)

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
# The documentation of the API is in English alone.
TRANSLATED_PAGES = [path for path in PUBLIC_PAGES if not path.startswith("/api/")]
PAGES = [*PUBLIC_PAGES, *ERROR_PAGES, *VISITOR_PAGES, *MEMBER_PAGES]


@pytest.fixture(scope="module")
def session(collection) -> dict:
    """The cookie of a member who has signed in, as a browser's context takes it."""
    cookie = signed_in(User.objects.get(handle="member")).cookies["sessionid"]
    return {"name": "sessionid", "value": cookie.value}


@pytest.fixture(scope="module")
def windows(browser, site, session):
    """The member's window and everybody's, in each language. To make one takes longer than a page.

    `windows(path, locale)` gives the one for a page; nothing is left in it of the pages before.
    """
    pages = {}

    def window(path: str, locale: str):
        is_member = path in MEMBER_PAGES
        if (is_member, locale) not in pages:
            page = browser.new_context(locale=locale).new_page()
            page.complaints = []
            watch(page, page.complaints)
            pages[is_member, locale] = page
        page = pages[is_member, locale]
        page.context.clear_cookies()
        if is_member:
            page.context.add_cookies([session | {"url": site}])
        return page

    yield window
    for page in pages.values():
        page.context.close()


@pytest.fixture
def visit(windows, site):
    """Open one of the pages, as the member where it is theirs. Nothing may go wrong in it."""
    visited = []

    def visit(path: str, *, viewport: dict, locale: str = "en-US"):
        page = windows(path, locale)
        visited.append(page)
        page.set_viewport_size(viewport)
        response = page.goto(site + path)
        assert response.status == ERROR_PAGES.get(path, 200)
        assert page.url == site + path
        if path in ERROR_PAGES:  # the browser says so itself
            page.complaints[:] = [
                line for line in page.complaints if f"of {response.status}" not in line
            ]
        page.policy = response.headers["content-security-policy"]
        return page

    yield visit
    complaints = []
    for page in visited:
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        complaints += page.complaints
        page.complaints.clear()
    assert complaints == []


def widths_over(page) -> dict:
    """How much wider than the window the page is, on a phone and a desktop, in both directions."""
    page.set_viewport_size(PHONE)
    for summary in page.locator("summary:visible").all():
        summary.click()
    over = {}
    for direction in ["ltr", "rtl"]:
        page.evaluate("direction => document.documentElement.dir = direction", direction)
        for size in [PHONE, DESKTOP]:
            page.set_viewport_size(size)
            over[direction, size["width"]] = width_over(page)
    return {window: pixels for window, pixels in over.items() if pixels}


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible(visit, path):
    page = visit(path, viewport=DESKTOP)
    assert "unsafe" not in page.policy
    assert page.policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert violations(page, "light", "dark") == []
    assert widths_over(page) == {}
    assert width_over_at_double_text(page) == 0


@pytest.mark.parametrize("path", TRANSLATED_PAGES)
def test_fit_the_window_in_a_language_of_longer_words(visit, path):
    page = visit(in_language(path, "fr"), viewport=PHONE)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert widths_over(page) == {}


MAIN_PAGES = [
    *("/", "/cases/", "/cases/zhengzhou/", "/cities/", "/cities/zhengzhou/", "/search/?q=customs"),
    *("/partnerships/", "/monitoring/", "/webinars/", "/accounts/login/"),
]


@pytest.mark.parametrize("language", ["es", "pt", "zh", "ru"])
@pytest.mark.parametrize("path", MAIN_PAGES)
def test_fit_the_window_in_each_language(visit, path, language):
    page = visit(f"/{language}{path}", viewport=PHONE)
    assert widths_over(page) == {}


# The words of large figures that are broken onto two lines.
BROKEN_WORDS = """() => [...document.querySelectorAll(".num")].flatMap(figure => {
    const text = figure.firstChild;
    return [...text.data.matchAll(/\\S+/g)].filter(word => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map(line => line.top)).size > 1;
    }).map(word => word[0]);
})"""


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zh"])
@pytest.mark.parametrize("path", ["/", "/cases/", "/cases/?sort=title", "/cases/guangzhou/"])
def test_do_not_break_words_of_large_figures(visit, path, language):
    """The first case of a list, whichever it is, has the largest."""
    page = visit(in_language(path, language), viewport={"width": 360, "height": 640})
    assert page.locator(".num").count() > 0
    for width in (360, 1000, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        # Other widths of a page load other fonts: a fallback font may be wider.
        page.evaluate("document.fonts.ready.then(() => null)")
        assert page.evaluate(BROKEN_WORDS) == []


@pytest.mark.parametrize("path", MAIN_PAGES)
def test_mirror_the_page_in_arabic(visit, path):
    """The logo is to the right of the menu, and the text begins at the right."""
    page = visit(f"/ar{path}", viewport=DESKTOP)
    assert page.locator("html").evaluate("html => [html.lang, html.dir]") == ["ar", "rtl"]
    brand, menu = page.locator(".brand").bounding_box(), page.locator(".menu-wide").bounding_box()
    tools = page.locator(".tools").bounding_box()
    assert brand["x"] > menu["x"] > tools["x"]
    # A text that is not translated keeps its own direction.
    heading = page.locator("h1").first
    direction = "rtl" if heading.get_attribute("lang") in (None, "ar") else "ltr"
    assert heading.evaluate("h1 => getComputedStyle(h1).direction") == direction
    for size in [{"width": 360, "height": 640}, DESKTOP]:
        page.set_viewport_size(size)
        assert width_over(page) == 0
    page.set_viewport_size({"width": 360, "height": 640})
    brand, menu = page.locator(".brand").bounding_box(), page.locator(".menu").bounding_box()
    assert brand["x"] > menu["x"]


def test_set_chinese_and_arabic_without_italics_and_spacing(visit):
    style = """element => {
        const style = getComputedStyle(element);
        return [style.fontStyle, style.letterSpacing];
    }"""
    for language in ("zh", "ar"):
        page = visit(f"/{language}/cases/zhengzhou/", viewport=DESKTOP)
        page.evaluate(
            """lang => document.querySelector("main").insertAdjacentHTML(
                "beforeend", `<h2 id="own" lang="${lang}">a<em id="em">b</em></h2>`)""",
            language,
        )
        for name in ("#own", "#em"):
            assert page.locator(name).evaluate(style) == ["normal", "normal"]
        assert page.locator(".eyebrow").first.evaluate(style)[1] == "normal"
    page = visit("/cases/zhengzhou/", viewport=DESKTOP)
    assert page.locator("h1").first.evaluate(style)[1] != "normal"


@pytest.mark.parametrize("path", ["/", "/cases/", "/cases/zhengzhou/", "/accounts/login/"])
def test_open_menu_on_a_phone_is_accessible(visit, path):
    page = visit(path, viewport=PHONE)
    page.get_by_text("Menu", exact=True).click()
    assert violations(page, "light", "dark") == []


def test_keep_the_one_next_step_of_a_case_in_sight(visit):
    page = visit("/cases/zhengzhou/", viewport=DESKTOP)
    facts = page.locator(".case-facts")
    button = facts.get_by_role("link", name="Find a partner city")
    # All of the facts are read by scrolling the page: nothing in them scrolls by itself.
    assert facts.evaluate("facts => facts.scrollHeight <= facts.clientHeight")
    end = page.evaluate("document.querySelector('.case-story').getBoundingClientRect().bottom")
    for top in (700, end - DESKTOP["height"], 700):
        page.evaluate("top => window.scrollTo({top, behavior: 'instant'})", top)
        box = button.bounding_box()
        assert 0 <= box["y"] <= DESKTOP["height"] - box["height"]
    # Unfolded, they scroll with the page until their end is reached.
    facts.get_by_text("About this case").click()
    for summary in facts.locator("details:not([open], .toc) > summary").all():
        summary.click()
    assert facts.bounding_box()["height"] > DESKTOP["height"]
    page.evaluate("top => window.scrollTo({top, behavior: 'instant'})", end)
    box = facts.bounding_box()
    assert box["y"] + box["height"] <= DESKTOP["height"]
    page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
    assert facts.bounding_box()["y"] > 0


def test_open_the_case_from_the_card_of_a_suggestion(visit, site):
    """The link of the heading covers the card, but not the links in it."""
    page = visit("/partnerships/suggestions/", viewport=PHONE)
    link = page.locator(".card p a").first
    path = link.get_attribute("href")
    link.click()
    page.wait_for_url(site + path)


# Where a word of a large figure is on two lines; Chinese has no spaces between words.
BROKEN = """() => [...document.querySelectorAll('.num, .figure b')].filter(element => {
    const range = document.createRange();
    return [...element.firstChild.data.matchAll(/[^\\s\\u00a0]+/g)].some(word => {
        range.setStart(element.firstChild, word.index);
        range.setEnd(element.firstChild, word.index + word[0].length);
        return new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1;
    });
}).map(element => element.textContent)"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "ar", "zh", "ru"])
def test_break_no_large_figure_inside_a_word(open_page, site, language, width):
    page = open_page(base_url=site, viewport={"width": width, "height": 800})
    paths = ["/", "/cases/", "/landscape/", "/cases/guangzhou/", "/cases/zhalantun/"]
    broken = {}
    for path in paths:
        page.goto(in_language(path, language))
        broken[path] = page.evaluate(BROKEN)
    assert broken == {path: [] for path in paths}


# The sizes of the words in drawings, in pixels of the screen.
WORDS_OF_DRAWINGS = """drawings => drawings.filter(each => each.checkVisibility()).flatMap(each =>
  [...each.querySelectorAll("text")].map(
    text => parseFloat(getComputedStyle(text).fontSize) * each.getScreenCTM().a))"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("case", ["belarus", "brazil", "kolkata", "zhengzhou"])
def test_words_in_drawings_of_key_figures_are_of_one_size(open_page, site, case, width):
    page = open_page(base_url=site, viewport={"width": width, "height": 800})
    page.goto(f"/cases/{case}/")
    sizes = page.locator(".trio .drawing").evaluate_all(WORDS_OF_DRAWINGS)
    assert [size for size in sizes if not 11 < size < 15] == []


# Words whose letters before and after a hyphen are on two lines.
PARTED = r"""elements => elements.flatMap(element => {
  const found = [], nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    for (const word of nodes.currentNode.data.matchAll(/\be-(?=\w)/gi)) {
      const tops = [0, 2].map(place => {
        const range = document.createRange();
        range.setStart(nodes.currentNode, word.index + place);
        range.setEnd(nodes.currentNode, word.index + place + 1);
        return range.getBoundingClientRect().top;
      });
      if (tops[0] !== tops[1]) found.push(element.textContent.trim());
    }
  }
  return found;
})"""


@pytest.mark.parametrize("path", ["/cases/", "/cases/china-itc/", "/practices/", "/webinars/"])
def test_part_no_e_commerce_in_titles_and_on_covers(open_page, site, path):
    page = open_page(base_url=site)
    page.goto(path)
    parted = {}
    for width in range(320, 1300, 60):
        page.set_viewport_size({"width": width, "height": 800})
        large = page.locator("h1, main h3, .plate p, .trio p")
        parted[width] = large.evaluate_all(PARTED)
    assert {width: found for width, found in parted.items() if found} == {}


@pytest.mark.parametrize("path", ["/search/?q=rail", "/partnerships/", "/cases/zhengzhou/"])
def test_leave_space_before_numbers_on_a_touch_screen(open_page, site, path):
    page = open_page(base_url=site, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(path)
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    assert joins(page) == []
