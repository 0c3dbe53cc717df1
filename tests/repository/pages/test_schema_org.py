import json
from datetime import UTC, date, datetime

import pytest

from repository.models import CaseStudy
from repository.pages.schema_org import (
    case_schema,
    city_schema,
    country_schema,
    person_schema,
    series_schema,
    webinar_schema,
)
from repository.pages.tags import json_ld
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    SpeakerFactory,
    ThemeFactory,
    WebinarFactory,
)
from tests.page import page_of

URL = "https://example.org/here/"


def described(case):
    CaseStudy.objects.filter(pk=case.pk).update(updated_at=datetime(2022, 5, 6, tzinfo=UTC))
    cases = CaseStudy.objects.with_places_and_themes()
    return case_schema(cases.get(pk=case.pk), url=URL)


@pytest.mark.django_db
def test_describe_case():
    case = CaseStudyFactory(
        published=True,
        title="By rail",
        summary="Trains.",
        cities=[CityFactory(name="Zhengzhou")],
        themes=[ThemeFactory(name="Logistics"), ThemeFactory(name="Customs")],
    )
    assert described(case) == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "By rail",
        "description": "Trains.",
        "inLanguage": "en",
        "url": URL,
        "publisher": {"@type": "Organization", "name": "South-South City Exchange"},
        "dateModified": "2022-05-06",
        "datePublished": "2021-03-01",
        "contentLocation": [
            {"@type": "Place", "name": "Zhengzhou"},
            {"@type": "Place", "name": "China"},
        ],
        "about": ["Logistics", "Customs"],
    }


@pytest.mark.django_db
def test_take_no_organisation_for_a_place():
    bodies = [OrganizationFactory(name="Economic Commission for Africa", acronym="UNECA")]
    case = described(CaseStudyFactory(organizations=bodies))
    assert case["contentLocation"] == []
    assert case["mentions"] == [{"@type": "Organization", "name": "Economic Commission for Africa"}]


@pytest.mark.django_db
def test_describe_draft_without_date_of_publication():
    assert "datePublished" not in described(CaseStudyFactory())


@pytest.mark.django_db
def test_describe_webinar():
    webinar = WebinarFactory(
        title="Ports", summary="Of ports.", series__title="The series", date=date(2020, 8, 14)
    )
    film, speakers = "https://example.org/film", [SpeakerFactory(name="Li Wei")]
    assert webinar_schema(webinar, speakers, url=URL, recordings=[film]) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Ports",
        "description": "Of ports.",
        "url": URL,
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "superEvent": {"@type": "EventSeries", "name": "The series"},
        "performer": [{"@type": "Person", "name": "Li Wei"}],
        "mainEntityOfPage": {"@type": "WebPage", "url": URL, "inLanguage": "en"},
        "startDate": "2020-08-14",
        "recordedIn": {
            "@type": "CreativeWork",
            "name": "Ports",
            "url": "https://example.org/film",
        },
    }


@pytest.mark.django_db
def test_describe_no_event_without_a_date(client):
    webinar = WebinarFactory()
    assert webinar_schema(webinar, [], url=URL) is None
    assert series_schema(webinar.series, [], url=URL) is None
    for subject in (webinar, webinar.series):
        page = page_of(client.get(subject.get_absolute_url()))
        assert "Event" not in [schema["@type"] for schema in page.json_ld]


@pytest.mark.django_db
def test_describe_person():
    speaker = SpeakerFactory(
        name="Tunde Fafunwa",
        aliases=["Tunde Fafunaw"],
        organization=OrganizationFactory(name="Kitskoo", country=CountryFactory(iso2="NG")),
    )
    assert person_schema(speaker, title="Adviser", url=URL) == {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": "Tunde Fafunwa",
        "url": URL,
        "jobTitle": "Adviser",
        "alternateName": ["Tunde Fafunaw"],
        "affiliation": {"@type": "Organization", "name": "Kitskoo"},
    }
    assert person_schema(SpeakerFactory(name="Li Wei"), title="", url=URL) == {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": "Li Wei",
        "url": URL,
    }


@pytest.mark.django_db
def test_describe_city():
    city = CityFactory(name="Zhengzhou", names={"zh": "郑州"}, latitude=34.75, longitude=113.5)
    assert city_schema(city, url=URL) == {
        "@context": "https://schema.org",
        "@type": "City",
        "name": "Zhengzhou",
        "url": URL,
        "containedInPlace": {"@type": "Country", "name": "China"},
        "alternateName": ["郑州"],
        "geo": {"@type": "GeoCoordinates", "latitude": 34.75, "longitude": 113.5},
    }
    assert {"alternateName", "geo"} & set(city_schema(CityFactory(unplaced=True), url=URL)) == set()


@pytest.mark.django_db
def test_describe_country():
    assert country_schema(CountryFactory(iso2="CN"), url=URL) == {
        "@context": "https://schema.org",
        "@type": "Country",
        "name": "China",
        "identifier": "CN",
        "url": URL,
    }


def test_write_json_that_cannot_leave_its_script():
    data = {"name": "</script><script>alert(1)</script>", "more": "<!-- & -->", "zh": "郑州"}
    written = json_ld(data)
    begin, end = '<script type="application/ld+json">', "</script>"
    assert written.startswith(begin)
    assert written.endswith(end)
    inside = written.removeprefix(begin).removesuffix(end)
    assert set("<>&") & set(inside) == set()
    assert json.loads(inside) == data
