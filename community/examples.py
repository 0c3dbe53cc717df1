"""Examples for the sections of a case, quoted from what the collection has published."""

from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.text import Truncator

from repository.models import CaseStudy, Edition
from repository.models.case_study import SECTIONS
from repository.per_edition import per_edition

QUOTED_WORDS = 45


@dataclass(frozen=True)
class Example:
    """The beginning of a section of a case, as plain text."""

    words: str
    title: str
    url: str
    language: str


def examples() -> dict[str, Example]:
    """By the name of the field; none for a section that no published case has."""
    return collected(Edition.objects.get().number)


@per_edition
def collected() -> dict[str, Example]:
    # The collection's own cases, the oldest first: what stays.
    cases = list(
        CaseStudy.objects.published()
        .filter(series__isnull=False)
        .order_by("published_at", "pk")
        .only("slug", "title", "summary", "language", "rendered", "cost", "time", "setting")[:40]
    )
    found: dict[str, Example] = {}
    for place, name in enumerate((*SECTIONS, "summary", "setting", "cost", "time")):
        # Each section from another case, as far as they go.
        for case in [*cases[place % max(len(cases), 1) :], *cases]:
            text = case.rendered.get(name, "") if name in SECTIONS else getattr(case, name)
            words = " ".join(strip_tags(text.replace("</", " </")).split())
            if words:
                found[name] = Example(
                    Truncator(words).words(QUOTED_WORDS),
                    case.title,
                    case.get_absolute_url(),
                    case.language,
                )
                break
    return found
