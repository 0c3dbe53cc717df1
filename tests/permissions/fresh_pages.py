"""Whatever a step changes on a page that visitors read, the edition is renewed.

Visitors share pages that were made for an edition: if it stayed the same, they would read the old
page.
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import connection, models
from django.test import Client
from django.urls import resolve, reverse

from repository.pages.addresses import without_language
from repository.pages.editions import current_edition, forget_all
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


def pages(paths: Iterable[str]) -> dict[str, bytes]:
    """The content of each page that visitors share."""
    forget_all()
    visitor, found = Client(), {}
    for path in paths:
        response = visitor.get(path)
        if hasattr(response, "page_cache"):
            found[path] = CLOCK.sub(b"", response.content)
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
    paths = public_paths(thing)
    edition, before, found = current_edition(), pages(paths), []

    def take(verb: str, role: str) -> list[str]:
        walk.attempt(verb, role, world.client(role))
        flush()
        if current_edition() != edition:
            return []
        after = pages(paths)
        return [
            f"{verb} of {state} by {role}: {path}"
            for path in before.keys() & after.keys()
            if before[path] != after[path]
        ]

    for verb in workflow.verbs:
        if who := [role for role in roles if workflow.target(state, verb, role)]:
            found += undone(partial(take, verb, who[0]))
    return found
