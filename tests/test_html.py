"""The HTML of every page: valid, with one h1, in its language, and with links to other pages."""

import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings

from community.accounts.rate_limits import too_many_requests
from community.models import User
from config import errors
from repository.pages.addresses import in_language, without_language
from repository.pages.tags import machine
from tests import nu_checker
from tests.collection import (
    ERROR_PAGES,
    MEMBER_PAGES,
    PUBLIC_PAGES,
    VISITOR_PAGES,
    signed_in,
)
from tests.sampling import ALL

pytestmark = [pytest.mark.proof(sample=ALL), pytest.mark.slow(20)]

SITE = "http://testserver"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
DATA = {"application/json", "application/ld+json"}
# What a browser closes by itself, in HTML as it is allowed to be written.
OPTIONAL_END = {"li", "dt", "dd", "p", "tr", "td", "th", "option", "thead", "tbody"}


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict]] = []
        self.texts: dict[str, list[str]] = {"title": [], "h1": []}
        self.headings: list[int] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag in self.texts and "svg" not in self.open:
            self.texts[tag].append("")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL_END:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        for tag in self.texts:
            if tag in self.open and "svg" not in self.open:
                self.texts[tag][-1] += data

    def all(self, *tags: str) -> list[dict]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def values(self, attribute: str, *tags: str) -> list[str]:
        return [
            attributes[attribute]
            for tag, attributes in self.elements
            if attribute in attributes and (not tags or tag in tags)
        ]

    def meta(self, name: str) -> list[str]:
        return [meta["content"] for meta in self.all("meta") if meta.get("name") == name]

    def linked(self, rel: str) -> list[str]:
        return [link["href"] for link in self.all("link") if link.get("rel") == rel]


def read(client: Client, path: str, language: str = "en") -> str:
    response = client.get(in_language(path, language))
    assert response.status_code == ERROR_PAGES.get(path, 200), path
    return response.text


@pytest.fixture(scope="module")
def listed(collection) -> list[str]:
    """The paths of the sitemap, without those in other languages."""
    client = Client()
    index = client.get("/sitemap.xml").text
    paths = [
        address.removeprefix(SITE)
        for section in re.findall(r"<loc>(.*?)</loc>", index)
        for address in re.findall(r"<loc>(.*?)</loc>", client.get(section).text)
    ]
    return [path for path in paths if without_language(path) == path]


@pytest.fixture(scope="module")
def public(listed, sample) -> dict[str, Page]:
    """Each page of the sitemap and the states of a list, in English."""
    client = Client()
    paths = dict.fromkeys([*sample(listed, 60), *PUBLIC_PAGES])
    return {path: Page(read(client, path)) for path in paths}


@pytest.fixture(scope="module")
def french(collection) -> dict[str, Page]:
    client = Client()
    translated = [path for path in PUBLIC_PAGES if in_language(path, "fr") != path]
    return {path: Page(read(client, path, "fr")) for path in translated}


@pytest.fixture(scope="module")
def others(collection) -> dict[str, Page]:
    """Pages about accounts, errors, and the gallery of components."""
    client, member = Client(), signed_in(User.objects.get(handle="member"))
    pages = {path: read(client, path) for path in [*ERROR_PAGES, *VISITOR_PAGES]}
    pages |= {f"member {path}": read(member, path) for path in ["/", *MEMBER_PAGES]}
    request = RequestFactory().get("/")
    request.user = User.objects.get(handle="member")
    answers = {
        "400": errors.bad_request(request),
        "403": errors.permission_denied(request),
        "403 form": errors.csrf_failure(request),
        "405": errors.method_not_allowed(request),
        "429": too_many_requests(request),
        "500": errors.server_error(request),
        "503": errors.unavailable(),
    }
    pages |= {name: answer.text for name, answer in answers.items()}
    with override_settings(ROOT_URLCONF="tests.styleguide_urls"):
        pages["styleguide"] = read(Client(), "/styleguide/")
    return {name: Page(html) for name, html in pages.items()}


@pytest.fixture(scope="module")
def every(public, french, others) -> dict[str, Page]:
    return public | {f"fr {path}": page for path, page in french.items()} | others


def differing(pages: dict[str, Page], ask, expected) -> dict:
    """The pages whose answer is not the expected one, with their answers."""
    answers = {name: ask(page) for name, page in pages.items()}
    return {name: answer for name, answer in answers.items() if answer != expected}


def test_balance_tags(every):
    assert differing(every, lambda page: (page.unbalanced, page.open), ([], [])) == {}


def test_use_each_id_once(every):
    def repeated(page):
        return [name for name, count in Counter(page.values("id")).items() if count > 1]

    assert differing(every, repeated, []) == {}


def test_refer_to_existing_ids(every):
    def dangling(page):
        references = [
            *page.values("for"),
            *" ".join(page.values("aria-labelledby")).split(),
            *" ".join(page.values("aria-describedby")).split(),
            *[href[1:] for href in page.values("href", "a") if re.match("#.", href)],
        ]
        return sorted(set(references) - set(page.values("id")))

    assert differing(every, dangling, []) == {}


def test_have_one_h1(every):
    assert differing(every, lambda page: len(page.texts["h1"]), 1) == {}


def test_skip_no_heading_level(every):
    def jumps(page):
        levels = [0, *page.headings]
        return [level for before, level in pairwise(levels) if level > before + 1]

    assert differing(every, jumps, []) == {}


def test_state_the_direction_beside_each_language(every, french):
    def without_direction(page):
        return [name for name, values in page.elements if "lang" in values and "dir" not in values]

    assert differing(every, without_direction, []) == {}
    assert differing(french, without_direction, []) == {}


def test_declare_the_language(public, french):
    def language(page):
        return page.all("html")[0]["lang"]

    assert differing(public, language, "en") == {}
    assert differing(french, language, "fr") == {}


def test_describe_each_public_page(public):
    """One description, of the length that search engines show."""

    def lengths(page):
        return [20 <= len(text) <= 320 for text in page.meta("description")]

    indexed = {name: page for name, page in public.items() if "noindex" not in page.meta("robots")}
    assert differing(indexed, lengths, [True]) == {}


def test_have_open_graph_metadata(public, is_sample):
    """Open Graph: kind, title, description, address and site, of what people pass on."""

    def filled_properties(page):
        said = {
            meta["property"].removeprefix("og:"): bool(meta["content"])
            for meta in page.all("meta")
            # Cases have a picture besides.
            if re.match("og:(?!image)", meta.get("property", ""))
        }
        return sorted(name for name, is_there in said.items() if is_there)

    passed_on = {
        path: page
        for path, page in public.items()
        if re.match(r"/(cases|practices|cities|countries|webinars|speakers)/[^/]+/$", path)
    }
    assert len(passed_on) > (10 if is_sample else 50)
    assert (
        differing(
            passed_on, filled_properties, ["description", "site_name", "title", "type", "url"]
        )
        == {}
    )


def test_have_unique_titles(public):
    """Two pages of one title would be one to a reader of bookmarks and search results."""
    titles = Counter(
        page.texts["title"][0].strip() for path, page in public.items() if "?" not in path
    )
    assert [title for title, count in titles.items() if count > 1] == []


def test_have_canonical_urls(public):
    wrong = {
        path: page.linked("canonical")
        for path, page in public.items()
        if "noindex" not in page.meta("robots")
        and page.linked("canonical") != [SITE + path.partition("?")[0]]
    }
    assert wrong == {}


def test_link_all_languages_of_a_page_to_each_other(public, french):
    """Each translation names the same URLs, itself among them; "x-default" is the original."""

    def languages(page):
        return {
            link["hreflang"]: link["href"].removeprefix(SITE)
            for link in page.all("link")
            if link["rel"] == "alternate" and "hreflang" in link
        }

    in_english = 0
    for path, page in french.items():
        if "noindex" in page.meta("robots"):
            continue
        bare = path.partition("?")[0]
        here, there = languages(page), languages(public[path])
        [canonical] = page.linked("canonical")
        if here:
            assert here == there == {"en": bare, "fr": f"/fr{bare}", "x-default": bare}
            assert canonical == f"{SITE}/fr{bare}"
        else:
            # The text is not translated, so the French page is not one of its own.
            assert there == {"en": bare, "x-default": bare}
            assert canonical == SITE + bare
            in_english += 1
    assert 5 < in_english < len(french) - 10


def test_link_to_existing_pages(every, listed, sample):
    client = Client()
    targets = {
        urljoin(f"{SITE}{name if name[0] == '/' else '/'}", href)
        .partition("?")[0]
        .partition("#")[0]
        for name, page in every.items()
        if name != "styleguide"  # whose links are samples
        for href in page.values("href", "a")
    }
    paths = {target.removeprefix(SITE) for target in targets if target.startswith(f"{SITE}/")}
    # Pages of the sitemap are read by the other tests.
    in_english = {path for path in paths if without_language(path) == path}
    others = sample(sorted(in_english - {*every, *listed}), 150)
    answers = {path: client.get(path).status_code for path in others}
    missing = {path: status for path, status in answers.items() if status not in {200, 302}}
    assert missing == {}


def test_list_linked_pages_in_the_sitemap(public, listed):
    """Every page that a page links to, its state aside, is in the map of the site."""
    linked = {
        urlsplit(urljoin(SITE + path, href)).path
        for path, page in public.items()
        if not path.startswith("/search/")  # which finds every country there is
        for href in page.values("href", "a")
        if urlsplit(urljoin(SITE + path, href)).netloc == "testserver"
    }
    known = {*listed, *(path for path in public if "?" not in path)}
    private = ("/accounts/", "/language/", "/feeds/", "/search/", "/flags/", "/tag-proposals/")
    private += ("/experiences/", "/follows/", "/cases/new/", "/members/", "/feedback/")
    private += ("/partnerships/requests/new/", "/partnerships/offers/new/", "/partnerships/cities/")
    # What programs read.
    private += ("/api/v1/", "/.well-known/")
    # Of each case: the form, for those who sign in, and the history, which is not for searching.
    # Of webinars: what leads to other sites.
    beside = ("/edit/", "/history/", ".csv", "/recording/", "/slides/")
    # The same pages in other languages.
    linked = {path for path in linked if without_language(path) == path}
    found = {path for path in linked - known if not path.startswith(private)}
    assert {path for path in found if not path.endswith(beside)} == set()


def test_load_nothing_from_third_parties(every):
    """What a page loads comes from the site itself; only links lead elsewhere."""

    def foreign(page):
        loaded = [*page.values("src"), *page.values("srcset"), *page.values("href", "use", "image")]
        loaded += [
            link["href"]
            for link in page.all("link")
            if link.get("rel") not in {"canonical", "alternate", "license", "author"}
        ]
        return [address for address in loaded if not re.match("(/[^/]|#|data:image/)", address)]

    assert differing(every, foreign, []) == {}


def test_have_no_inline_style_or_script(every):
    """The policy would refuse them: what is inline must be data."""

    def inline(page):
        scripts = [
            script
            for script in page.all("script")
            if "src" not in script and script.get("type") not in DATA
        ]
        handlers = [
            name for _tag, attributes in page.elements for name in attributes if name[:2] == "on"
        ]
        return [*scripts, *page.all("style"), *page.values("style"), *handlers]

    assert differing(every, inline, []) == {}


if not nu_checker.hindrance():

    def test_satisfy_the_nu_checker(every, tmp_path):
        assert nu_checker.jar(), "There is no HTML checker yet: fetch it with deploy/ensure-vnu"
        pages = {name: page.html for name, page in every.items()}
        assert nu_checker.check(pages, tmp_path) == []


def test_write_moments_for_machines_in_one_way():
    """`|date:"c"` prints microseconds, which HTML does not know."""
    others = [
        str(path)
        for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
        if re.search(r'datetime="\{\{[^}]*\|(?!machine )', path.read_text())
    ]
    assert others == []


def test_write_a_moment_for_machines():
    moment = datetime(2026, 11, 25, 10, 4, 5, 678, tzinfo=UTC)
    assert machine(moment) == "2026-11-25T10:04:05+00:00"
    assert (machine(moment.date()), machine(None)) == ("2026-11-25", "")


def test_only_colours_depend_on_the_colour_scheme():
    """What tests/browser/axe.py rests on, which looks at a second scheme for colours alone.

    site.css and admin.css set tokens that are colours.
    """
    asking = re.compile(r"prefers-color-scheme|color-scheme *:|matchMedia|data-theme")
    own = [*Path(settings.BASE_DIR, "static").glob("css/*.css")]
    own += Path(settings.BASE_DIR, "static").glob("js/*.js")
    found = {path.name: asking.findall(path.read_text()) for path in own}
    assert {name: words for name, words in found.items() if words} == {
        "site.css": ["color-scheme:", "prefers-color-scheme"],
        "admin.css": ["data-theme", "prefers-color-scheme", "data-theme", "data-theme"],
    }
    assert len(own) > 10
    dark = re.compile(
        r"prefers-color-scheme: dark\) \{\s*[^{]*:root[^{]*\{([^}]*)\}"
        r"|\[data-theme=\"dark\"\]:root \{([^}]*)\}"
    )
    blocks = []
    for name in ("site.css", "admin.css"):
        text = Path(settings.BASE_DIR, "static/css", name).read_text()
        blocks += [one or other for one, other in dark.findall(text)]
    assert len(blocks) == 3
    for block in blocks:
        tokens = [each.strip() for each in block.split(";") if each.strip()]
        assert all(re.fullmatch(r"--[\w-]+: #[0-9a-f]{3,6}", token) for token in tokens)
