"""Rows and columns of the queue that several types share."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, OuterRef, Subquery, Value, When

from community.models import Appeal, Flag
from community.moderation.reviewable import reviewed_with
from repository.models import CaseStudy, Practice


def number_of(model: type[models.Model]) -> Value:
    """The primary key of the model's content type as an SQL value."""
    return Value(ContentType.objects.get_for_model(model).pk)


def theme_of_case(key: str) -> Subquery:
    """The first theme of a case; `key` is the field of the outer query with its primary key."""
    links = CaseStudy.themes.through.objects.filter(casestudy=OuterRef(key))
    return Subquery(links.order_by("pk").values("theme")[:1])


def theme_of_practice(key: str) -> Subquery:
    """The first theme of a practice; see `theme_of_case`."""
    links = Practice.themes.through.objects.filter(practice=OuterRef(key))
    return Subquery(links.order_by("pk").values("theme")[:1])


def theme_of_subject() -> Case:
    """The theme of a row's generic relation; NULL unless it is to a case or practice."""
    return Case(
        When(content_type=number_of(CaseStudy), then=theme_of_case("object_id")),
        When(content_type=number_of(Practice), then=theme_of_practice("object_id")),
        default=None,
        output_field=models.BigIntegerField(),
    )


def flagged(rows: models.QuerySet) -> models.QuerySet:
    """The rows with open flags; `flagged_at` is the time of the first one."""
    flags = Flag.objects.open().filter(content_type=number_of(rows.model)).order_by()
    earliest = flags.filter(object_id=OuterRef("pk")).order_by("pk").values("created_at")[:1]
    rows = rows.filter(pk__in=flags.values("object_id"))
    return rows.annotate(flagged_at=Subquery(earliest))


def unanswered_appeals(permission: str) -> models.QuerySet:
    """Appeals against decisions of those with the permission."""
    reviewed = [number_of(each.model).value for each in reviewed_with(permission)]
    return Appeal.objects.filter(outcome="", decision__content_type__in=reviewed)
