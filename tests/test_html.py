"""The HTML of every page: valid, with one h1, in its language, and with links to other pages."""

import re
from collections import Counter
from datetime import UTC, datetime
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
from repository.text.languages import html_language
from tests import nu_checker
from tests.collection import (
    ERROR_PAGES,
    MEMBER_PAGES,
    PUBLIC_PAGES,
    VISITOR_PAGES,
    signed_in,
)
from tests.html_checks import CHECKS, Page, differing
from tests.sampling import ALL

pytestmark = [pytest.mark.proof(sample=ALL), pytest.mark.slow(20)]

SITE = "http://testserver"
OTHER_LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]


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
    paths = dict.fromkeys([*sample(listed, 12), *PUBLIC_PAGES])
    return {path: Page(read(client, path)) for path in paths}


@pytest.fixture(scope="module")
def translated(collection, sample) -> dict[str, dict[str, Page]]:
    """The public pages in each other language; in a sample in one of them."""
    client = Client()
    paths = [path for path in PUBLIC_PAGES if in_language(path, "fr") != path]
    return {
        language: {path: Page(read(client, path, language)) for path in paths}
        for language in sample(OTHER_LANGUAGES, 1)
    }


@pytest.fixture(scope="module")
def others(collection) -> dict[str, Page]:
    """Pages about accounts, errors, and the gallery of components."""
    client, member = Client(), signed_in(User.objects.get(handle="member"))
    pages = {path: read(client, path) for path in [*ERROR_PAGES, *VISITOR_PAGES]}
    pages |= {f"member {path}": read(member, path) for path in ["/", *MEMBER_PAGES]}
    request = RequestFactory().get("/")
    request.user = User.objects.get(handle="member")
    sent = RequestFactory().post("/", {"body": "Typed <text>"})
    sent.user = request.user
    answers = {
        "400": errors.bad_request(request),
        "403": errors.permission_denied(request),
        "403 form": errors.csrf_failure(request),
        "405": errors.method_not_allowed(request),
        "429": too_many_requests(request),
        "429 form": too_many_requests(sent, keeps_input=True),
        "500": errors.server_error(request),
        "503": errors.unavailable(),
        "503 form": errors.disk_full(sent),
    }
    pages |= {name: answer.text for name, answer in answers.items()}
    with override_settings(ROOT_URLCONF="tests.styleguide_urls"):
        pages["styleguide"] = read(Client(), "/styleguide/")
    return {name: Page(html) for name, html in pages.items()}


@pytest.fixture(scope="module")
def every(public, translated, others) -> dict[str, Page]:
    pages = {
        f"{language} {path}": page
        for language, found in translated.items()
        for path, page in found.items()
    }
    return public | pages | others


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_html(every, check):
    assert differing(every, check, []) == {}


def test_declare_the_language(public, translated):
    def language(page):
        return page.all("html")[0]["lang"]

    assert differing(public, language, "en") == {}
    for code, pages in translated.items():
        assert differing(pages, language, html_language(code)) == {}


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
    assert len(passed_on) > (5 if is_sample else 50)
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


def translations_of(path: str) -> dict[str, str]:
    """The URLs of a page by `hreflang`."""
    others = [code for code, _name in settings.LANGUAGES if code not in ("en", "zh")]
    return {
        "en": path,
        "zh-Hans": f"/zh{path}",
        "x-default": path,
        **{code: f"/{code}{path}" for code in others},
    }


def test_link_all_languages_of_a_page_to_each_other(public, translated):
    """Each translation names the same URLs, itself among them; "x-default" is the original."""

    def languages(page):
        return {
            link["hreflang"]: link["href"].removeprefix(SITE)
            for link in page.all("link")
            if link["rel"] == "alternate" and "hreflang" in link
        }

    for code, pages in translated.items():
        in_english = 0
        for path, page in pages.items():
            if "noindex" in page.meta("robots"):
                continue
            bare = path.partition("?")[0]
            here, there = languages(page), languages(public[path])
            [canonical] = page.linked("canonical")
            assert there.items() <= translations_of(bare).items()
            if html_language(code) in there:
                assert here == there
                assert canonical == f"{SITE}/{code}{bare}"
            else:
                # The text is not translated, so the page is not one of its own.
                assert here == {}
                assert canonical == SITE + there["x-default"]
                in_english += 1
        # Texts that only staff write are in English until somebody translates them.
        assert in_english < len(pages) - 10


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
    others = sample(sorted(in_english - {*every, *listed}), 20)
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


if not nu_checker.hindrance():

    @pytest.mark.proof(group="Nu checker")
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
