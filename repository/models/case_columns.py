"""What belongs to a case, as one column of JSON beside its own: one query for a page, not ten.

The functions that gather it stand in repository/sql/case_page.sql.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from django.db import DEFAULT_DB_ALIAS, models

from .evidence import Evidence
from .practice import Practice
from .reference import Reference
from .speaker import Appearance, Speaker
from .tag import Tag
from .webinar import Webinar

# Numbers keep all their digits.
DECODER = partial(json.JSONDecoder, parse_float=Decimal)


def card_column() -> models.Func:
    """Places and themes of the case, each a list."""
    return models.Func("pk", function="repository_case_card", output_field=models.JSONField())


def page_column() -> models.Func:
    """The same and all that the page of the case shows besides."""
    output = models.JSONField(decoder=DECODER)
    return models.Func("pk", function="repository_case_page", output_field=output)


@dataclass(frozen=True)
class Belongings:
    """What belongs to one case, as its page shows it."""

    evidence: list[Evidence]
    webinars: list[Webinar]
    presenters: list[Appearance]
    practices: list[Practice]
    references: list[Reference]
    tags: list[Tag]


def belongings(case) -> Belongings:
    """Make objects of the rows that `for_page` added to a case."""
    rows = case.belonging
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
    return Belongings(
        evidence=evidence,
        webinars=objects(Webinar, rows["webinars"]),
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
