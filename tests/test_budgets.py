"""The budgets of the public pages: what travels, what a second visit costs, how many queries."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext

from benchmarks.fill import without_triggers
from partnerships.figures import monitoring
from repository.models import (
    CaseStudy,
    City,
    Country,
    Practice,
    Series,
    Speaker,
    Tag,
    Theme,
    Webinar,
)
from repository.pages.addresses import in_language
from repository.pages.editions import forget_all
from tests.collection import PUBLIC_PAGES
from tests.many import grow
from tests.sampling import ALL
from tests.weights import BYTES_OF_A_PAGE, Visitor

# Their fixtures weigh and grow the whole collection.
pytestmark = [pytest.mark.proof(in_turn=True, sample=ALL), pytest.mark.slow(25)]

# Compressed. Letters that are not Latin take more bytes, of which most are in cases.
BYTES_OF_HTML, BYTES_OF_OTHER_SCRIPTS = 14_000, 14_800
# With words and facets, on the first view in an edition; 11 later.
QUERIES_OF_A_LIST = 13
# It shows some of everything: cases, places, partnerships, webinars, people, figures.
QUERIES_OF_THE_HOME_PAGE = 19
# Three of them for related cases.
QUERIES_OF_A_CASE = 17
# The pages of a practice, on the first view in an edition, and of a webinar. Five read the places,
# themes and figures of cases: docs/decisions/0022-case-page-in-one-statement.md.
QUERIES_OF_A_DETAIL = 20
# On the first view in an edition, when its cases "for a city like yours" are computed; 14 later.
QUERIES_OF_A_CITY = 29


# What travels


@pytest.fixture(scope="module")
def weights(collection, served_files, sample) -> dict[str, tuple[int, int]]:
    """The bytes of the HTML and of everything, of each public page in each language.

    In a sample in English and one other.
    """
    with override_settings(**served_files):
        visitor = Visitor()
        paths = [
            *PUBLIC_PAGES,
            *(case.get_absolute_url() for case in CaseStudy.objects.published()),
        ]
        weights = {}
        others = [code for code, _name in settings.LANGUAGES if code != "en"]
        for language in ["en", *sample(others, 1)]:
            translated = [in_language(path, language) for path in paths]
            weights |= {f"{language} {path}": visitor.page(path) for path in translated}
        return weights


def test_send_little_on_the_first_visit(weights):
    heavy = {name: size for name, (_html, size) in weights.items() if size > BYTES_OF_A_PAGE}
    assert heavy == {}


def test_send_little_html(weights):
    """Of lists and of cases without comments."""
    heavy = {
        name: size
        for name, (size, _all) in weights.items()
        if size > (BYTES_OF_OTHER_SCRIPTS if name[:3] in ("ar ", "ru ") else BYTES_OF_HTML)
    }
    assert heavy == {}


def test_count_all_files(weights):
    """The measure itself: a page weighs more than its HTML, by the style sheet at least."""
    assert [name for name, (html, size) in weights.items() if size < html + 4_000] == []


# The second visit


@contextmanager
def rendered():
    """The names of the templates that are rendered inside the block."""
    names = []

    def note(template, **kwargs):
        names.append(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


# Its figures are computed once a minute.
FIGURES = "/monitoring/"
# What visitors search for is not cached, as there is no end of it.
CACHED = [path for path in PUBLIC_PAGES if path != FIGURES and "q=" not in path]


@pytest.mark.parametrize("path", [*CACHED, "/feeds/cases.atom", "/sitemap.xml"])
def test_answer_304_on_a_repeated_visit(path, collection, pages):
    first = Client().get(path)
    with rendered() as templates, CaptureQueriesContext(connection) as queries:
        second = Client().get(path, headers={"if-none-match": first.headers["ETag"]})
    # The edition.
    assert len(queries) == 1
    assert (second.status_code, second.content, templates) == (304, b"", [])


def test_answer_304_on_a_repeated_visit_to_the_figures(collection, settings, monkeypatch):
    settings.FIGURES_KEPT_FOR = 60
    monkeypatch.setattr(monitoring, "public_report", monitoring.ReportCache().get)
    first = Client().get(FIGURES)
    with rendered() as templates, CaptureQueriesContext(connection) as queries:
        second = Client().get(FIGURES, headers={"if-none-match": first.headers["ETag"]})
    assert len(queries) == 0
    assert (second.status_code, second.content, templates) == (304, b"", [])


# Queries


def lists() -> list[str]:
    return [
        "/",
        "/cases/",
        "/cases/?sort=title",
        f"/cases/?q=city&theme={Theme.objects.order_by('pk')[0].slug}&region=Asia",
        "/practices/",
        "/cities/",
        "/webinars/",
        "/speakers/",
        "/recommendations/",
        "/references/",
        "/landscape/",
        "/about/",
        "/glossary/",
        "/search/?q=city",
        "/feeds/cases.atom",
        "/sitemap-cases.xml",
        "/api/v1/cases",
        "/api/v1/cases?q=city&region=Asia",
        "/api/v1/cities",
        "/api/v1/practices",
        "/api/v1/landscape",
        "/api/v1/webinars",
        "/api/v1/docs",
    ]


def details() -> list[str]:
    """The pages of the first of each kind, with which all the others are linked."""
    models = [CaseStudy, Practice, City, Webinar, Speaker, Tag, Series]
    objects = [*(model.objects.order_by("pk")[0] for model in models), Country.objects.get(pk="CN")]
    pages = [found.get_absolute_url() for found in objects]
    # For programs the same of the first four.
    return pages + [f"/api/v1{page.rstrip('/')}" for page in pages[:4]]


def counted(paths: list[str]) -> dict[str, tuple[int, int]]:
    """For each page the queries of its first view in an edition and of a later one.

    Without the BEGIN and COMMIT around a query whose rows are fetched in chunks.
    """
    counts = {}
    for path in paths:
        forget_all()
        numbers = []
        for _view in ["first", "later"]:
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(path).status_code == 200
            numbers.append(sum(query["sql"] not in ("BEGIN", "COMMIT") for query in queries))
        counts[path] = tuple(numbers)
    return counts


@pytest.fixture(scope="module")
def queries(scratch, is_sample) -> dict[int, dict[str, dict]]:
    """The queries of each page with 1, 3 and 1,000 rows of each kind (200 in a sample)."""
    found = {}
    # Once in the life of a process, not once for a page.
    ContentType.objects.get_for_models(*apps.get_models())
    for size in [1, 3, 1000]:
        with without_triggers():
            grow(min(size, 200) if is_sample else size)
        call_command("rebuild_search", verbosity=0)
        found[size] = {"lists": counted(lists()), "details": counted(details())}
    return found


def over(counts: dict[str, tuple[int, int]], most: int) -> dict:
    return {path: numbers for path, numbers in counts.items() if max(numbers) > most}


def test_limit_queries_of_lists(queries):
    lists = dict(queries[1000]["lists"])
    home = {"/": lists.pop("/")}
    assert over(lists, QUERIES_OF_A_LIST) == {}
    assert over(home, QUERIES_OF_THE_HOME_PAGE) == {}


def test_limit_queries_of_details(queries):
    details = queries[1000]["details"]
    cases = {path: numbers for path, numbers in details.items() if path.startswith("/cases/")}
    cities = {path: numbers for path, numbers in details.items() if path.startswith("/cities/")}
    others = {path: numbers for path, numbers in details.items() if path not in cities}
    assert cases
    assert cities
    assert over(cases, QUERIES_OF_A_CASE) == {}
    assert over(cities, QUERIES_OF_A_CITY) == {}
    assert over(others, QUERIES_OF_A_DETAIL) == {}


def test_ask_the_same_queries_for_any_number_of_rows_in_a_list(queries):
    assert queries[1]["lists"] == queries[3]["lists"] == queries[1000]["lists"]


def test_ask_the_same_queries_for_any_number_of_rows_in_a_detail(queries):
    """Few cases that share all values have no related ones: they may ask less, never more."""
    most = queries[1000]["details"]
    three = queries[3]["details"]
    assert {path: most[path] for path in three if not path.startswith("/cases/")} == {
        path: numbers for path, numbers in three.items() if not path.startswith("/cases/")
    }
    for few in (queries[1]["details"], three):
        more = {
            path: (numbers, most[path]) for path, numbers in few.items() if numbers > most[path]
        }
        assert more == {}
