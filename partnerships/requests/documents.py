"""The text of a request as one plain document, to fill its form and compare versions.

A document is `{field: value}` of texts, booleans, primary keys and sorted lists of them, so that it
can be signed into a form and read back.
"""

from collections.abc import Mapping
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


def document_of(partnership_request: PartnershipRequest) -> Document:
    """Return the document of a saved request."""
    columns = {name: getattr(partnership_request, name) for name in (*PLAIN, *LISTS, *DATES)}
    pointed = {name: getattr(partnership_request, f"{name}_id") for name in KEYS}
    linked = linked_with(partnership_request, *LINKS)
    return {name: as_plain(name, value) for name, value in (columns | linked).items()} | pointed


def document(values: Mapping[str, Any]) -> Document:
    """Return the document for values from a form or the model, with the fields that they have."""
    pointed = {name: values[name].pk if values[name] else None for name in KEYS if name in values}
    linked = {name: [each.pk for each in values[name]] for name in LINKS if name in values}
    columns = {name: values[name] for name in (*PLAIN, *LISTS, *DATES) if name in values}
    return {name: as_plain(name, value) for name, value in (columns | linked).items()} | pointed


def as_plain(name: str, value: Any) -> Any:
    if name in LISTS:
        return list(value)
    if name in DATES:
        return value.isoformat() if value else ""
    return sorted(value) if name in LINKS else value


def sealed(now: Document) -> str:
    """Return the document, signed for a hidden form field, to compare on submission."""
    return signing.dumps(now, salt=SALT, compress=True)


def unsealed(text: str) -> Document | None:
    """Return the signed document of a form; None if the signature is invalid."""
    try:
        found = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return found if found.keys() == set(FIELDS) else None


def merge(base: Document | None, theirs: Document, mine: Document) -> tuple[Document, list[str]]:
    """Merge two documents based on `base`; where both changed a field, `mine` wins.

    Return the result and the names of the conflicting fields.
    """
    return preserved_input.merge(base, theirs, mine, fields=FIELDS)
