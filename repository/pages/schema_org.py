"""Structured data in the vocabulary of schema.org (version 29)."""

from collections.abc import Iterable, Sequence
from typing import Any

from repository.cases.citations import SITE
from repository.models import (
    CaseStudy,
    City,
    Country,
    Organization,
    Practice,
    Recommendation,
    Series,
    Speaker,
    Theme,
    Webinar,
)

CONTEXT = "https://schema.org"


def translation_of(row: Any, of_type: str, *, original: str) -> dict:
    """Describe the original of an object that is shown in translation; `original` is its URL."""
    if not hasattr(row, "reading"):
        return {}
    language = row.reading.original_language
    work = {"@type": of_type, "url": original, "inLanguage": language}
    return {"translationOfWork": work}


def page_of(row: Any, *, url: str, original: str) -> dict:
    """Describe the page about an object that is no creative work, such as an event.

    Only creative works are translations, so the page names the language and the original.
    """
    page = {"@type": "WebPage", "url": url, "inLanguage": row.language}
    return {"mainEntityOfPage": page | translation_of(row, "WebPage", original=original)}


def case_schema(case: CaseStudy, *, url: str, original: str = "") -> dict:
    """Describe a case as an Article; requires with_places_and_themes()."""
    schema = {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": case.title,
        "description": case.summary,
        "inLanguage": case.language,
        "url": url,
        "publisher": {"@type": "Organization", "name": SITE},
        "dateModified": case.updated_at.date().isoformat(),
        "contentLocation": [
            {"@type": "Place", "name": place["name"]} for place in case.places if place["url"]
        ],
        "about": [str(theme) for theme in case.theme_list],
    }
    schema |= translation_of(case, "Article", original=original)
    if bodies := case.organization_list:
        schema["mentions"] = [{"@type": "Organization", "name": body.name} for body in bodies]
    if case.published_at:
        schema["datePublished"] = case.published_at.date().isoformat()
    return schema


def article_schema(
    row: Practice | Recommendation,
    *,
    title: str,
    about: Iterable[Theme] = (),
    url: str,
    original: str = "",
) -> dict:
    """Describe a practice or recommendation as an Article."""
    schema = {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": title,
        "description": row.summary,
        "inLanguage": row.language,
        "url": url,
        "publisher": {"@type": "Organization", "name": SITE},
        **translation_of(row, "Article", original=original),
    }
    if themes := [str(theme) for theme in about]:
        schema["about"] = themes
    return schema


def webinar_schema(
    webinar: Webinar,
    speakers: list[Speaker],
    *,
    url: str,
    original: str = "",
    recordings: Sequence[str] = (),
) -> dict | None:
    """Describe a webinar as an online Event, without the meeting link.

    An Event needs a date: None if it is unknown. `recordings` are the URLs of the recordings that
    are public.
    """
    if not (webinar.date or webinar.local_start):
        return None
    schema = {
        "@context": CONTEXT,
        "@type": "Event",
        "name": webinar.title,
        "description": webinar.summary,
        "url": url,
        "eventAttendanceMode": f"{CONTEXT}/OnlineEventAttendanceMode",
        "superEvent": {"@type": "EventSeries", "name": webinar.series.title},
        "performer": [{"@type": "Person", "name": speaker.name} for speaker in speakers],
        **page_of(webinar, url=url, original=original),
    }
    if webinar.date:
        schema["startDate"] = webinar.date.isoformat()
    if start := webinar.local_start:
        schema["startDate"] = start.isoformat()
        if webinar.ends_at:
            schema["endDate"] = webinar.ends_at.astimezone(start.tzinfo).isoformat()
        status = "EventCancelled" if webinar.is_cancelled else "EventScheduled"
        schema["eventStatus"] = f"{CONTEXT}/{status}"
        schema["location"] = {"@type": "VirtualLocation", "url": url}
    if webinar.languages:
        schema["inLanguage"] = webinar.languages
    if webinar.capacity:
        schema["maximumVirtualAttendeeCapacity"] = webinar.capacity
    if recordings:
        works = [
            {"@type": "CreativeWork", "name": webinar.title, "url": recording}
            for recording in recordings
        ]
        schema["recordedIn"] = works[0] if len(works) == 1 else works
    return schema


def series_schema(
    series: Series, organizers: list[Organization], *, url: str, original: str = ""
) -> dict | None:
    """Describe a series as an EventSeries, which needs a date; None if its start is unknown."""
    if not series.start:
        return None
    schema = {
        "@context": CONTEXT,
        "@type": "EventSeries",
        "name": series.title,
        "description": series.summary,
        "url": url,
        "organizer": [{"@type": "Organization", "name": body.name} for body in organizers],
        "startDate": series.start.isoformat(),
        **page_of(series, url=url, original=original),
    }
    if series.end:
        schema["endDate"] = series.end.isoformat()
    return schema


def person_schema(speaker: Speaker, *, title: str, url: str) -> dict:
    """Describe a speaker as a Person with the latest known job title."""
    schema = {"@context": CONTEXT, "@type": "Person", "name": speaker.name, "url": url}
    if title:
        schema["jobTitle"] = title
    if speaker.aliases:
        schema["alternateName"] = speaker.aliases
    if speaker.organization:
        schema["affiliation"] = {"@type": "Organization", "name": speaker.organization.name}
    return schema


def city_schema(city: City, *, url: str) -> dict:
    """Describe a City, with its coordinates if known."""
    schema = {
        "@context": CONTEXT,
        "@type": "City",
        "name": city.name,
        "url": url,
        "containedInPlace": {"@type": "Country", "name": city.country.name},
    }
    if city.names:
        schema["alternateName"] = list(city.names.values())
    if city.latitude is not None:
        schema["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": city.latitude,
            "longitude": city.longitude,
        }
    return schema


def country_schema(country: Country, *, url: str) -> dict:
    """Describe a Country, identified by its ISO code."""
    return {
        "@context": CONTEXT,
        "@type": "Country",
        "name": country.name,
        "identifier": country.iso2,
        "url": url,
    }
