import re

import pytest

from repository.models import Transcript
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
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
            "/",
            "/cases/",
            "/practices/",
            "/cities/",
            "/webinars/",
            "/speakers/",
            "/recommendations/",
            "/references/",
            "/glossary/",
        ],
        "/sitemap-cases.xml": ["/cases/trains/"],
        "/sitemap-practices.xml": ["/practices/rail/"],
        "/sitemap-cities.xml": ["/cities/zhengzhou/"],
        "/sitemap-countries.xml": [f"/countries/{code}/" for code in ("br", "cn", "ke", "ng")],
        "/sitemap-series.xml": ["/series/talks/"],
        "/sitemap-webinars.xml": ["/webinars/by-rail/"],
        "/sitemap-recommendations.xml": ["/recommendations/one-window/"],
        "/sitemap-speakers.xml": ["/speakers/li-wei/"],
        "/sitemap-transcripts.xml": ["/webinars/by-rail/transcript/"],
        "/sitemap-tags.xml": ["/tags/port/", "/tags/film/"],
        "/sitemap-partnership-pages.xml": [
            "/partnerships/",
            "/partnerships/clusters/",
            "/monitoring/",
            "/api/v1/docs",
        ],
        **{
            f"/sitemap-{name}.xml": []
            for name in ("offers", "needs", "requests", "partnerships", "clusters")
        },
    }


def test_answer_404_for_an_unknown_section(client):
    assert client.get("/sitemap-unknown.xml").status_code == 404
    assert client.get("/sitemap-cases.xml?p=9").status_code == 404


def test_say_when_a_case_last_changed(client):
    case = CaseStudyFactory(published=True)
    day = case.updated_at.date().isoformat()
    assert f"<lastmod>{day}</lastmod>" in client.get("/sitemap-cases.xml").content.decode()
