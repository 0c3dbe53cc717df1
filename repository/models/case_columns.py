"""What belongs to a case, as columns of JSON beside its own: one query for a page, not ten.

In SQL, since Django would put the same statement together anew for each page, which takes it
several times as long as PostgreSQL needs to answer.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db import DEFAULT_DB_ALIAS, models

from .evidence import Evidence
from .practice import Practice
from .reference import Reference
from .speaker import Appearance, Speaker
from .tag import Tag
from .webinar import Webinar

# Numbers keep all their digits.
DECODER = partial(json.JSONDecoder, parse_float=Decimal)


def columns(queries: dict[str, str]) -> dict[str, models.Func]:
    """Annotations, each a list of what its query gives."""
    output = models.JSONField(decoder=DECODER)
    return {
        # Without indents: psycopg keeps what it found out about statements below 4 KB.
        name: models.Func(template=f"to_jsonb(ARRAY({' '.join(sql.split())}))", output_field=output)
        for name, sql in queries.items()
    }


# {column: SQL of a JSON array}, each for the row of repository_casestudy that stands around it.
PLACES = columns(
    {
        "place_cities": """
        SELECT jsonb_build_object(
            'slug', x.slug, 'name', x.name, 'names', x.names, 'country', x.country_id
        ) FROM repository_casestudy_cities l JOIN repository_city x ON x.id = l.city_id
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY l.id""",
        "place_countries": """
        SELECT to_jsonb(l.country_id) FROM repository_casestudy_countries l
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY l.id""",
        "place_organizations": """
        SELECT jsonb_build_object('name', x.name, 'acronym', x.acronym)
        FROM repository_casestudy_organizations l
        JOIN repository_organization x ON x.id = l.organization_id
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY l.id""",
    }
)
THEMES = columns(
    {
        "theme_names": """
        SELECT jsonb_build_object('slug', x.slug, 'name', x.name, 'names', x.names)
        FROM repository_casestudy_themes l JOIN repository_theme x ON x.id = l.theme_id
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY l.id""",
    }
)
GOALS = columns(
    {
        "goal_numbers": """
        SELECT to_jsonb(l.goal_id) FROM repository_casestudy_goals l
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY l.goal_id""",
    }
)
# Rows of other models: keys are their columns, so that objects can be made of them.
BELONGINGS = columns(
    {
        "evidence_rows": """
        SELECT to_jsonb(x) || jsonb_build_object(
            'reference', CASE WHEN r.id IS NOT NULL THEN jsonb_build_object(
                'id', r.id, 'authors', r.authors, 'year', r.year, 'title', r.title
            ) END,
            'webinar', CASE WHEN w.id IS NOT NULL THEN jsonb_build_object(
                'id', w.id, 'number', w.number
            ) END
        ) FROM repository_evidence x
        LEFT JOIN repository_reference r ON r.id = x.reference_id
        LEFT JOIN repository_webinar w ON w.id = x.webinar_id
        WHERE x.case_id = repository_casestudy.id ORDER BY x.position, x.id""",
        "webinar_rows": """
        SELECT to_jsonb(x) FROM repository_casestudy_webinars l
        JOIN repository_webinar x ON x.id = l.webinar_id
        JOIN repository_series s ON s.id = x.series_id
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY s.start DESC, s.slug, x.number""",
        # In arrays: as joins of six tables it takes longer to plan than all others together.
        "presenter_rows": """
        SELECT jsonb_build_object(
            'id', x.id, 'webinar_id', x.webinar_id, 'title', x.title,
            'speaker', jsonb_build_object('id', y.id, 'slug', y.slug, 'name', y.name)
        ) FROM repository_appearance x JOIN repository_speaker y ON y.id = x.speaker_id
        WHERE x.webinar_id = ANY (ARRAY(
            SELECT l.webinar_id FROM repository_casestudy_webinars l
            WHERE l.casestudy_id = repository_casestudy.id
        )) AND x.speaker_id = ANY (ARRAY(
            SELECT l.speaker_id FROM repository_casestudy_speakers l
            WHERE l.casestudy_id = repository_casestudy.id
        )) ORDER BY x.position, x.id""",
        "practice_rows": """
        SELECT jsonb_build_object('id', x.id, 'slug', x.slug, 'name', x.name, 'needs', x.needs)
        FROM repository_casestudy_practices l
        JOIN repository_practice x ON x.id = l.practice_id
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY x.name""",
        "reference_rows": """
        SELECT to_jsonb(x) FROM repository_casestudy_references l
        JOIN repository_reference x ON x.id = l.reference_id
        WHERE l.casestudy_id = repository_casestudy.id ORDER BY x.key""",
        "tag_rows": """
        SELECT to_jsonb(x)
        FROM repository_taggeditem l JOIN repository_tag x ON x.id = l.tag_id
        JOIN django_content_type k ON k.id = l.content_type_id
            AND k.app_label = 'repository' AND k.model = 'casestudy'
        WHERE l.object_id = repository_casestudy.id ORDER BY x.name""",
    }
)


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
    evidence = objects(Evidence, case.evidence_rows)
    for made, row in zip(evidence, case.evidence_rows, strict=True):
        made.case = case
        for name, model in (("reference", Reference), ("webinar", Webinar)):
            if row[name]:
                setattr(made, name, one(model, row[name]))
    place = {row["id"]: place for place, row in enumerate(case.webinar_rows)}
    case.presenter_rows.sort(key=lambda row: place[row["webinar_id"]])
    presenters = objects(Appearance, case.presenter_rows)
    for made, row in zip(presenters, case.presenter_rows, strict=True):
        made.speaker = one(Speaker, row["speaker"])
    return Belongings(
        evidence=evidence,
        webinars=objects(Webinar, case.webinar_rows),
        presenters=presenters,
        practices=objects(Practice, case.practice_rows),
        references=objects(Reference, case.reference_rows),
        tags=objects(Tag, case.tag_rows),
    )


def objects[Model: models.Model](model: type[Model], rows: list[dict]) -> list[Model]:
    return [one(model, row) for row in rows]


def one[Model: models.Model](model: type[Model], row: dict) -> Model:
    """An object of `model` from a row of JSON; columns that are not in the row are deferred."""
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    values = [
        # JSON has no dates.
        field.to_python(row[field.attname])
        if isinstance(field, models.DateField)
        else row[field.attname]
        for field in fields
    ]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values)
