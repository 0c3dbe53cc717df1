import re
from xml.etree import ElementTree

import pytest
from django.conf import settings

from repository.models import Transcript
from repository.pages import sitemaps as pages_sitemaps
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    ExperienceFactory,
    OfferFactory,
    PracticeFactory,
    RecommendationFactory,
    SeriesFactory,
    SpeakerFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def addresses(client, path):
    response = client.get(path)
    assert response.headers["Content-Type"] == "application/xml"
    found = re.findall(r"<loc>(.*?)</loc>", response.content.decode())
    return [address.removeprefix("http://testserver") for address in found]


PREFIXES = ["", *(f"/{code}" for code, _name in settings.LANGUAGES[1:])]


def in_all(*paths: str) -> list[str]:
    """Pages that are translated, each followed by its translations."""
    return [prefix + english for english in paths for prefix in PREFIXES]


def test_name_every_public_page_once(client):
    CaseStudyFactory(
        published=True,
        slug="trains",
        cities=[CityFactory(slug="zhengzhou")],
        countries=[CountryFactory(iso2="BR")],
        practices=[PracticeFactory(slug="rail")],
        tags=["port"],
    )
    CaseStudyFactory(slug="draft", countries=[CountryFactory(iso2="BY")], tags=["hidden"])
    CaseStudyFactory(archived=True, slug="gone")
    webinar = WebinarFactory(
        slug="by-rail",
        series__slug="talks",
        countries=[CountryFactory(iso2="KE")],
        tags=["film"],
    )
    SeriesFactory(slug="of-drafts")
    RecommendationFactory(slug="one-window")
    speaker = SpeakerFactory(slug="li-wei", country=CountryFactory(iso2="NG"))
    AppearanceFactory(webinar=webinar, speaker=speaker)
    Transcript.objects.create(webinar=webinar, text="Words.")
    CountryFactory(iso2="LA")
    sections = addresses(client, "/sitemap.xml")
    assert {section: addresses(client, section) for section in sections} == {
        "/sitemap-pages.xml": [
            *in_all("/", "/cases/", "/practices/", "/cities/", "/webinars/", "/speakers/"),
            *in_all("/recommendations/"),
            "/landscape/",
            *in_all("/references/"),
            "/glossary/",
            "/about/",
            *in_all("/compare/"),
            *("/contact/", "/privacy/", "/accessibility/", "/terms/"),
        ],
        "/sitemap-cases.xml": ["/cases/trains/"],
        "/sitemap-practices.xml": ["/practices/rail/"],
        "/sitemap-cities.xml": in_all("/cities/zhengzhou/"),
        "/sitemap-countries.xml": in_all(
            *(f"/countries/{code}/" for code in ("br", "cn", "ke", "ng"))
        ),
        "/sitemap-series.xml": ["/series/talks/"],
        "/sitemap-webinars.xml": ["/webinars/by-rail/"],
        "/sitemap-recommendations.xml": ["/recommendations/one-window/"],
        "/sitemap-speakers.xml": in_all("/speakers/li-wei/"),
        "/sitemap-transcripts.xml": ["/webinars/by-rail/transcript/"],
        "/sitemap-tags.xml": in_all("/tags/port/", "/tags/film/"),
        "/sitemap-partnership-pages.xml": [
            *in_all("/partnerships/", "/partnerships/suggestions/", "/partnerships/clusters/"),
            *in_all("/monitoring/"),
            "/api/v1/docs",
        ],
    }


def test_link_the_translations_of_a_page(client):
    CityFactory(slug="zhengzhou")
    root = ElementTree.fromstring(client.get("/sitemap-cities.xml").content)
    paths = in_all("/cities/zhengzhou/")
    codes = ["en", "fr", "es", "pt", "ar", "zh-Hans", "ru"]
    links = {**dict(zip(codes, paths, strict=True)), "x-default": paths[0]}
    found = [
        {link.get("hreflang"): link.get("href").removeprefix("http://testserver") for link in url}
        for url in ([*each.iter("{http://www.w3.org/1999/xhtml}link")] for each in root)
    ]
    assert found == [links] * 7


def test_name_a_page_in_the_language_of_its_text(client):
    for language in ("fr", "sw"):
        CaseStudyFactory(published=True, slug=language, language=language)
        OfferFactory(language=language)
    assert addresses(client, "/sitemap-cases.xml") == ["/fr/cases/fr/", "/cases/sw/"]
    french, swahili = addresses(client, "/sitemap-offers.xml")
    assert (french[:4], swahili[:4]) == ("/fr/", "/par")
    webinar = WebinarFactory(slug="film")
    Transcript.objects.create(webinar=webinar, text="Des mots.", language="fr")
    assert addresses(client, "/sitemap-transcripts.xml") == ["/fr/webinars/film/transcript/"]


def test_leave_out_samples(client):
    webinar = WebinarFactory(series=SeriesFactory(is_sample=True))
    Transcript.objects.create(webinar=webinar, text="Words.")
    city = CityFactory(is_sample=True)
    CaseStudyFactory(published=True, is_sample=True, cities=[city], tags=["port"])
    ExperienceFactory(city=city, subject=PracticeFactory(), tags=["film"])
    for section in ("cases", "cities", "series", "webinars", "transcripts", "tags"):
        assert addresses(client, f"/sitemap-{section}.xml") == [], section


def test_leave_empty_sections_out_of_the_index(client):
    CaseStudyFactory(slug="draft")
    OfferFactory(pending=True)
    assert not {"/sitemap-cases.xml", "/sitemap-offers.xml"} & {*addresses(client, "/sitemap.xml")}
    CaseStudyFactory(published=True)
    OfferFactory()
    assert {"/sitemap-cases.xml", "/sitemap-offers.xml"} < {*addresses(client, "/sitemap.xml")}


def test_find_sections_that_are_filled_in_one_query(db, django_assert_num_queries):
    # Content types are looked up once in a process.
    pages_sitemaps.filled_sections()
    for rows in (1, 3):
        for _row in range(rows):
            CaseStudyFactory(published=True, practices=[PracticeFactory()], tags=["port"])
        with django_assert_num_queries(1):
            assert {"pages", "cases", "practices", "tags"} < {*pages_sitemaps.filled_sections()}


def test_answer_404_for_an_unknown_section(client):
    assert client.get("/sitemap-unknown.xml").status_code == 404
    assert client.get("/sitemap-cases.xml?p=9").status_code == 404


def test_show_when_a_case_last_changed(client):
    case = CaseStudyFactory(published=True)
    day = case.updated_at.date().isoformat()
    assert f"<lastmod>{day}</lastmod>" in client.get("/sitemap-cases.xml").content.decode()
