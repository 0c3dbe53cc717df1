"""Subqueries for the theme of a queue entry's subject."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, OuterRef, Subquery, Value, When

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


def theme_of_contribution(model: type[models.Model]) -> Subquery:
    """The theme of the subject of a flagged comment or report."""
    rows = model._default_manager.filter(pk=OuterRef("object_id"))
    return Subquery(rows.annotate(about=theme_of_subject()).values("about")[:1])
