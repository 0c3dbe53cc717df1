"""Lines on the page of a case: which public partnerships began with it, and of which it came.

They come with the one query that asks what members added to the page.
"""

from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse

from community.pages.additions import added, additions
from partnerships.models import Partnership
from repository.models import CaseStudy

NAME = "partnerships"
# Of many that began with one case the newest are named.
MOST = 6


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
    added[NAME] = lines_of


def lines_of(subject: models.Model) -> ArraySubquery | None:
    """The lines of a case as rows of JSON; other pages have none."""
    if not isinstance(subject, CaseStudy):
        return None
    is_result = Case(When(resulting_case=subject, then=Value(True)), default=Value(False))
    rows = Partnership.objects.filter(is_public=True).filter(
        Q(resulting_case=subject) | Q(inspired_by=subject)
    )
    line = JSONObject(pk="pk", title="title", language="language", is_result=is_result)
    return ArraySubquery(rows.order_by("-pk").values(line=line)[:MOST])


def case_lines(case: CaseStudy) -> list[Line]:
    """The partnerships that the page of a case names."""
    return [Line(**row) for row in additions(case).more.get(NAME, ())]
