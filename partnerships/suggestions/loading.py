"""Suggestions in the folder of a series: `suggestions.yaml`, loaded and exported with it.

An open suggestion always has the text of the file, as it cannot be edited on the site. Adopted and
declined suggestions are never overwritten. Open suggestions that are no longer in the file are
deleted.
"""

from collections.abc import Set
from datetime import datetime, time

from django.utils import timezone

from partnerships.models import Suggestion, SuggestionKind
from repository.loading.desired import Wanted
from repository.loading.entries import Entry
from repository.loading.kinds import Further, add_kind
from repository.loading.schema import Field, Kind, names, slug, text
from repository.models import Series

FIELDS = {
    "key": slug(120),
    "kind": Field(str, required=True, choices=SuggestionKind.values),
    "city": Field(str, names="city"),
    "country": Field(str, names="country"),
    "title": text(120, required=True),
    "description": text(3000, required=True),
    "practices": names("practice"),
    "themes": names("theme", required=True),
    "cases": names("case", required=True),
}


def wanted(entry: Entry, series: Entry) -> Wanted:
    links = {name: (name, entry.get(name)) for name in ("city", "country")}
    published = series["published"]
    day = published and timezone.make_aware(datetime.combine(published, time(9)))
    return Wanted(
        fields={name: entry.get(name) or "" for name in ("kind", "title", "description")},
        links=links,
        many={
            "practices": ("practice", entry.get("practices") or []),
            "themes": ("theme", entry["themes"] or []),
            "cases": ("case", entry["cases"] or []),
        },
        once={"published_at": day},
    )


def is_kept(suggestion: Suggestion) -> bool:
    """Whether the city or a broker has adopted or declined it."""
    return not suggestion.is_open


def delete_others(series: Series, keys: Set[str]) -> None:
    """Delete open suggestions from cases of the series that are no longer in its file."""
    left = Suggestion.objects.open().filter(cases__series=series).exclude(key__in=keys)
    for suggestion in left.distinct():
        suggestion.delete()


def declare() -> None:
    """Register suggestions as part of series folders."""
    about = Kind("suggestions.yaml", "key", FIELDS, optional=True)
    add_kind("suggestion", Further(about, Suggestion, "key", wanted, is_kept, delete_others))
