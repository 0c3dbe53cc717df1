"""Each number of cases on a page, and the list behind it, with the sample data set.

Numbers are of real cases; samples are named apart, on the page of the number and on the list.
"""

import re

import pytest
from django.test import Client

from repository.models import City, Country
from tests.page import page_of

pytestmark = [pytest.mark.proof(in_turn=True), pytest.mark.slow(30)]

CASES, SAMPLES = r"(\d+) cases?\b", r"\+ (\d+) samples?\b"


@pytest.fixture(scope="module")
def collection(sample_data):
    pass


@pytest.fixture(scope="module")
def read(collection):
    client, known = Client(), {}

    def read(path: str):
        if path not in known:
            known[path] = page_of(client.get(path))
        return known[path]

    return read


def number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def counted(text: str) -> tuple[int, int]:
    """The real cases and the samples that a text names."""
    return number(CASES, text), number(SAMPLES, text)


@pytest.fixture(scope="module")
def listed(read):
    def listed(path: str) -> tuple[int, int]:
        """The real cases and the samples in a list, on all of its pages."""
        found: dict[str, bool] = {}
        while path:
            page = read(path)
            for tile in page.main.select(".tiles > li"):
                found[tile.one("h3 a")["href"]] = bool(tile.select(".sample"))
            further = page.select("a[rel~=next]")
            path = path.partition("?")[0] + further[0]["href"] if further else ""
        samples = sum(found.values())
        return len(found) - samples, samples

    return listed


def test_home(read, listed):
    page = read("/")
    assert number(SAMPLES, page.main.text) > 0
    links = page.select(".doors a, .head a[href='/cases/']")
    assert len(links) > 5
    counts = {link["href"]: counted(link.text) for link in links}
    assert counts == {path: listed(path) for path in counts}


def test_list_of_cases(read, listed):
    page = read("/cases/")
    assert counted(page.one(".head p:first-child").text) == listed("/cases/")
    values = page.select(".facet li > a")
    assert len(values) > 50
    counts = {}
    for value in values:
        counts[value["href"]] = number(r" (\d+)(?: \+|$)", value.text), number(SAMPLES, value.text)
    assert counts == {query: listed(f"/cases/{query}") for query in counts}


def test_practices(read, listed):
    counts = {}
    for row in read("/practices/").select(".list.columns > li"):
        counts[row.one("h2 a")["href"]] = counted(row.one(".source").text)
    assert any(samples for _real, samples in counts.values())
    assert counts == {path: listed(path) for path in counts}


def test_practices_of_a_case(read, listed):
    counts = {}
    for path in ("/cases/zhengzhou/", "/cases/hangzhou/"):
        for row in read(path).select(".practice"):
            counts[row.one("h3 a")["href"]] = counted(row.one(".source").text)
    assert counts == {path: listed(path) for path in counts}


def test_cities(read, listed):
    """All that a city shows is a sample if it is one itself, which its mark says."""
    samples = {city.get_absolute_url() for city in City.objects.filter(is_sample=True)}
    counts = {}
    for row in read("/cities/").select("#list .with-rail > div li"):
        path = row.one("a")["href"]
        real, of_samples = counted(row.text)
        counts[path] = (of_samples, real) if path in samples else (real, of_samples)
        trio = read(path).select(".trio li")
        assert any(counted(each.text) == (real, of_samples) for each in trio)
    assert len(counts) > len(samples) > 5
    assert counts == {path: listed(path) for path in counts}


def test_countries(read, listed):
    codes = City.objects.filter(is_sample=True).values("country")
    for country in Country.objects.filter(pk__in=codes) | Country.objects.filter(pk="CN"):
        path = country.get_absolute_url()
        page = read(path)
        cases, cities = (each.text for each in page.select(".trio li")[:2])
        assert counted(cases) == listed(path)
        rows = City.objects.filter(country=country)
        assert (number(r"(\d+) cit", cities), number(SAMPLES, cities)) == (
            rows.filter(is_sample=False).count(),
            rows.filter(is_sample=True).count(),
        )


def test_parts_of_the_map(read):
    """The places of a region on the map are in the list of its cities or countries."""
    for chip in read("/cities/").select(".areas a[href^='?region=']"):
        page = read(f"/cities/{chip['href']}")
        rows = page.select("#list .with-rail > div li")
        # Cities without cases are listed too, and are not on the map.
        with_cases = [row for row in rows if counted(row.text) != (0, 0)]
        marks = [mark.text for row in with_cases for mark in row.select(".sample")]
        samples = marks.count("Sample")
        places = len(with_cases) - samples + len(page.select("#list aside li"))
        real = int(chip.one(".count").text)
        assert (real, number(SAMPLES, chip.text)) == (places, samples)


@pytest.fixture(scope="module")
def rows_of(read):
    def rows_of(path: str, rows: str) -> tuple[int, int]:
        """The real entries and the samples among the rows of a list, on all of its pages."""
        real = samples = 0
        query = ""
        while query is not None:
            page = read(path + query)
            found = page.select(rows)
            of_samples = sum(bool(row.select(".sample")) for row in found)
            real, samples = real + len(found) - of_samples, samples + of_samples
            further = page.select("a[rel~=next]")
            path, query = path.partition("?")[0], further[0]["href"] if further else None
        return real, samples

    return rows_of


@pytest.mark.parametrize("query", ["port", "parcels", "Kasulende"])
def test_kinds_of_results(read, rows_of, query):
    page = read(f"/search/?q={query}")
    links = page.select("main .tabs a")
    counts = {
        link["href"]: (number(r" (\d+)(?: \+|$)", link.text), number(SAMPLES, link.text))
        for link in links
    }
    assert any(samples for _real, samples in counts.values())
    assert counts == {href: rows_of(f"/search/{href}", "ol.hits > li") for href in counts}
    for href, (real, samples) in counts.items():
        found = read(f"/search/{href}").select("h2.found")[0].text
        assert (number(r"^(\d+) result", found), number(SAMPLES, found)) == (real, samples)


def test_board_of_partnerships(read, rows_of):
    def listed(query: str) -> tuple[int, int]:
        return rows_of(f"/partnerships/{query}", "#found .grid > li")

    page = read("/partnerships/")
    total = page.one("#found .head p").text
    assert (number(r"(\d+) entr", total), number(SAMPLES, total)) == listed("")
    counts = {}
    for link in page.select("#found .tabs a, .facets li > a"):
        query = link["href"].removeprefix("/partnerships/")
        counts[query] = number(r" (\d+)(?: \+|$)", link.text), number(SAMPLES, link.text)
    assert len(counts) > 20
    assert counts == {query: listed(query) for query in counts}
