"""The kinds of objects that a series folder holds, and those that higher apps add."""

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

# The model of each kind and the field that names its objects in the files.
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


# The field of a figure that names what it belongs to.
OWNERS: dict[type[models.Model], str] = {CaseStudy: "case", LandscapeSection: "section"}


@dataclass(frozen=True)
class Further:
    """A kind that a higher app adds: read and checked like the others, written after all of them.

    `key` is the field that names its objects, `wanted` tells the state from an entry and the one of
    the series. What is `kept` is never written again, not even to overwrite; all else always has
    the state of the file. `written` is called with each object that was written, and `finish` at
    the end with the series and the keys of its file.
    """

    about: Kind
    model: type[models.Model]
    key: str
    wanted: Callable[[Entry, Entry], Wanted]
    kept: Callable[[Any], bool]
    written: Callable[[Any], None]
    finish: Callable[[Series, Set[str]], None]


FURTHER: dict[str, Further] = {}


def add_kind(name: str, further: Further) -> None:
    """Let a series folder hold objects of a further kind; once."""
    FURTHER[name] = further
    KINDS[name] = further.about
    MODELS[name] = (further.model, further.key)
    WANTED[name] = further.wanted
