"""What each object of the collection is called and where its page is."""

import pytest
from django.utils import translation

from repository.models import (
    Appearance,
    Edition,
    GlossaryTerm,
    Goal,
    LandscapeSection,
    LoadRecord,
    Organization,
    Practice,
    Recommendation,
    Series,
    Speaker,
    Tag,
    Theme,
    Webinar,
)

WEBINAR = Webinar(number=7, slug="zhengzhou", title="By rail")


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (GlossaryTerm(term="Small and medium-sized enterprises", abbreviation="SMEs"),
         "Small and medium-sized enterprises (SMEs)"),
        (GlossaryTerm(term="Cold chain"), "Cold chain"),
        (Goal(number=9), "9. Industry, innovation and infrastructure"),
        (Organization(name="Economic Commission for Africa", acronym="UNECA"),
         "Economic Commission for Africa (UNECA)"),
        (Organization(name="The Centre"), "The Centre"),
        (Practice(name="Parcel consolidation"), "Parcel consolidation"),
        (LandscapeSection(title="The regions"), "The regions"),
        (Recommendation(title="One window"), "One window"),
        (Series(title="The series"), "The series"),
        (Speaker(name="Li Wei"), "Li Wei"),
        (Tag(name="rail"), "rail"),
        (Theme(name="Customs"), "Customs"),
        (WEBINAR, "7. By rail"),
        (Appearance(speaker=Speaker(name="Li Wei"), webinar=WEBINAR), "Li Wei: 7. By rail"),
        (Edition(number=3), "3"),
        (LoadRecord(kind="city", key="zhengzhou"), "city zhengzhou"),
    ],
)  # fmt: skip
def test_name_of(thing, name):
    assert str(thing) == name


@pytest.mark.parametrize(
    ("thing", "address"),
    [
        (GlossaryTerm(slug="cold-chain"), "/glossary/#cold-chain"),
        (Goal(number=9), "/cases/?goal=9"),
        (Practice(slug="parcels"), "/practices/parcels/"),
        (LandscapeSection(slug="regions"), "/landscape/#regions"),
        (Recommendation(slug="one-window"), "/recommendations/one-window/"),
        (Series(slug="series-2020"), "/series/series-2020/"),
        (Speaker(slug="li-wei"), "/speakers/li-wei/"),
        (Tag(slug="rail"), "/tags/rail/"),
        (Theme(slug="customs"), "/cases/?theme=customs"),
        (WEBINAR, "/webinars/zhengzhou/"),
    ],
)
def test_know_address(thing, address):
    assert thing.get_absolute_url() == address


def test_name_theme_in_the_language_of_the_page():
    with translation.override("fr"):
        assert str(Theme(name="Customs", names={"fr": "Douane"})) == "Douane"
        assert str(Theme(name="Customs")) == "Customs"


def test_shorten_organisation_to_its_acronym():
    body = Organization(name="Economic Commission for Africa", acronym="UNECA")
    assert (body.short_name, Organization(name="The Centre").short_name) == ("UNECA", "The Centre")
