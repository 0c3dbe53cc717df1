"""Examples for the sections of a case, quoted from published cases."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import get_language

from community.writing.drafts.documents import evidence_row, reference_row
from repository.cases.models import SECTIONS
from repository.models import CaseStudy, Evidence
from repository.pages.addresses import in_language
from repository.pages.editions import cached_by_edition, current_edition

QUOTED_WORDS = 45
# Block elements separate words without a space; inline elements do not.
BLOCK_END = re.compile(r"</(?!em|strong|a|code)")
# Fields of rows that hold no prose.
WITHOUT_PROSE = ("key", "kind", "reference", "is_headline")


@dataclass(frozen=True)
class Example:
    """The beginning of a section of a case, as plain text."""

    words: str
    title: str
    path: str
    language: str
    # For a row: (field, text).
    cells: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The URL of the case in the active language: examples are cached for all languages."""
        return in_language(self.path, get_language() or settings.LANGUAGE_CODE)


def examples() -> dict[str, Example]:
    """Examples by the name of the field; none for a section that no published case has."""
    return collected(current_edition())


@cached_by_edition()
def collected(_edition: str) -> dict[str, Example]:
    # The oldest cases of the collection, so that the examples rarely change.
    cases = list(
        CaseStudy.objects.published()
        .filter(series__isnull=False)
        .order_by("published_at", "pk")
        .only("slug", "title", "summary", "language", "rendered", "cost", "time", "setting")[:40]
    )
    found: dict[str, Example] = {}
    for place, name in enumerate((*SECTIONS, "summary", "setting", "cost", "time")):
        # Take each section from a different case, as far as possible.
        for case in [*cases[place % max(len(cases), 1) :], *cases]:
            text = case.rendered.get(name, "") if name in SECTIONS else getattr(case, name)
            words = " ".join(strip_tags(BLOCK_END.sub(r" \g<0>", text)).split())
            if words:
                found[name] = Example(
                    Truncator(words).words(QUOTED_WORDS),
                    case.title,
                    case.get_absolute_url(),
                    case.language,
                )
                break
    return found | rows_of(cases)


def rows_of(cases: list[CaseStudy]) -> dict[str, Example]:
    """Examples of a figure with its source, and of a work, as shown in the form."""
    own = {case.pk: case for case in cases}
    figures = Evidence.objects.filter(case__in=own, qualifier="", value__isnull=False)
    figures = figures.exclude(Q(place="") | Q(unit="") | Q(period=""))
    works = CaseStudy.references.through.objects.filter(casestudy__in=own)
    works = works.exclude(Q(reference__authors=[]) | Q(reference__year=None))
    found = {}
    if figure := figures.order_by("case__published_at", "case", "position").first():
        found["evidence"] = row_of(own[figure.case_id], evidence_row(figure))
    if link := works.select_related("reference").order_by("pk").first():
        found["references"] = row_of(own[link.casestudy_id], reference_row(link.reference))
    return found


def row_of(case: CaseStudy, row: dict[str, str]) -> Example:
    cells = tuple((name, text) for name, text in row.items() if text and name not in WITHOUT_PROSE)
    return Example("", case.title, case.get_absolute_url(), case.language, cells)
