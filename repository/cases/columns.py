"""What belongs to a case, as columns of JSON beside its own: one query for a page, not ten.

The functions that gather it stand in repository/sql/case_page.sql.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from django.db import DEFAULT_DB_ALIAS, connection, models

from repository.evidence.models import Evidence
from repository.people.models import Appearance, Speaker
from repository.practices.models import Practice
from repository.recordings.models import Chapter
from repository.references.models import Reference
from repository.tags.models import Tag
from repository.webinars.models import Webinar

# Numbers keep all their digits.
DECODER = partial(json.JSONDecoder, parse_float=Decimal)


def card_column() -> models.Func:
    """Places and themes of the case, each a list."""
    return models.Func("pk", function="repository_case_card", output_field=models.JSONField())


def page_column() -> models.Func:
    """All that the page of the case shows besides."""
    output = models.JSONField(decoder=DECODER)
    return models.Func("pk", function="repository_case_page", output_field=output)


def case_with_slug[Model: models.Model](
    model: type[Model], slug: str, *, statuses: Sequence[str], without: tuple[str, ...]
) -> Model | None:
    """The case with this slug and one of these statuses, with both columns, as the ORM gives it.

    The ORM takes longer to put this statement together than the database to answer it.
    """
    names, statement, converted = statement_by_slug(model, without)
    with connection.cursor() as cursor:
        cursor.execute(statement, [slug, list(statuses)])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, card, page = row
    for place, field in converted:
        values[place] = field.from_db_value(values[place], None, connection)
    case = model.from_db(DEFAULT_DB_ALIAS, names, values)
    case.belonging, case.page_rows = json.loads(card), json.loads(page, cls=DECODER)
    return case


@cache
def statement_by_slug(model: type[models.Model], without: tuple[str, ...]) -> tuple:
    """Names of the columns, the statement, and place and field of what has to be converted."""
    fields = [field for field in model._meta.concrete_fields if field.name not in without]
    quoted = ", ".join(f'"{field.column}"' for field in fields)
    statement = (
        f"SELECT {quoted}, repository_case_card(id), repository_case_page(id) "  # noqa: S608
        f'FROM "{model._meta.db_table}" WHERE slug = %s AND status = ANY (%s)'
    )
    converted = [
        (place, field) for place, field in enumerate(fields) if hasattr(field, "from_db_value")
    ]
    return [field.attname for field in fields], statement, converted


# What a list shows of a case, beside what belongs to it.
CARD_COLUMNS = ("id", "slug", "title", "summary", "language", "status", "published_at")


def cases_for_cards[Model: models.Model](model: type[Model], pks: Iterable[int]) -> list[Model]:
    """The cases with these primary keys, in any order, as `for_cards` gives them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(CARD_COLUMNS)}, repository_case_card(id) "  # noqa: S608
            f"FROM {model._meta.db_table} WHERE id = ANY (%s)",
            [list(pks)],
        )
        rows = cursor.fetchall()
    cases = []
    for *values, card in rows:
        case = model.from_db(DEFAULT_DB_ALIAS, CARD_COLUMNS, values)
        case.belonging = json.loads(card)
        cases.append(case)
    return cases


@dataclass(frozen=True)
class Belongings:
    """What belongs to one case, as its page shows it. `goals` are their numbers."""

    goals: list[int]
    evidence: list[Evidence]
    webinars: list[Webinar]
    webinars_about: list[Webinar]
    chapters: list[Chapter]
    presenters: list[Appearance]
    practices: list[Practice]
    references: list[Reference]
    tags: list[Tag]


def belongings(case) -> Belongings:
    """Make objects of the rows that `for_page` added to a case."""
    rows = case.page_rows
    evidence = objects(Evidence, rows["evidence"])
    for made, row in zip(evidence, rows["evidence"], strict=True):
        made.case = case
        for name, model in (("reference", Reference), ("webinar", Webinar)):
            if row[name]:
                setattr(made, name, one(model, row[name]))
    place = {row["id"]: place for place, row in enumerate(rows["webinars"])}
    ordered = sorted(rows["presenters"], key=lambda row: place[row["webinar_id"]])
    presenters = objects(Appearance, ordered)
    for made, row in zip(presenters, ordered, strict=True):
        made.speaker = one(Speaker, row["speaker"])
    chapters = objects(Chapter, rows["chapters"])
    for made, row in zip(chapters, rows["chapters"], strict=True):
        made.webinar = one(Webinar, row["webinar"])
    return Belongings(
        goals=rows["goals"],
        evidence=evidence,
        webinars=objects(Webinar, rows["webinars"]),
        webinars_about=objects(Webinar, rows["webinars_about"]),
        chapters=chapters,
        presenters=presenters,
        practices=objects(Practice, rows["practices"]),
        references=objects(Reference, rows["references"]),
        tags=objects(Tag, rows["tags"]),
    )


def objects[Model: models.Model](model: type[Model], rows: list[dict]) -> list[Model]:
    return [one(model, row) for row in rows]


def one[Model: models.Model](model: type[Model], row: dict) -> Model:
    """An object of `model` from a row of JSON; columns that are not in the row are deferred."""
    names, dates = columns(model, tuple(row))
    values = [row[name] for name in names]
    for place, field in dates:
        values[place] = field.to_python(values[place])
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


@cache
def columns(model: type[models.Model], keys: tuple[str, ...]) -> tuple[list[str], list[tuple]]:
    """Which of the keys are columns, in the model's order; place and field of those with dates."""
    fields = [field for field in model._meta.concrete_fields if field.attname in keys]
    dates = [
        (place, field)
        for place, field in enumerate(fields)
        # JSON has no dates.
        if isinstance(field, models.DateField)
    ]
    return [field.attname for field in fields], dates
