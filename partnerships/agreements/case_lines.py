"""Lines on the page of a case: which public partnerships began with it, and of which it came.

They come with the one query that asks what members added to the page.
"""

import json
from typing import NamedTuple

from django.urls import reverse

from community.pages.additions import added, additions
from repository.models import CaseStudy

NAME = "partnerships"
# Of many that began with one case the newest are named.
LINES = """(
    SELECT json_agg(json_build_array(id, title, language, is_result))::text
    FROM (
        SELECT id, title, language, (resulting_case_id = %(case)s) IS TRUE AS is_result
        FROM partnerships_partnership
        WHERE is_public AND (resulting_case_id = %(case)s OR inspired_by_id = %(case)s)
        ORDER BY id DESC LIMIT 6
    ) told
)"""


class Line(NamedTuple):
    """A partnership, and whether the case came of it; else it began with the case."""

    pk: int
    title: str
    language: str
    is_result: bool

    @property
    def url(self) -> str:
        return reverse("partnerships:partnership_detail", args=[self.pk])


def declare() -> None:
    added[NAME] = LINES


def case_lines(case: CaseStudy) -> list[Line]:
    """The partnerships that the page of a case names."""
    told = additions(case).more[NAME]
    return [Line(*row) for row in json.loads(told)] if told else []
