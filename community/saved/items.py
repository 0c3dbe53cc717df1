"""Saved pages as their member may see them: with the content that is public now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import get_language

from community.discussion.subjects import KINDS, SAVED, content_type
from community.models import SavedItem
from repository.models import CaseStudy, City, Practice, Recommendation, Webinar
from repository.translations.reading import CARD, translate


def public(word: str) -> models.QuerySet:
    """The objects of a kind with a public page, loaded for the list of saved pages."""
    rows: dict[str, models.QuerySet] = {
        "case": CaseStudy.objects.published().for_cards(),
        "practice": Practice.objects.all(),
        "webinar": Webinar.objects.public().select_related("series"),
        "recommendation": Recommendation.objects.all(),
        "city": City.objects.select_related("country"),
    }
    return rows[word]


def is_public(subject: models.Model) -> bool:
    """Whether everybody can open the page of a subject."""
    if isinstance(subject, CaseStudy):
        return subject.is_published
    return not getattr(subject, "is_draft", False)


@dataclass(frozen=True)
class SavedPage:
    """One saved page; `subject` is None if its page was deleted or is no longer public."""

    item: SavedItem
    kind: Any
    subject: Any

    @property
    def title(self) -> str:
        if isinstance(self.subject, City):
            return self.subject.localized_name
        return getattr(self.subject, "title", "") or str(self.subject or "")

    @property
    def language(self) -> str:
        """The language of the title."""
        if isinstance(self.subject, City):
            return get_language() or ""
        return getattr(self.subject, "language", "en")

    @property
    def summary(self) -> str:
        return getattr(self.subject, "summary", "")

    @property
    def place(self) -> str:
        if isinstance(self.subject, CaseStudy):
            return self.subject.place
        return self.subject.country.localized_name if isinstance(self.subject, City) else ""

    @property
    def cover(self) -> Any:
        """The cover of a case; other pages have none."""
        return self.subject.cover if isinstance(self.subject, CaseStudy) else None

    @property
    def url(self) -> str:
        return self.subject.get_absolute_url() if self.subject else ""


def pages_of(items: Iterable[SavedItem]) -> list[SavedPage]:
    """Saved pages with their subjects, in the language of the reader.

    One query for each kind among them, five for cases, and one for their translations.
    """
    items = list(items)
    words = {content_type(word).pk: word for word in SAVED}
    wanted: dict[str, list[int]] = defaultdict(list)
    for item in items:
        wanted[words[item.content_type_id]].append(item.object_id)
    found = {word: public(word).in_bulk(pks) for word, pks in wanted.items()}
    translate(*((word, rows.values()) for word, rows in found.items()), only=CARD)
    return [
        SavedPage(item, KINDS[word].name, found[word].get(item.object_id))
        for item in items
        for word in [words[item.content_type_id]]
    ]


def table_rows(pages: Sequence[SavedPage], site: str, gone: str) -> list[tuple[Any, ...]]:
    """The rows of the CSV file: `site` precedes URLs, `gone` replaces what is not public."""
    return [
        (
            str(page.kind),
            page.title if page.subject else gone,
            page.place,
            page.summary,
            f"{site}{page.url}" if page.subject else "",
            page.item.note,
            page.item.created_at.date().isoformat(),
        )
        for page in pages
    ]
