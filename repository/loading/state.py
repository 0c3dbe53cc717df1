"""The current and the desired state of an object, in JSON types."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal

from repository.loading.desired import APPEARANCE_TITLES, EVIDENCE_FIELDS, Wanted


def wanted_state(wanted: Wanted) -> dict:
    """Return the desired state: fields, links by key, tags, figures and appearances."""
    return _plain(
        {
            **wanted.fields,
            **{name: key for name, (_kind, key) in wanted.links.items()},
            **{name: keys for name, (_kind, keys) in wanted.many.items()},
            "tags": _tags(wanted.tags) if wanted.tags is not None else None,
            "evidence": wanted.evidence,
            "appearances": wanted.appearances,
        }
    )


def present_state(instance, wanted: Wanted, keys: dict[str, dict]) -> dict:
    """Return the current state of `instance` in the same format as `wanted_state`.

    `keys` maps primary keys to keys, for each kind.
    """
    state = {name: getattr(instance, name) for name in wanted.fields}
    for name, (kind, _key) in wanted.links.items():
        state[name] = keys[kind].get(getattr(instance, f"{name}_id"))
    for name, (kind, _keys) in wanted.many.items():
        state[name] = [keys[kind].get(pk) for pk in _linked(instance, name)]
    state["tags"] = state["evidence"] = state["appearances"] = None
    if wanted.tags is not None:
        state["tags"] = _tags(tag.name for tag in instance.tags.all())
    if wanted.evidence is not None:
        state["evidence"] = [
            {name: getattr(row, name) for name in EVIDENCE_FIELDS}
            | {
                "reference": keys["reference"].get(row.reference_id),
                "webinar": keys["webinar"].get(row.webinar_id),
            }
            | ({"drawn_as": row.drawn_as} if row.drawn_as else {})
            | (
                {"practice": keys["practice"].get(row.practice_id)}
                if row.practice_id is not None
                else {}
            )
            for row in instance.evidence.all()
        ]
    if wanted.appearances is not None:
        state["appearances"] = [
            {
                "speaker": keys["speaker"].get(row.speaker_id),
                "honorific": row.honorific,
                "title": row.title,
            }
            | {name: getattr(row, name) for name in APPEARANCE_TITLES if getattr(row, name)}
            for row in instance.appearances.all()
        ]
    return _plain(state)


def digest(state: dict) -> str:
    """Return the SHA-256 digest of a state, in hexadecimal."""
    text = json.dumps(state, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _linked(instance, name: str) -> list:
    """Return the keys of related objects in the order in which they were added."""
    relation = getattr(instance, name)
    rows = relation.through._default_manager.filter(**{relation.source_field_name: instance})
    return list(rows.order_by("pk").values_list(f"{relation.target_field_name}_id", flat=True))


def _tags(names: Iterable[str]) -> list[str]:
    """Return tags in lower case, since tags are case-insensitive."""
    return sorted({name.lower() for name in names})


def _plain(state):
    """Convert `state` to JSON types, with normalized numbers: 50 and 50.0000 are equal."""

    def default(value):
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        if isinstance(value, dt.date):
            return value.isoformat()
        return str(value)

    return json.loads(json.dumps(state, default=default, sort_keys=True))
