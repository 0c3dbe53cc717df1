"""The differences between two documents of a case, field by field."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.writing.drafts import documents as drafts_documents
from repository.cases.models import SECTIONS
from repository.cases.values import language_name
from repository.models import (
    CaseStudy,
    City,
    Country,
    Goal,
    Organization,
    Practice,
    Qualifier,
    ReferenceKind,
    Theme,
)
from repository.text.differences import Piece, word_pieces

Document = dict[str, Any]

TABLES = {
    "references": gettext_lazy("References"),
    "evidence": gettext_lazy("Figures"),
    "proposed": gettext_lazy("New practices"),
}
# The model and the key field of each choice.
CHOSEN = {
    "cities": (City, "slug"),
    "countries": (Country, "pk"),
    "organizations": (Organization, "slug"),
    "themes": (Theme, "slug"),
    "goals": (Goal, "pk"),
    "practices": (Practice, "slug"),
}
# Display names of choices in rows.
WORDS = {
    "kind": dict(ReferenceKind.choices),
    "qualifier": dict(Qualifier.choices),
    "case_section": SECTIONS,
}


@dataclass(frozen=True)
class FieldChange:
    """A field that differs; for the pieces see `word_pieces`."""

    key: str
    label: str
    pieces: list[Piece]


def field_changes(old: Document, new: Document) -> list[FieldChange]:
    """The fields that differ, in the order of the form. One query for each changed list."""
    found = []
    for name in drafts_documents.FIELDS:
        if old[name] == new[name]:
            continue
        before, after = texts(name, old, new)
        if before != after:
            found.append(FieldChange(name, label_of(name), word_pieces(before, after)))
    return found


def label_of(name: str) -> str:
    if name in TABLES:
        return str(TABLES[name])
    return str(SECTIONS.get(name) or capfirst(CaseStudy._meta.get_field(name).verbose_name))


def texts(name: str, *versions: Document) -> list[str]:
    """A field of several documents as text, one line for each item of a list."""
    if name == "language":
        return [language_name(version[name]) if version[name] else "" for version in versions]
    if name in CHOSEN:
        names = names_of(name, {key for version in versions for key in version[name]})
        return ["\n".join(names[key] for key in version[name]) for version in versions]
    if name in drafts_documents.ROWS:
        return [
            "\n".join(row_text(name, row, version) for row in version[name]) for version in versions
        ]
    return [version[name] for version in versions]


def names_of(name: str, keys: set[str]) -> dict[str, str]:
    model, column = CHOSEN[name]
    rows = model._default_manager.filter(**{f"{column}__in": keys})
    known = {
        str(getattr(row, column)): getattr(row, "localized_name", None) or str(row) for row in rows
    }
    return {key: known.get(key, key) for key in keys}


def row_text(table: str, row: dict[str, str], document: Document) -> str:
    """One row as a line: "days · Exactly · 20 · Li (2020)"."""
    works = {work["key"]: work["title"] or work["doi"] for work in document["references"]}
    parts = []
    # Not in the order of the row: a stored document has another one.
    for column in drafts_documents.ROWS[table]:
        if not (text := row.get(column, "")):
            continue
        if column == "reference":
            text = works.get(text, "")
        elif column == "is_headline":
            text = _("key figure")
        parts.append(str(WORDS.get(column, {}).get(text, text)))
    return " · ".join(filter(None, parts))
