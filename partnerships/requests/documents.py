"""What a request says, as one plain document: what its form begins with and is compared by.

A document is `{field: value}` of texts, truth values, primary keys and sorted lists of them, so
that it can be signed into a form and read again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core import signing

from community.writing import preserved_input
from partnerships.listings.keys import linked_with
from partnerships.models import PartnershipRequest

PLAIN = (
    "title",
    "language",
    "direction",
    "challenge",
    "desired_result",
    "baseline",
    "resources",
    "visibility",
    "facilitator_welcome",
)
LISTS = ("modalities", "languages", "musts")
DATES = ("starts_on", "ends_on")
KEYS = ("city", "inspired_by")
LINKS = ("practices", "offered_practices", "themes", "goals", "cases")
COLUMNS = (*KEYS, *PLAIN, *LISTS, *DATES)
FIELDS = (*COLUMNS, *LINKS)

Document = dict[str, Any]
SALT = "partnerships.request_text"


def document_of(request: PartnershipRequest) -> Document:
    """The document that a saved request is."""
    columns = {name: getattr(request, name) for name in (*PLAIN, *LISTS, *DATES)}
    pointed = {name: getattr(request, f"{name}_id") for name in KEYS}
    return whole(columns, pointed, linked_with(request, *LINKS))


def document(values: Mapping[str, Any]) -> Document:
    """The document of values as a form or the model gives them."""
    pointed = {name: values[name].pk if values[name] else None for name in KEYS}
    linked = {name: [each.pk for each in values[name]] for name in LINKS}
    return whole(values, pointed, linked)


def whole(
    columns: Mapping[str, Any],
    pointed: Mapping[str, int | None],
    linked: Mapping[str, Iterable[int]],
) -> Document:
    return (
        {name: pointed[name] for name in KEYS}
        | {name: columns[name] for name in PLAIN}
        | {name: list(columns[name]) for name in LISTS}
        | {name: columns[name].isoformat() if columns[name] else "" for name in DATES}
        | {name: sorted(linked[name]) for name in LINKS}
    )


def sealed(now: Document) -> str:
    """The document as a form carries it, to be compared with when it comes back."""
    return signing.dumps(now, salt=SALT, compress=True)


def unsealed(text: str) -> Document | None:
    """The document that a form began with; None for what we did not write."""
    try:
        found = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return found if found.keys() == set(FIELDS) else None


def merge(base: Document | None, theirs: Document, mine: Document) -> tuple[Document, list[str]]:
    """Merge two documents that began as `base`; of a field that both changed, mine is taken."""
    return preserved_input.merge(base, theirs, mine, fields=FIELDS)
