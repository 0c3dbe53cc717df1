"""Whatever a step changes on a page that visitors read, the edition is renewed.

Visitors share pages that were made for an edition: if it stayed the same, they would read the old
page. Compared are the pages that read a table to which a step wrote without renewing it: the others
are the same.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, models
from django.test import Client
from django.urls import resolve, reverse

from repository.pages.addresses import without_language
from repository.pages.editions import current_edition, forget_all
from tests import databases
from tests.permissions.conftest import undone
from tests.permissions.workflows import Walk, Workflow

LOCATION = re.compile(r"<loc>https?://[^/]+([^<]+)</loc>")
# A page may say at which moment its figures were counted, and an empty feed when it was asked for.
CLOCK = re.compile(rb"\d{1,2}:\d\d(:\d\d(\.\d+)?)?")


def flush() -> None:
    """Do what is due at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# What the database has counted in this transaction.
COUNTERS = """
SELECT relname, coalesce(seq_scan, 0) + coalesce(idx_scan, 0), n_tup_ins + n_tup_upd + n_tup_del
FROM pg_stat_xact_user_tables
"""


def touched(act: Callable[[], Any]) -> tuple[Any, set[str], set[str]]:
    """What `act` returns, the tables that it reads, and those to which it writes.

    Those of functions and triggers as well.
    """
    before = databases.planned("touched", COUNTERS)
    found = act()
    after = databases.planned("touched", COUNTERS)
    changes = list(zip(sorted(before), sorted(after), strict=True))
    return (
        found,
        {was[0] for was, now in changes if was[1] != now[1]},
        {was[0] for was, now in changes if was[2] != now[2]},
    )


@dataclass
class Copy:
    """A page that visitors share, and the tables that it was made from."""

    content: bytes
    read: set[str]


def pages(paths: Iterable[str]) -> dict[str, Copy]:
    """Those of the pages that visitors share."""
    visitor, found = Client(), {}
    for path in paths:
        # Each page computes what it shares with others, so that its tables are known.
        forget_all()
        response, read, _written = touched(partial(visitor.get, path))
        if hasattr(response, "page_cache"):
            found[path] = Copy(CLOCK.sub(b"", response.content), read)
    return found


def public_paths(thing: models.Model) -> list[str]:
    """The page of the thing; of each kind in the sitemap one page and a translated one."""
    visitor = Client()
    sections = LOCATION.findall(visitor.get(reverse("sitemap")).text)
    paths = [path for each in sections for path in LOCATION.findall(visitor.get(each).text)]
    kinds: dict[str, str] = {}
    translated: dict[str, str] = {}
    for path in paths:
        original = without_language(path)
        kind = resolve(original).view_name
        if path == original:
            kinds.setdefault(kind, path)
        else:
            translated.setdefault(kind, path)
    chosen = {*kinds.values(), *translated.values()}
    if case := kinds.get("repository:case_detail"):
        chosen.add(f"{case}history/")
    chosen |= {reverse("repository:case_feed"), reverse("community:webinar_feed"), *sections}
    if hasattr(thing, "get_absolute_url"):
        chosen.add(thing.get_absolute_url().partition("#")[0])
    return sorted(chosen)


def stale_pages(workflow: Workflow, state: str, world: Any, roles: list[str]) -> list[str]:
    """The pages that a step changes without another edition, with the step."""
    thing = workflow.states[state](world)
    thing.refresh_from_db()
    walk = Walk(workflow, state, world, thing, [])
    flush()
    edition = current_edition()

    def written(verb: str, role: str) -> set[str]:
        """The tables to which a step writes; none if it renews the edition."""

        def take() -> None:
            walk.attempt(verb, role, world.client(role))
            flush()

        _nothing, _read, written = touched(take)
        return written if current_edition() == edition else set()

    def changed(verb: str, role: str, tables: set[str], before: dict[str, Copy]) -> list[str]:
        assert written(verb, role) == tables, "a step that is taken again does the same"
        paths = [path for path, copy in before.items() if copy.read & tables]
        return [
            f"{verb} of {state} by {role}: {path}"
            for path, copy in pages(paths).items()
            if copy.content != before[path].content
        ]

    steps = {
        verb: next(role for role in roles if workflow.target(state, verb, role))
        for verb in workflow.verbs
        if any(workflow.target(state, verb, role) for role in roles)
    }
    silent = {
        (verb, role): tables
        for verb, role in steps.items()
        if (tables := undone(partial(written, verb, role)))
    }
    before = pages(public_paths(thing)) if silent else {}
    return [
        line
        for (verb, role), tables in silent.items()
        for line in undone(partial(changed, verb, role, tables, before))
    ]
