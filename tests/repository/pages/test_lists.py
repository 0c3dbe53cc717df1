"""Whatever an address asks for, the answer is a page."""

from unicodedata import category

import pytest
from django.test import Client
from django.utils import translation

from repository.pages import lists
from tests.factories import CaseStudyFactory, CityFactory, ThemeFactory

pytestmark = pytest.mark.django_db

LISTS = [
    "/",
    "/cases/",
    "/practices/",
    "/cities/",
    "/cities/here/",
    "/countries/cn/",
    "/webinars/",
    "/speakers/",
    "/recommendations/",
    "/references/",
    "/landscape/",
    "/glossary/",
    "/tags/port/",
    "/search/",
    "/feeds/cases.atom",
]
HOSTILE = {
    "no number": "page=abc",
    "nought": "page=0",
    "below": "page=-5",
    "beyond": "page=99999999999999999999999",
    "fraction": "page=1.5",
    "other digits": "page=%D9%A3",
    "NUL": "page=%00&q=%00&theme=%00&country=%00&tag=%00&kind=%00&sort=%00&language=%00",
    "not UTF-8": "q=%FF%FE&page=%FF&theme=%FF",
    "half a pair": "q=%ED%A0%80&theme=%ED%A0%80",
    "script": "q=%3Cscript%3Ealert(1)%3C/script%3E&theme=%3Cscript%3Ealert(1)%3C/script%3E",
    "template": "q=%7B%7Brequest%7D%7D&theme=%25s%25(x)s%7B0%7D",
    "quotes": "q='%22;--&theme='%22;--&sort='%22",
    "many": "&".join(f"theme={number}" for number in range(900)),
    "same": "&".join(["theme=customs"] * 900),
    "names": "&".join(f"name{number}=1" for number in range(900)),
}


@pytest.fixture(autouse=True)
def collection_of_one():
    theme, city = ThemeFactory(slug="customs"), CityFactory(slug="here", country__iso2="CN")
    CaseStudyFactory(published=True, themes=[theme], cities=[city], tags=["port"])


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_answer_hostile_address(client, query):
    for path in LISTS:
        response = client.get(f"{path}?{query}")
        assert (path, response.status_code) == (path, 200)
        assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "query", ["q=a%00b", "q=%01%02", "q=%C2%85", "theme=%00", "tag=x%00y&sort=title", "kind=%0B"]
)
def test_write_back_nothing_that_no_page_may_hold(client, query):
    for path in LISTS:
        page = client.get(f"{path}?{query}").content.decode()
        controls = {sign for sign in page if category(sign) == "Cc"}
        assert (path, controls) == (path, {"\n"})


@pytest.mark.proof(sample=2)
@pytest.mark.parametrize("name", ["q", "theme", "page", "nonsense"])
def test_answer_an_address_of_a_megabyte(client, name):
    for path in LISTS:
        response = client.get(f"{path}?{name}={'x' * 1_000_000}")
        assert (path, response.status_code) == (path, 200)
        # A few links may repeat the address, a hundred links may not.
        assert len(response.content) < 5_000_000


def test_refuse_an_address_of_too_many_parts(client):
    query = "&".join(["theme=customs"] * 1001)
    for path in ("/cases/", "/practices/", "/search/"):
        assert client.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize("path", LISTS)
def test_only_answer_what_is_safe(path):
    client = Client(enforce_csrf_checks=True)
    assert [client.generic(verb, path).status_code for verb in ("POST", "PUT", "DELETE")] == [
        405,
        405,
        405,
    ]


def test_count_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 1_000)
    assert [lists.count_text(count) for count in (0, 1_000, 1_001)] == ["0", "1,000", "1,000+"]
    with translation.override("fr"):
        assert lists.count_text(5_000) == "1\u202f000+"
