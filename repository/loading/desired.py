"""The desired state of each object in a series folder, built from its entry."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from repository.cases.models import SECTIONS
from repository.loading.entries import Entry
from repository.models import CaseStatus, WebinarStatus
from repository.places import gazetteer


@dataclass
class Wanted:
    """The desired state of an object: its own fields, and the keys of related objects."""

    fields: dict = field(default_factory=dict)
    links: dict[str, tuple[str, object]] = field(default_factory=dict)
    many: dict[str, tuple[str, list]] = field(default_factory=dict)
    tags: list[str] | None = None
    evidence: list[dict] | None = None
    appearances: list[dict] | None = None
    once: dict = field(default_factory=dict)  # set on creation only, then left to staff


EVIDENCE_FIELDS = (
    "label",
    "value",
    "value_to",
    "qualifier",
    "unit",
    "currency",
    "numerator",
    "denominator",
    "stated",
    "display",
    "period",
    "group",
    "is_headline",
    "is_missing",
    "place",
)


def evidence_row(row: Entry) -> dict:
    texts = ("label", "qualifier", "unit", "currency", "stated", "display", "period", "group")
    numbers = ("value", "value_to", "numerator", "denominator")
    return {
        **_texts(row, *texts, "place"),
        **{name: row.get(name) for name in numbers},
        "is_headline": bool(row.get("headline")),
        "is_missing": bool(row.get("missing")),
        "reference": row.get("reference"),
        "webinar": row.get("webinar"),
        **{name: row[name] for name in ("drawn_as", "practice") if row.get(name)},
    }


# Further columns of an appearance: the source of its title, and a second title with its source.
APPEARANCE_TITLES = ("title_source", "other_title", "other_title_source")


def _texts(entry: Entry, *names: str) -> dict:
    return {name: entry.get(name) or "" for name in names}


def _questions(entry: Entry) -> dict:
    return {"questions": "\n".join(entry.get("questions") or [])}


def _yes(value: str) -> bool:
    return value.strip().lower() == "yes"


def _country(entry: Entry, _series: Entry) -> Wanted:
    texts = _texts(
        entry,
        "iso3",
        "m49",
        "name",
        "region",
        "subregion",
        "intermediate_region",
        "income_group",
        "development",
        "capital",
    )
    place = {
        name: float(entry[name]) if entry.get(name) else None for name in ("latitude", "longitude")
    }
    groups = {f"is_{name}": _yes(entry[name]) for name in ("ldc", "lldc", "sids")}
    return Wanted(fields=texts | place | groups | {"sources": entry["sources"]})


def _theme(entry: Entry, _series: Entry) -> Wanted:
    return Wanted(
        fields=_texts(entry, "name", "description") | {"names": dict(entry.get("names") or {})}
    )


def _reference(entry: Entry, _series: Entry) -> Wanted:
    return Wanted(
        fields=_texts(entry, "kind", "title", "publisher", "url", "doi", "language", "note")
        | {"authors": [dict(author) for author in entry.get("authors") or []]}
        | {"year": entry.get("year"), "accessed": entry.get("accessed")}
    )


def _city(entry: Entry, _series: Entry) -> Wanted:
    fields = _texts(entry, "name", "province", "summary", "population_source") | {
        "kind": entry.get("kind") or "city",
        "names": dict(entry.get("names") or {}),
        "spelling_languages": list(entry.get("spelling_languages") or []),
        "geoname_id": None,
        **{name: entry.get(name) for name in ("latitude", "longitude", "population")},
        "population_year": entry.get("population_year"),
        **{
            f"has_{name}": entry.get(name)
            for name in ("sea_port", "dry_port", "rail_hub", "air_hub")
        },
    }
    if place := entry.get("place"):
        fields["geoname_id"] = place.geoname_id
        if fields["latitude"] is None:
            fields |= {"latitude": place.latitude, "longitude": place.longitude}
        if fields["population"] is None and place.population:
            fields |= {
                "population": place.population,
                "population_source": gazetteer.POPULATION_SOURCE,
                "population_year": None,
            }
    return Wanted(fields=fields, links={"country": ("country", entry["country"])})


def _organization(entry: Entry, _series: Entry) -> Wanted:
    return Wanted(
        fields=_texts(entry, "name", "acronym", "kind", "url"),
        links={
            "country": ("country", entry.get("country")),
            "city": ("city", entry.get("city")),
        },
    )


def _speaker(entry: Entry, _series: Entry) -> Wanted:
    return Wanted(
        fields=_texts(entry, "name") | {"aliases": list(entry.get("aliases") or [])},
        links={
            "country": ("country", entry.get("country")),
            "organization": ("organization", entry.get("organization")),
        },
    )


def _practice(entry: Entry, _series: Entry) -> Wanted:
    return Wanted(
        fields=_questions(entry) | _texts(entry, "name", "summary", "description", "needs"),
        many={"themes": ("theme", entry.get("themes") or [])},
    )


def _series(entry: Entry, _itself: Entry) -> Wanted:
    report = (entry.get("report") or {}).get("reference")
    return Wanted(
        fields=_texts(entry, "title", "summary", "framework")
        | {"start": entry.get("start"), "end": entry.get("end")},
        links={"report": ("reference", report)},
        many={
            name: ("organization", entry.get(name) or []) for name in ("organizers", "supporters")
        },
    )


def _webinar(entry: Entry, series: Entry) -> Wanted:
    return Wanted(
        fields=_questions(entry)
        | _texts(entry, "slug", "title", "summary", "recording", "slides")
        | {name: entry.get(name) for name in ("date", "views", "downloads")},
        links={"series": ("series", series["slug"])},
        many={
            "countries": ("country", entry.get("countries") or []),
            "cities": ("city", entry.get("cities") or []),
            "practices": ("practice", entry.get("practices") or []),
        },
        tags=entry.get("tags") or [],
        appearances=[
            {"speaker": row["speaker"]}
            | _texts(row, "honorific", "title")
            | {name: row[name] for name in APPEARANCE_TITLES if row.get(name)}
            for row in entry.get("appearances") or []
        ],
        once={"status": WebinarStatus.HELD},
    )


def _case(entry: Entry, series: Entry) -> Wanted:
    day = series["published"]
    published = day and dt.datetime.combine(day, dt.time(), dt.UTC)
    return Wanted(
        fields=_questions(entry)
        | _texts(
            entry, "title", "summary", "language", "setting", "cost", "time", "source", *SECTIONS
        ),
        links={"series": ("series", series["slug"])},
        many={
            name: (kind, entry.get(name) or [])
            for name, kind in {
                "cities": "city",
                "countries": "country",
                "organizations": "organization",
                "themes": "theme",
                "goals": "goal",
                "practices": "practice",
                "webinars": "webinar",
                "speakers": "speaker",
                "references": "reference",
            }.items()
        },
        tags=entry.get("tags") or [],
        evidence=[evidence_row(row) for row in entry.get("evidence") or []],
        once={"status": CaseStatus.PUBLISHED, "published_at": published},
    )


def _recommendation(entry: Entry, series: Entry) -> Wanted:
    return Wanted(
        fields=_questions(entry)
        | _texts(entry, "kind", "title", "summary", "body", "place")
        | {"number": entry["number"]},
        links={"series": ("series", series["slug"])},
        many={"cases": ("case", entry.get("cases") or [])},
    )


def _landscape_section(entry: Entry, series: Entry) -> Wanted:
    return Wanted(
        fields=_questions(entry)
        | _texts(entry, "title", "summary", "body", "place")
        | {"number": entry["number"]},
        links={"series": ("series", series["slug"])},
        many={"references": ("reference", entry.get("references") or [])},
        evidence=[evidence_row(row) for row in entry.get("evidence") or []],
    )


def _glossary_term(entry: Entry, _series: Entry) -> Wanted:
    return Wanted(
        fields=_questions(entry)
        | _texts(entry, "term", "abbreviation", "definition")
        | {"aliases": list(entry.get("aliases") or [])}
    )


WANTED: dict[str, Callable[[Entry, Entry], Wanted]] = {
    "country": _country,
    "theme": _theme,
    "reference": _reference,
    "city": _city,
    "organization": _organization,
    "speaker": _speaker,
    "practice": _practice,
    "series": _series,
    "webinar": _webinar,
    "case": _case,
    "recommendation": _recommendation,
    "landscape_section": _landscape_section,
    "glossary_term": _glossary_term,
}
