"""One query: does a page of the collection have comments, reports, files, authors?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Exists, Value

from community.models import Attachment, Comment, Experience
from repository.models import CaseStudy, City

# What other apps add, by name: an expression over the row of the subject, or None.
added: dict[str, Callable[[models.Model], Any]] = {}


@dataclass(frozen=True)
class Additions:
    """Whether there are comments, reports and files, of any standing, and what other apps add.

    `has_authors`: whether members wrote it, and not the collection.
    """

    has_comments: bool
    has_experiences: bool
    has_attachments: bool
    has_authors: bool = False
    more: dict[str, Any] = field(default_factory=dict, compare=False)


def additions(subject: models.Model) -> Additions:
    """What the page of an object has, asked once: most pages have nothing yet."""
    known = subject.__dict__.get("_additions")
    if known is None:
        known = subject._additions = ask(subject)
    return known


def ask(subject: models.Model) -> Additions:
    experiences = Experience.objects.about(subject)
    if isinstance(subject, City):
        experiences = Experience.objects.filter(city=subject)
    parts = {
        "has_comments": Exists(Comment.objects.about(subject)),
        "has_experiences": Exists(experiences),
        "has_attachments": Value(False),
    }
    if isinstance(subject, CaseStudy):
        authors = CaseStudy.authors.through.objects.filter(casestudy=subject)
        parts |= {
            "has_attachments": Exists(Attachment.objects.filter(case=subject)),
            "has_authors": Exists(authors),
        }
    more = {name: part for name, of in added.items() if (part := of(subject)) is not None}
    rows = type(subject)._base_manager.filter(pk=subject.pk)
    found = rows.values(**parts, **{f"more_{name}": part for name, part in more.items()}).first()
    if found is None:
        return Additions(False, False, False)
    told = {name: found.pop(f"more_{name}") for name in more}
    return Additions(**found, more=told)
