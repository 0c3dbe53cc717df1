"""How the workflows are tried: each state × verb × person, through the door that people use.

A table lists what is allowed and what it leads to. Whatever else there is in the product of states,
verbs and cast has to be refused, at the door or by the action in words, and must leave the rows and
the history as they were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.apps import apps
from django.test import Client

from tests import databases
from tests.engines import apply_search_changes
from tests.permissions.answers import labels
from tests.permissions.conftest import Shown, undone
from tests.permissions.matrix import outcome

Request = tuple[str, dict]


@dataclass
class Workflow:
    """What can be asked of a thing in each of its states, and what may come of it.

    `states` make the thing: each returns it. `verbs` say what a person posts, or None where a verb
    cannot apply to the thing in this state; `allowed` is, by verb and states, the state it leads to
    and who may.
    """

    states: Mapping[str, Callable[[Any], Any]]
    verbs: Mapping[str, Callable[[Any, Any, str], Request | None]]
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


def status_of(world, row) -> str:
    found = type(row)._default_manager.filter(pk=row.pk)
    return found.values_list("status", flat=True).first() or "gone"


# What is kept for a member whose words were refused is no step of anything.
NOT_COUNTED = {"community_workingcopy", "community_savedtext"}


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


@dataclass
class Walk:
    """One thing in one state, of which everybody tries everything."""

    workflow: Workflow
    state: str
    world: Any
    thing: Any
    refusals: list[str]

    def mark(self) -> tuple[str, dict[str, int]]:
        """The state, and what there is: the same after whatever was refused."""
        return self.workflow.state_of(self.world, self.thing), counts()

    def request(self, verb: str, role: str) -> Request | None:
        return self.workflow.verbs[verb](self.world, self.thing, role)

    def attempt(self, verb: str, role: str, client: Client) -> str | int:
        """The answer to one request; the browser stays as it was."""
        self.refusals.clear()
        path, sent = self.request(verb, role)
        cookies = client.cookies.copy()
        answer = outcome(client.post(path, sent))
        client.cookies = cookies
        return answer

    def wrong_refusals(self, verbs: list[str], role: str, client: Client, began) -> list[str]:
        """What is not refused, or leaves a trace, of verbs that the table does not allow."""
        wrong = []
        for verb in verbs:
            answer = self.attempt(verb, role, client)
            is_harmless = (verb, self.state, role) in self.workflow.harmless
            if not (answer in AT_THE_DOOR or self.refusals or is_harmless):
                wrong.append(self.describe(verb, role, answer, "it should be refused"))
        if self.mark() != began:
            wrong.append(f"{', '.join(verbs)} of {self.state} by {role}: a trace is left")
        return wrong

    def wrong_step(self, verb: str, role: str, client: Client, began) -> list[str]:
        """Whether what the table allows leads elsewhere."""
        target = self.workflow.target(self.state, verb, role)
        answer = self.attempt(verb, role, client)
        now = self.mark()
        # A page also asks in advance whether a decision can be undone, and shows no refusal.
        is_refused = any(isinstance(refusal, Shown) for refusal in self.refusals)
        if now[0] == str(target).format(role=role) and now != began and not is_refused:
            return []
        return [self.describe(verb, role, answer, f"{now[0]}; it should lead to {target}")]

    def describe(self, verb: str, role: str, answer: str | int, words: str) -> str:
        return f"{verb} of {self.state} by {role}: {answer}, {self.refusals}, {words}"


def wrong_steps(
    workflow: Workflow, state: str, world: Any, clients: dict[str, Client], refusals: list[str]
) -> list[str]:
    """What came otherwise than the table says, of all verbs by all who have a client.

    What is to be refused is tried one after the other: none of it may change what comes next.
    """
    thing = workflow.states[state](world)
    thing.refresh_from_db()
    walk = Walk(workflow, state, world, thing, refusals)
    apply_search_changes()  # of what was made above
    began, wrong = walk.mark(), []
    for role, client in clients.items():
        allowed = [verb for verb in workflow.verbs if workflow.target(state, verb, role)]
        others = [
            verb for verb in workflow.verbs if verb not in allowed and walk.request(verb, role)
        ]
        wrong += undone(partial(walk.wrong_refusals, others, role, client, began))
        for verb in allowed:
            wrong += undone(partial(walk.wrong_step, verb, role, client, began))
    return wrong
