"""Everything related to a case, read in one statement: repository/sql/case_page.sql.

Prefetching it takes some fifteen queries and many times as long:
docs/decisions/0022-case-page-in-one-statement.md.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db import DEFAULT_DB_ALIAS, connection, models

from repository.evidence.models import Evidence
from repository.people.models import Appearance, Organization, Speaker
from repository.places.models import City, Country
from repository.practices.models import Practice
from repository.recordings.models import Chapter
from repository.references.models import Reference
from repository.tags.models import Tag
from repository.themes.models import Theme
from repository.webinars.models import Webinar

STATEMENT = "SELECT repository_case_card(%(case)s), repository_case_page(%(case)s)"


@dataclass(frozen=True)
class CasePage:
    """Related objects shown on the page of a case. `goals` holds the numbers of the SDGs.

    `translated_into` are the languages of its translations.
    """

    goals: list[int]
    translated_into: list[str]
    evidence: list[Evidence]
    webinars: list[Webinar]
    webinars_about: list[Webinar]
    chapters: list[Chapter]
    presenters: list[Appearance]
    practices: list[Practice]
    references: list[Reference]
    tags: list[Tag]


def case_page(case) -> CasePage:
    """Read everything related to a case in one statement.

    Also sets the lists of `with_places_and_themes` on the case.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"case": case.pk})
        card, page = cursor.fetchone()
    set_places_and_themes(case, json.loads(card))
    rows = json.loads(page, parse_float=Decimal)
    evidence = objects(Evidence, rows["evidence"])
    for made, row in zip(evidence, rows["evidence"], strict=True):
        made.case = case
        for name, model in (("reference", Reference), ("webinar", Webinar)):
            if row[name]:
                setattr(made, name, one(model, row[name]))
    case.evidence_list = evidence
    place = {row["id"]: place for place, row in enumerate(rows["webinars"])}
    ordered = sorted(rows["presenters"], key=lambda row: place[row["webinar_id"]])
    presenters = objects(Appearance, ordered)
    for made, row in zip(presenters, ordered, strict=True):
        made.speaker = one(Speaker, row["speaker"])
    chapters = objects(Chapter, rows["chapters"])
    for made, row in zip(chapters, rows["chapters"], strict=True):
        made.webinar = one(Webinar, row["webinar"])
    return CasePage(
        goals=rows["goals"],
        translated_into=rows["translated_into"],
        evidence=evidence,
        webinars=objects(Webinar, rows["webinars"]),
        webinars_about=objects(Webinar, rows["webinars_about"]),
        chapters=chapters,
        presenters=presenters,
        practices=objects(Practice, rows["practices"]),
        references=objects(Reference, rows["references"]),
        tags=objects(Tag, rows["tags"]),
    )


def set_places_and_themes(case, rows: dict) -> None:
    case.city_list = [City(country_id=row.pop("country"), **row) for row in rows["cities"]]
    case.country_list = [Country(**row) for row in rows["countries"]]
    case.organization_list = [Organization(**row) for row in rows["organizations"]]
    case.theme_list = [Theme(**row) for row in rows["themes"]]


def objects[Model: models.Model](model: type[Model], rows: list[dict]) -> list[Model]:
    return [one(model, row) for row in rows]


def one[Model: models.Model](model: type[Model], row: dict) -> Model:
    """Build an instance of `model` from a JSON row; columns missing in the row are deferred."""
    names, dates = columns(model, tuple(row))
    values = [row[name] for name in names]
    for place, field in dates:
        values[place] = field.to_python(values[place])
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


@cache
def columns(model: type[models.Model], keys: tuple[str, ...]) -> tuple[list[str], list[tuple]]:
    """Return the keys that are columns, in model order, and (index, field) of date columns."""
    fields = [field for field in model._meta.concrete_fields if field.attname in keys]
    dates = [
        (place, field)
        for place, field in enumerate(fields)
        # JSON has no dates.
        if isinstance(field, models.DateField)
    ]
    return [field.attname for field in fields], dates
