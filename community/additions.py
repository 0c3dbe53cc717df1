"""One query: does a page of the collection have comments, reports, files or authors?"""

from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, Value

from community.models import Attachment, Comment, Experience
from repository.models import CaseStudy, City


@dataclass(frozen=True)
class Additions:
    """Whether there are comments, reports and files, of any standing.

    `has_authors` is whether members wrote it, and not the collection.
    """

    has_comments: bool
    has_experiences: bool
    has_attachments: bool
    has_authors: bool = False


def additions(subject: models.Model) -> Additions:
    """What the page of an object has, in one query: most pages have nothing yet."""
    known = subject.__dict__.get("page_additions")
    if known is None:
        known = subject.page_additions = ask(subject)
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
    found = type(subject)._base_manager.filter(pk=subject.pk).values(**parts).first()
    return Additions(**found) if found else Additions(False, False, False)
