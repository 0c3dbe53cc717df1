"""Every place that shows a public partnership, and shows nothing of one that is not."""

import pytest
from django.test import Client

from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    PartnershipFactory,
    PracticeFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db

PLACES = {
    "the board": "/partnerships/",
    "its tab on the board": "/partnerships/?kind=partnership",
    "the city that asked": "/cities/kisumu/",
    "the city that helps": "/cities/qingdao/",
    "the country that asked": "/countries/ke/",
    "the country that helps": "/countries/cn/",
    "the practice": "/practices/parcels/",
    "the case that it began with": "/cases/model/",
    "the case that came of it": "/cases/result/",
    "the search": "/search/?q=together",
}


def make_partnership(*, is_public: bool):
    kenya = CountryFactory(iso2="KE", region="Africa")
    china = CountryFactory(iso2="CN", region="Asia")
    kisumu = CityFactory(slug="kisumu", country=kenya, latitude=-0.1, longitude=34.8)
    qingdao = CityFactory(slug="qingdao", country=china, latitude=36.1, longitude=120.4)
    return PartnershipFactory(
        title="Together",
        is_public=is_public,
        parties=[(kisumu, "requester"), (qingdao, "provider")],
        practices=[PracticeFactory(slug="parcels")],
        inspired_by=CaseStudyFactory(slug="model", published=True),
        resulting_case=CaseStudyFactory(slug="result", published=True),
    )


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
def test_show_a_public_partnership(path):
    partnership = make_partnership(is_public=True)
    found = [href for text, href in page_of(Client().get(path)).main.links if text == "Together"]
    assert set(found) == {partnership.get_absolute_url()}


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
def test_show_nothing_of_a_partnership_that_is_not_public(path):
    partnership = make_partnership(is_public=False)
    page = page_of(Client().get(path))
    assert [href for _text, href in page.links if href == partnership.get_absolute_url()] == []
    # The search repeats the words that were asked for, in lower case.
    assert [line for line in page.lines if "Together" in line] == []


def test_count_a_public_partnership_in_the_figures():
    make_partnership(is_public=True)
    page = page_of(Client().get("/monitoring/"))
    assert page.one("#flows tbody").rows == [["Asia", "Africa", "1"]]
    message = "Most partnerships of Asia are with Africa: 1 partnership"
    assert page.select("#flows p")[0].text == message
    assert page.one("#countries tbody").rows == [["China", "0", "1"], ["Kenya", "0", "1"]]
    assert page.one("#partnerships-by-year tbody").rows == [["2026", "1"]]


def test_count_no_partnership_that_is_not_public_in_the_figures():
    make_partnership(is_public=False)
    page = page_of(Client().get("/monitoring/"))
    shown = ("#flows", "#countries", "#partnerships-by-year", "#partnerships", "#kinds")
    assert [page.select(each) for each in shown] == [[]] * 5


@pytest.mark.parametrize("path", ["/", "/cities/", "/partnerships/"])
@pytest.mark.parametrize("is_public", [True, False])
def test_draw_a_line_between_the_cities_of_a_public_partnership(path, is_public):
    make_partnership(is_public=is_public)
    # The layer for wide screens; the map of the home page has half the width.
    lines = page_of(Client().get(path)).select(":is(.map-wide, .map-half) path.link")
    assert len(lines) == is_public
