"""The text of a case as one document, for its form, for working copies and for comparison.

A document is `{field: text}` for the fields of TEXTS, `{field: [key, …]}` for CHOICES and `{field:
[{"key": …, column: text}, …]}` for the tables of ROWS. All values are texts, as typed. Keys of
choices are slugs, country codes and numbers of Goals; the key of a row is the primary key of the
stored row, or begins with "n" for a new one.
"""

import json
import secrets
from hashlib import blake2b
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from community.writing import preserved_input
from repository.cases.models import SECTIONS
from repository.models import CaseStudy, TaggedItem
from repository.tags import folding
from repository.text.parsing import plain

HEAD = ("title", "summary", "language", "setting")
FOOT = ("cost", "time", "source", "tags")
TEXTS = (*HEAD, *SECTIONS, *FOOT)
# Places are typed by name, the others are ticked.
PLACES = ("cities", "countries", "organizations")
TICKED = ("themes", "goals", "practices")
CHOICES = (*PLACES, *TICKED)
ROWS = {
    "references": ("doi", "kind", "authors", "year", "title", "publisher", "url"),
    "evidence": (
        "label",
        "qualifier",
        "value",
        "value_to",
        "unit",
        "currency",
        "numerator",
        "denominator",
        "period",
        "is_headline",
        "reference",
        "place",
        "case_section",
    ),
    "proposed": ("name", "summary"),
}
FIELDS = (*TEXTS, *CHOICES, *ROWS)
# Rows in which all of these are empty are dropped, whatever their select fields hold.
TELLING = {
    "references": ("doi", "authors", "year", "title", "publisher", "url"),
    "evidence": ("label", "value", "value_to", "unit", "numerator", "denominator", "place"),
    "proposed": ("name", "summary"),
}
# Columns that stored documents may lack: left out where empty, so that both are equal.
OPTIONAL = {"case_section"}
MAX_ROWS = {"references": 20, "evidence": 30, "proposed": 3}
MAX_CHOSEN = 60
MAX_CHARACTERS = 200_000
# For each choice, the field of the related object that is its key in a document.
KEYS = {
    "cities": "slug",
    "countries": "pk",
    "organizations": "slug",
    "themes": "slug",
    "goals": "pk",
    "practices": "slug",
}


class TooLong(Exception):
    """The submitted data exceeds the maximum size of a case."""


def read_document(sent: QueryDict) -> dict:
    """The submitted document, valid or not; TooLong beyond 200,000 characters."""
    document: dict = {name: plain(sent.get(name, "")) for name in TEXTS}
    for name in CHOICES:
        document[name] = list(dict.fromkeys(filter(None, map(plain, sent.getlist(name)))))
        document[name] = document[name][:MAX_CHOSEN]
    for table, columns in ROWS.items():
        rows = []
        for at in range(MAX_ROWS[table]):
            row = {column: plain(sent.get(f"{table}-{at}-{column}", "")) for column in columns}
            if any(row[column] for column in TELLING[table]):
                key = sent.get(f"{table}-{at}-key", "")
                rows.append(compact({"key": key if is_key(key) else new_key(), **row}))
        document[table] = rows
    if len(json.dumps(document, ensure_ascii=False)) > MAX_CHARACTERS:
        raise TooLong
    return document


def is_key(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= 20


def compact(row: dict[str, str]) -> dict[str, str]:
    """Leave out optional columns that are empty."""
    return {column: text for column, text in row.items() if text or column not in OPTIONAL}


def new_key() -> str:
    return f"n{secrets.token_hex(6)}"


def without_row(document: dict, table: str, key: str) -> dict:
    """The document without a row, and without what referred to it."""
    rows = {table: [row for row in document[table] if row["key"] != key]}
    if table == "references":
        rows["evidence"] = [
            row | ({"reference": ""} if row["reference"] == key else {})
            for row in document["evidence"]
        ]
    return document | rows


def empty() -> dict:
    return dict.fromkeys(TEXTS, "") | {name: [] for name in (*CHOICES, *ROWS)}


def document_of(case: CaseStudy) -> dict:
    """The document of a saved case.

    Proposed practices of a public case are left out: they are with the moderators, and no part of
    what others read and may suggest to change.
    """
    linked = linked_with(case)
    # Avoid queries: most cases have none of these.
    references = case.references.order_by("pk") if linked["has_references"] else ()
    evidence = case.evidence.all() if linked["has_evidence"] else ()
    proposed = () if case.is_published else case.proposed_practices.filter(outcome="")
    return (
        {name: plain(getattr(case, name)) for name in TEXTS if name != "tags"}
        | {"tags": folding.joined(sorted(linked["tag_names"]))}
        | {name: sorted(linked[f"{name}_keys"]) for name in CHOICES}
        | {"goals": [str(key) for key in sorted(linked["goals_keys"])]}
        | {
            "references": [reference_row(reference) for reference in references],
            "evidence": [evidence_row(figure) for figure in evidence],
            "proposed": [
                {"key": str(row.pk), "name": row.name, "summary": row.summary} for row in proposed
            ],
        }
    )


def linked_with(case: CaseStudy) -> dict[str, Any]:
    """The links of a case in one query: keys of chosen objects, and names of its tags."""
    kind = ContentType.objects.get_for_model(CaseStudy)
    tags = TaggedItem.objects.filter(content_type=kind, object_id=OuterRef("pk"))
    columns: dict[str, Any] = {
        "tag_names": ArraySubquery(tags.values("tag__name")),
        "has_references": Exists(CaseStudy.references.through.objects.filter(casestudy=case)),
        "has_evidence": Exists(case.evidence.all()),
    }
    for name, key in KEYS.items():
        field: Any = CaseStudy._meta.get_field(name)
        links = field.remote_field.through.objects.filter(casestudy=OuterRef("pk"))
        keys = links.values(f"{field.m2m_reverse_field_name()}__{key}")
        columns[f"{name}_keys"] = ArraySubquery(keys)
    return CaseStudy._base_manager.filter(pk=case.pk).values(**columns).get()


def reference_row(reference) -> dict:
    return {
        "key": str(reference.pk),
        "doi": reference.doi,
        "kind": reference.kind,
        "authors": reference.byline,
        "year": reference.year_text,
        "title": reference.title,
        "publisher": reference.publisher,
        "url": reference.url,
    }


def evidence_row(figure) -> dict:
    def written(value) -> str:
        return "" if value is None else f"{value.normalize():f}"

    def whole(value) -> str:
        return "" if value is None else str(value)

    row = {
        "key": str(figure.pk),
        "label": figure.label,
        "qualifier": figure.qualifier,
        "value": written(figure.value),
        "value_to": written(figure.value_to),
        "unit": figure.unit,
        "currency": figure.currency,
        "numerator": whole(figure.numerator),
        "denominator": whole(figure.denominator),
        "period": figure.period,
        "is_headline": "on" if figure.is_headline else "",
        "reference": whole(figure.reference_id),
        "place": figure.place,
        "case_section": figure.case_section,
    }
    return compact(row)


def digest(document: dict) -> str:
    """A digest, equal only for equal documents."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=True)
    return blake2b(text.encode(), digest_size=12).hexdigest()


def merge(base: dict | None, theirs: dict, mine: dict) -> tuple[dict, list[str]]:
    """Three-way merge of two documents based on `base`; return it and the conflicting fields.

    A field that one side changed is taken from there. For a conflict, a text is `mine` and lists
    are joined, so that nothing of mine is lost; theirs is saved already. Without a base every
    difference is a conflict, except a field that I left empty.
    """
    if base is None:
        mine = {name: mine[name] or theirs[name] for name in FIELDS}
    return preserved_input.merge(base, theirs, mine, fields=FIELDS, join=joined)


def joined(name: str, before: Any, theirs: Any, mine: Any) -> Any:
    """The merged value of a field that both sides changed."""
    before = before or []
    if name in ROWS:
        return joined_rows(before, theirs, mine)
    if name in CHOICES:
        gone = set(before) - set(mine)
        kept = [key for key in theirs if key not in gone]
        return list(dict.fromkeys([*kept, *mine]))
    return mine


def joined_rows(before: list[dict], theirs: list[dict], mine: list[dict]) -> list[dict]:
    """Their rows and mine; a row that both changed appears twice."""
    old = {row["key"]: row for row in before}
    own = {row["key"]: row for row in mine}
    rows = []
    for row in theirs:
        changed = own.pop(row["key"], None)
        if changed is None:
            # I deleted it, unless they have added or changed it.
            if old.get(row["key"]) != row:
                rows.append(row)
        elif changed == row or changed == old.get(row["key"]):
            rows.append(row)
        elif row == old.get(row["key"]):
            rows.append(changed)
        else:
            rows += [row, changed | {"key": new_key()}]
    # Rows that they deleted stay deleted, unless I have changed them.
    return rows + [row for key, row in own.items() if old.get(key) != row]
