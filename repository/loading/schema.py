"""What each file of a series folder may hold."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from repository.models import (
    CityKind,
    OrganizationKind,
    Qualifier,
    RecommendationKind,
    ReferenceKind,
)
from repository.models.case_study import SECTIONS

WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    bool: "true or false",
    dt.date: "a date like 2020-08-14",
    list: "a list",
    dict: "a mapping",
}


@dataclass(frozen=True)
class Field:
    """One key: its type, whether it must be there, and what it may say.

    `names` is the kind of object that a text (or each item of a list) names by its slug.
    """

    type: type = str
    required: bool = False
    longest: int | None = None
    choices: Iterable[str] | None = None
    names: str | None = None
    items: "dict[str, Field] | None" = None


def text(longest: int | None = None, *, required: bool = False) -> Field:
    return Field(str, required=required, longest=longest)


def names(kind: str, *, required: bool = False) -> Field:
    return Field(list, required=required, names=kind)


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
    "missing": Field(bool),
    "reference": Field(str, names="reference"),
    "webinar": Field(int, names="webinar"),
    "place": text(200),
}

SERIES = {
    "slug": text(80, required=True),
    "title": text(250, required=True),
    "summary": text(),
    "start": Field(dt.date),
    "end": Field(dt.date),
    "published": Field(dt.date, required=True),
    "organizers": names("organization"),
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
    "title": text(90, required=True),
    "summary": text(260, required=True),
    "language": text(10, required=True),
    "cities": names("city"),
    "countries": names("country"),
    "organizations": names("organization"),
    "themes": names("theme", required=True),
    "goals": Field(list, names="goal"),
    "practices": names("practice"),
    "tags": Field(list),
    "webinars": Field(list, names="webinar"),
    "speakers": names("speaker"),
    "references": names("reference"),
    "source": text(300, required=True),
    "setting": text(120),
    "cost": text(300),
    "time": text(300),
    "evidence": Field(list, items=EVIDENCE),
    **{section: text() for section in SECTIONS},
}


@dataclass(frozen=True)
class Kind:
    """One kind of object: the file it stands in, the key that names it, and its fields."""

    file: str
    key: str
    fields: dict[str, Field] = field(default_factory=dict)


SLUG = text(80, required=True)

KINDS = {
    "theme": Kind(
        "themes.yaml",
        "slug",
        {
            "slug": text(50, required=True),
            "name": text(80, required=True),
            "names": Field(dict),
            "description": text(),
        },
    ),
    "reference": Kind(
        "references.yaml",
        "key",
        {
            "key": SLUG,
            "kind": Field(str, required=True, choices=ReferenceKind.values),
            "authors": Field(list, items={"family": text(), "given": text(), "literal": text()}),
            "year": Field(int),
            "title": text(400, required=True),
            "publisher": text(200),
            "url": text(500),
            "doi": text(120),
            "accessed": Field(dt.date),
            "language": text(10),
            "note": text(400),
        },
    ),
    "city": Kind(
        "cities.yaml",
        "slug",
        {
            "slug": SLUG,
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
            "languages": Field(list),
            "names": Field(dict),
            "summary": text(),
        },
    ),
    "organization": Kind(
        "organizations.yaml",
        "slug",
        {
            "slug": SLUG,
            "name": text(200, required=True),
            "acronym": text(20),
            "kind": Field(str, required=True, choices=OrganizationKind.values),
            "country": Field(str, names="country"),
            "city": Field(str, names="city"),
            "url": text(),
        },
    ),
    "speaker": Kind(
        "speakers.yaml",
        "slug",
        {
            "slug": SLUG,
            "name": text(120, required=True),
            "aliases": Field(list),
            "country": Field(str, names="country"),
            "organization": Field(str, names="organization"),
        },
    ),
    "practice": Kind(
        "practices.yaml",
        "slug",
        {
            "slug": SLUG,
            "name": text(90, required=True),
            "summary": text(260, required=True),
            "description": text(),
            "needs": text(400),
            "themes": names("theme"),
        },
    ),
    "webinar": Kind(
        "webinars.yaml",
        "number",
        {
            "number": Field(int, required=True),
            "slug": text(120, required=True),
            "title": text(250, required=True),
            "date": Field(dt.date),
            "recording": text(),
            "slides": text(),
            "views": Field(int),
            "downloads": Field(int),
            "summary": text(400),
            "countries": names("country"),
            "cities": names("city"),
            "practices": names("practice"),
            "tags": Field(list),
            "appearances": Field(
                list,
                items={
                    "speaker": Field(str, required=True, names="speaker"),
                    "honorific": text(20),
                    "title": text(300),
                },
            ),
        },
    ),
    "case": Kind("cases", "slug", CASE),
    "recommendation": Kind(
        "recommendations.yaml",
        "slug",
        {
            "slug": text(120, required=True),
            "kind": Field(str, required=True, choices=RecommendationKind.values),
            "number": Field(int, required=True),
            "title": text(200, required=True),
            "summary": text(260),
            "body": text(),
            "cases": names("case"),
        },
    ),
    "glossary_term": Kind(
        "glossary.yaml",
        "slug",
        {
            "slug": SLUG,
            "term": text(120, required=True),
            "abbreviation": text(20),
            "definition": text(required=True),
            "aliases": Field(list),
        },
    ),
}
