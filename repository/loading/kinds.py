"""The kinds of objects in a series folder, and a registry for those of higher apps."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from django.db import models

from repository.loading.desired import WANTED, Wanted
from repository.loading.entries import Entry
from repository.loading.schema import KINDS, Kind
from repository.models import (
    CaseStudy,
    City,
    Country,
    GlossaryTerm,
    Goal,
    LandscapeSection,
    Organization,
    Practice,
    Recommendation,
    Reference,
    Series,
    Speaker,
    Theme,
    Webinar,
)

# The model of each kind, and the field by which files refer to its objects.
MODELS: dict[str, tuple[type[models.Model], str]] = {
    "country": (Country, "iso2"),
    "goal": (Goal, "number"),
    "theme": (Theme, "slug"),
    "reference": (Reference, "key"),
    "city": (City, "slug"),
    "organization": (Organization, "slug"),
    "speaker": (Speaker, "slug"),
    "practice": (Practice, "slug"),
    "series": (Series, "slug"),
    "webinar": (Webinar, "number"),
    "case": (CaseStudy, "slug"),
    "recommendation": (Recommendation, "slug"),
    "landscape_section": (LandscapeSection, "slug"),
    "glossary_term": (GlossaryTerm, "slug"),
}


# The foreign key from a figure to its owner.
OWNERS: dict[type[models.Model], str] = {CaseStudy: "case", LandscapeSection: "section"}


@dataclass(frozen=True)
class Further:
    """A kind added by a higher app: read and validated like the others, written after them.

    `key` is the field that identifies its objects; `wanted` returns the desired state from an entry
    and the entry of the series. `kept` objects are never written again, not even with `overwrite`;
    all others always get the state of the file. `finish` is called at the end with the series and
    the keys in its file.
    """

    about: Kind
    model: type[models.Model]
    key: str
    wanted: Callable[[Entry, Entry], Wanted]
    kept: Callable[[Any], bool]
    finish: Callable[[Series, Set[str]], None]


FURTHER: dict[str, Further] = {}


def add_kind(name: str, further: Further) -> None:
    """Register a further kind of objects for series folders."""
    FURTHER[name] = further
    KINDS[name] = further.about
    MODELS[name] = (further.model, further.key)
    WANTED[name] = further.wanted
