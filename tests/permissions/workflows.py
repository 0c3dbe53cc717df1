"""How the workflows are tried: each state × verb × person, through the door that people use.

A table lists what is allowed and what it leads to. Whatever else there is in the product of states,
verbs and cast has to be refused, at the door or by the action in words, and must leave the rows and
the history as they were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from django.apps import apps
from django.test import Client

from tests import databases
from tests.permissions.answers import labels
from tests.permissions.conftest import undone
from tests.permissions.test_matrix import outcome

Request = tuple[str, dict]


@dataclass
class Workflow:
    """What can be asked of a thing in each of its states, and what may come of it.

    `states` make the thing: each returns it. `verbs` say what a person posts; `allowed` is, by verb
    and states, the state it leads to and who may.
    """

    states: Mapping[str, Callable[[Any], Any]]
    verbs: Mapping[str, Callable[[Any, Any, str], Request]]
    state_of: Callable[[Any, Any], str]
    allowed: dict[str, dict[str, tuple[str, set[str]]]]
    # What is neither a step nor refused, since it is so already: verb, state, role.
    harmless: frozenset = frozenset()

    def target(self, state: str, verb: str, role: str) -> str | None:
        """Where the table leads; None for what it does not allow."""
        for states, (target, who) in self.allowed.get(verb, {}).items():
            if state in labels(states) and role in who:
                return target
        return None


def at(path: str, **sent):
    def request(world, subject, role) -> Request:
        slug = getattr(subject, "slug", "")
        return path.format(pk=subject.pk, slug=slug), sent

    return request


# What is kept for a member whose words were refused is no step of anything.
NOT_COUNTED = {"community_workingcopy", "community_savedtext", "repository_pagestamp"}


def counts() -> dict[str, int]:
    """The number of rows of each table of ours: events are written for each change of a row."""
    return dict(databases.planned("counts", counting()))


@cache
def counting() -> str:
    tables = {
        model._meta.db_table
        for label in ("community", "partnerships", "repository")
        for model in apps.get_app_config(label).get_models()
    }
    return " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM \"{table}\""  # noqa: S608
        for table in sorted(tables - NOT_COUNTED)
    )


# What a page that asks for words answers where the act is none that it offers.
AT_THE_DOOR = ("login", 403, 404)


def wrong_steps(
    workflow: Workflow, state: str, world: Any, clients: dict[str, Client], refusals: list[str]
) -> list[str]:
    """What came otherwise than the table says, of all verbs by all who have a client."""
    thing = workflow.states[state](world)
    thing.refresh_from_db()
    before, began = counts(), workflow.state_of(world, thing)
    wrong = []
    for verb, role in product(workflow.verbs, clients):
        refusals.clear()
        path, sent = workflow.verbs[verb](world, thing, role)
        client = clients[role]
        cookies = client.cookies.copy()

        def attempt(client=client, path=path, sent=sent):
            answer = outcome(client.post(path, sent))
            return answer, workflow.state_of(world, thing), counts() == before

        answer, now, is_same = undone(attempt)
        client.cookies = cookies
        target = workflow.target(state, verb, role)
        who = f"{verb} of {state} by {role}: {answer}, {now}, {refusals}"
        if target is not None:
            if now != target.format(role=role) or is_same or refusals:
                wrong.append(f"{who}; it should lead to {target}")
            continue
        is_refused = answer in AT_THE_DOOR or refusals or (verb, state, role) in workflow.harmless
        if (now, is_same) != (began, True) or not is_refused:
            wrong.append(f"{who}; it should be refused")
    return wrong
