"""Reports of cities on the pages of the collection."""

from django import template
from django.db import models

from community.additions import additions
from community.discussion.subjects import content_type, word_of
from community.experiences import reports
from community.models import Experience
from repository.models import City, Tag
from repository.text.parsing import page_number

register = template.Library()


@register.inclusion_tag("community/experiences/_experiences.html", takes_context=True)
def experiences(context, subject: models.Model, *, has_summary: bool = True) -> dict:
    """The reports on a case or a practice, with a summary and a link to add one.

    Without `has_summary` on pages where `adoption` shows it.
    """
    if not reports.is_open(subject):
        return {}
    request, user = context["request"], context["request"].user
    shown = {"request": request, "user": user, "subject": subject, "word": word_of(subject)}
    if not additions(subject).has_experiences:
        return shown
    number = page_number(request.GET.get("experiences", ""))
    start = (number - 1) * reports.PAGE_SIZE
    rows = reports.shown(subject, user)[start : start + reports.PAGE_SIZE + 1]
    rows = list(rows)
    return shown | {
        "summary": reports.summary(subject) if has_summary else None,
        "rows": rows[: reports.PAGE_SIZE],
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if len(rows) > reports.PAGE_SIZE else None,
    }


@register.inclusion_tag("community/experiences/_adoption.html")
def adoption(subject: models.Model) -> dict:
    """How far cities came with a case or a practice, as one bar."""
    if not reports.is_open(subject) or not additions(subject).has_experiences:
        return {}
    return {"summary": reports.summary(subject)}


@register.inclusion_tag("community/experiences/_experience.html", takes_context=True)
def one_experience(context, row: Experience) -> dict:
    """One report, with the actions open to its author."""
    user = context["user"]
    is_own = user.is_authenticated and row.author_id == user.pk
    return {
        "row": row,
        "user": user,
        "request": context["request"],
        "can_edit": is_own and (row.is_published or row.is_pending),
    }


@register.inclusion_tag("community/experiences/_experience_links.html", takes_context=True)
def experiences_of(context, city: City) -> dict:
    """The reports of a city, with links to their subjects."""
    if not additions(city).has_experiences:
        return {}
    return {"rows": reports.elsewhere(Experience.objects.filter(city=city)), "by_city": True}


@register.inclusion_tag("community/experiences/_experience_links.html")
def experiences_under(tag: Tag) -> dict:
    """The reports with a tag."""
    carriers = tag.items.filter(content_type=content_type("experience")).values("object_id")
    return {"rows": reports.elsewhere(Experience.objects.filter(pk__in=carriers)), "by_city": False}
