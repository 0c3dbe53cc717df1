"""The schema of the files in a series folder."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.validators import URLValidator, validate_slug

from repository.cases.models import SECTIONS
from repository.dates.days import check_day
from repository.evidence.models import DrawnAs
from repository.models import (
    CityKind,
    OrganizationKind,
    Qualifier,
    RecommendationKind,
    ReferenceKind,
)
from repository.search.questions import MAX_LENGTH

WORDS = {
    str: "text",
    int: "a whole number like 1352",
    float: "a number like 7.1",
    Decimal: "a number like 7.1",
    bool: "true or false",
    dt.date: "a date like 2020-08-14",
    list: "a list",
    dict: "a mapping",
}


@dataclass(frozen=True)
class Field:
    """A key: its type, whether it is required, and its valid values.

    `must` is a validator that raises ValidationError. `names` is the kind of object that the value
    refers to by slug. `each` describes the items of a list or the values of a mapping; `items` are
    the keys of a mapping, or of each mapping in a list, and `once` is unique among the latter.
    """

    type: type = str
    required: bool = False
    longest: int | None = None
    choices: Iterable[str] | None = None
    must: Callable[[str], None] | None = None
    names: str | None = None
    each: "Field | None" = None
    items: "dict[str, Field] | None" = None
    once: str | None = None


def text(longest: int | None = None, *, required: bool = False) -> Field:
    return Field(str, required=required, longest=longest)


def slug(longest: int = 80) -> Field:
    return Field(str, required=True, longest=longest, must=validate_slug)


def address(longest: int = 200) -> Field:
    return Field(str, longest=longest, must=URLValidator())


def names(kind: str, *, required: bool = False, by: type = str) -> Field:
    return Field(list, required=required, each=Field(by, names=kind))


def texts(longest: int) -> Field:
    return Field(list, each=text(longest))


NAMES = Field(dict, each=text(120))


# What readers might ask and an object answers. Also in `questions.yaml`, for all objects.
QUESTIONS = texts(MAX_LENGTH)

EVIDENCE = {
    "label": text(200, required=True),
    "value": Field(Decimal),
    "value_to": Field(Decimal),
    "qualifier": Field(str, choices=Qualifier.values),
    "unit": text(40),
    "currency": text(3),
    "numerator": Field(int),
    "denominator": Field(int),
    "stated": text(80),
    "display": text(40),
    "period": text(40),
    "group": text(120),
    "headline": Field(bool),
    "drawn_as": Field(str, choices=DrawnAs.values),
    "practice": Field(str, names="practice"),
    "missing": Field(bool),
    "reference": Field(str, names="reference"),
    "webinar": Field(int, names="webinar"),
    "place": text(200),
}

# Facts in an object's text that editors took from other sources than that of the series.
EDITORS = {
    "editors": Field(
        list, items={"fact": text(300, required=True), "source": text(300, required=True)}
    )
}

SERIES = {
    "slug": slug(),
    "title": text(250, required=True),
    "summary": text(),
    "start": Field(dt.date, must=check_day),
    "end": Field(dt.date, must=check_day),
    "published": Field(dt.date, required=True, must=check_day),
    "organizers": names("organization"),
    "supporters": names("organization"),
    "framework": text(120),
    "report": Field(
        dict,
        items={
            "title": text(),
            "publisher": text(),
            "year": Field(int),
            "rights": text(),
            "reference": Field(str, names="reference"),
        },
    ),
    "evidence": Field(list, items=EVIDENCE),
}

CASE = {
    "slug": text(120, required=True),
    "title": text(90, required=True),
    "summary": text(260, required=True),
    "language": text(10, required=True),
    "cities": names("city"),
    "countries": names("country"),
    "organizations": names("organization"),
    "themes": names("theme", required=True),
    "goals": names("goal", by=int),
    "practices": names("practice"),
    "tags": texts(100),
    "webinars": names("webinar", by=int),
    "speakers": names("speaker"),
    "references": names("reference"),
    "source": text(300, required=True),
    "setting": text(120),
    "cost": text(300),
    "time": text(300),
    "evidence": Field(list, items=EVIDENCE),
    **{section: text() for section in SECTIONS},
    "questions": QUESTIONS,
}


@dataclass(frozen=True)
class Kind:
    """A kind of object: its file, its key field, and its fields.

    The file may be missing only if it is `optional`.
    """

    file: str
    key: str
    fields: dict[str, Field] = field(default_factory=dict)
    optional: bool = False


KINDS = {
    "theme": Kind(
        "themes.yaml",
        "slug",
        {
            "slug": slug(50),
            "name": text(80, required=True),
            "names": NAMES,
            "description": text(),
        },
    ),
    "reference": Kind(
        "references.yaml",
        "key",
        {
            "key": slug(),
            "kind": Field(str, required=True, choices=ReferenceKind.values),
            "authors": Field(list, items={"family": text(), "given": text(), "literal": text()}),
            "year": Field(int),
            "title": text(400, required=True),
            "publisher": text(200),
            "url": address(500),
            "doi": text(120),
            "accessed": Field(dt.date, must=check_day),
            "language": text(10),
            "note": text(400),
        },
    ),
    "city": Kind(
        "cities.yaml",
        "slug",
        {
            "slug": slug(),
            "name": text(120, required=True),
            "gazetteer": text(),
            "by_hand": Field(bool),
            "country": Field(str, required=True, names="country"),
            "province": text(120),
            "kind": Field(str, choices=CityKind.values),
            "latitude": Field(float),
            "longitude": Field(float),
            "population": Field(int),
            "population_source": text(200),
            "population_year": Field(int),
            "sea_port": Field(bool),
            "dry_port": Field(bool),
            "rail_hub": Field(bool),
            "air_hub": Field(bool),
            "spelling_languages": texts(10),
            "names": NAMES,
            "summary": text(),
        },
    ),
    "organization": Kind(
        "organizations.yaml",
        "slug",
        {
            "slug": slug(),
            "name": text(200, required=True),
            "acronym": text(20),
            "kind": Field(str, required=True, choices=OrganizationKind.values),
            "country": Field(str, names="country"),
            "city": Field(str, names="city"),
            "url": address(),
        },
    ),
    "speaker": Kind(
        "speakers.yaml",
        "slug",
        {
            "slug": slug(),
            "name": text(120, required=True),
            "aliases": texts(120),
            "country": Field(str, names="country"),
            "organization": Field(str, names="organization"),
        },
    ),
    "practice": Kind(
        "practices.yaml",
        "slug",
        {
            "slug": slug(),
            "name": text(90, required=True),
            "summary": text(260, required=True),
            "description": text(),
            "needs": text(400),
            "themes": names("theme"),
            "questions": QUESTIONS,
        },
    ),
    "webinar": Kind(
        "webinars.yaml",
        "number",
        {
            "number": Field(int, required=True),
            "slug": slug(120),
            "title": text(250, required=True),
            "date": Field(dt.date, must=check_day),
            "recording": address(),
            "slides": address(),
            "views": Field(int),
            "downloads": Field(int),
            "summary": text(400),
            "countries": names("country"),
            "cities": names("city"),
            "practices": names("practice"),
            "tags": texts(100),
            "questions": QUESTIONS,
            "appearances": Field(
                list,
                items={
                    "speaker": Field(str, required=True, names="speaker"),
                    "honorific": text(20),
                    "title": text(300),
                    "title_source": text(120),
                    "other_title": text(300),
                    "other_title_source": text(120),
                },
                once="speaker",
            ),
        },
    ),
    "case": Kind("cases", "slug", CASE),
    "recommendation": Kind(
        "recommendations.yaml",
        "slug",
        {
            "slug": slug(120),
            "kind": Field(str, required=True, choices=RecommendationKind.values),
            "number": Field(int, required=True),
            "title": text(200, required=True),
            "summary": text(260),
            "body": text(),
            "place": text(200),
            "cases": names("case"),
            "questions": QUESTIONS,
        },
    ),
    "landscape_section": Kind(
        "landscape.yaml",
        "slug",
        {
            "slug": slug(),
            "number": Field(int, required=True),
            "title": text(120, required=True),
            "summary": text(260),
            "body": text(),
            "place": text(200),
            "references": names("reference"),
            "questions": QUESTIONS,
            "evidence": Field(list, items=EVIDENCE),
        },
        optional=True,
    ),
    "glossary_term": Kind(
        "glossary.yaml",
        "slug",
        {
            "slug": slug(),
            "term": text(120, required=True),
            "abbreviation": text(20),
            "definition": text(required=True),
            "aliases": texts(120),
            "questions": QUESTIONS,
        },
    ),
}
