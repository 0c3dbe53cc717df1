"""Actions of staff on tracked models, read from the events written by triggers.

One query reads all event tables. The database compares each event with the previous one of the
same row, so that only the requested entries are read.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils.text import capfirst
from pghistory.models import Event
from psycopg import sql

from community.models import User

MAX_LENGTH = 200
VERBS = {"insert": "added", "update": "changed", "delete": "deleted"}


@dataclass(frozen=True)
class Entry:
    """One event: who did what to which row, and each changed field as (name, old, new)."""

    at: datetime
    user: int | None
    who: str
    noun: str
    key: str
    verb: str
    changes: list[tuple[str, str, str]]


@cache
def event_models() -> dict[str, type[Event]]:
    """Event models by the label of the tracked model: "community.decision"."""
    return {
        model.pgh_tracked_model._meta.label_lower: model
        for model in apps.get_models()
        if issubclass(model, Event) and getattr(model, "pgh_tracked_model", None)
    }


def nouns() -> dict[str, str]:
    """Names of the tracked models for the filter, by label, in the active language."""
    return {
        label: str(capfirst(model.pgh_tracked_model._meta.verbose_name))
        for label, model in event_models().items()
    }


def staff() -> models.QuerySet:
    """Primary keys of all current and former staff."""
    return User.pgh_event_model.objects.filter(is_staff=True).values("pgh_obj_id")


def entries(
    *,
    start: int,
    stop: int,
    who: int | None = None,
    what: str = "",
    since: date | None = None,
    until: date | None = None,
) -> list[Entry]:
    """Matching events `start` to `stop`, newest first; both dates are inclusive."""
    known = event_models()
    asked = {what: known[what]} if what in known else known
    people = [who] if who else list(staff().values_list("pgh_obj_id", flat=True).distinct())
    values = {"people": people, "since": since, "until": until, "stop": stop, "start": start}
    parts = [part(label, model) for label, model in asked.items()]
    statement = sql.SQL(
        "SELECT * FROM ({}) AS entries ORDER BY pgh_created_at DESC, pgh_id DESC "
        "LIMIT %(stop)s - %(start)s OFFSET %(start)s"
    ).format(sql.SQL(" UNION ALL ").join(parts))
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), values)
        rows = cursor.fetchall()
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={row[4] for row in rows})}
    return [entry(row, names) for row in rows]


def part(label: str, model: type[Event]) -> sql.Composed:
    """The newest events of one table, each with the previous event of the same row."""
    has_row = "pgh_obj" in {field.name for field in model._meta.fields}
    row = sql.Identifier("pgh_obj_id" if has_row else "id")
    return sql.SQL(
        "(SELECT {label} AS label, e.pgh_id::bigint AS pgh_id, e.pgh_created_at, e.pgh_label, "
        "(c.metadata->>'user')::bigint AS member, to_jsonb(e) AS now, "
        "(SELECT to_jsonb(b) FROM {table} b WHERE b.{row} = e.{row} AND b.pgh_id < e.pgh_id "
        "ORDER BY b.pgh_id DESC LIMIT 1) AS before "
        "FROM {table} e JOIN pghistory_context c ON c.id = e.pgh_context_id "
        "WHERE (c.metadata->>'user')::bigint = ANY(%(people)s) "
        "AND (%(since)s::date IS NULL OR e.pgh_created_at >= %(since)s::date) "
        "AND (%(until)s::date IS NULL OR e.pgh_created_at < %(until)s::date + 1) "
        "ORDER BY e.pgh_id DESC LIMIT %(stop)s)"
    ).format(label=sql.Literal(label), row=row, table=sql.Identifier(model._meta.db_table))


def entry(row: tuple, names: dict[int, str]) -> Entry:
    """Build an entry from a row of `part`; `names` are those of members by primary key."""
    label, _number, at, verb, user, now, before = row
    now, before = (
        json.loads(value) if isinstance(value, str) else value or {} for value in (now, before)
    )
    model = event_models()[label]
    return Entry(
        at=at,
        user=user,
        who=names.get(user, ""),
        noun=nouns()[label],
        key=str(now.get("pgh_obj_id") or now.get("id") or ""),
        verb=VERBS.get(verb, verb),
        changes=list(changes(model, now, before, verb)),
    )


def changes(model: type[Event], now: dict, before: dict, verb: str) -> Any:
    """The fields that differ from the previous event; for an insert, the fields with a value."""
    if verb == "delete":
        return
    for field in model._meta.fields:
        if field.name.startswith("pgh_") or field.name == "id":
            continue
        old = "" if verb == "insert" else shown(before.get(field.column))
        new = shown(now.get(field.column))
        if old != new:
            yield str(capfirst(field.verbose_name)), old, new


def shown(value: Any) -> str:
    """Return a value as text of limited length; lists and objects as JSON."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"


# NOIMPORT
