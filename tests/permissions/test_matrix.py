"""Every address × everyone of the cast × GET and POST × each state of what it is about.

The addresses come from the resolver: one that is new fails until the table says who gets what, for
each state of the noun that it names.
"""

import pytest
from django.urls import reverse

from tests.permissions import answers
from tests.permissions.answers import LOGIN, labels, patterns, spread
from tests.permissions.conftest import undone, views_alone
from tests.permissions.table import MODELS, TABLE, of_model, of_old_address
from tests.permissions.world import ROLES, World

PATTERNS = dict(patterns())
# What makes a POST an act rather than a form without words.
SENT = {"community:follow": {"verb": "follow"}}


def rows(name: str) -> dict:
    """What the table says of an address, by the label of an example."""
    if (page := answers.model_page(name)) is not None:
        return {"": of_model(*page)}
    if answers.old_address(PATTERNS[name]):
        return {"": of_old_address()}
    row = TABLE[name]
    return {"": row} if isinstance(row, tuple) else row


def is_named(name: str) -> bool:
    return (
        name in TABLE
        or answers.model_page(name) is not None
        or bool(answers.old_address(PATTERNS[name]))
    )


def test_name_every_address():
    assert len({*patterns()}) == len(PATTERNS), "one address has one name"
    assert {name for name in PATTERNS if not is_named(name)} == set()
    assert set(TABLE) - set(PATTERNS) == set()
    assert set(MODELS) == set(answers.registered())


def outcome(response) -> int | str:
    for close in response._resource_closers:
        # A file that was sent. To close the response would close the connection of the test.
        close()
    if response.headers.get("Location", "").startswith("/accounts/login/?next="):
        return LOGIN
    return response.status_code


def path_of(name: str, arguments: dict) -> str:
    if (page := answers.model_page(name)) is not None and page[1] in (
        "change",
        "delete",
        "history",
    ):
        arguments = {"object_id": answers.first(answers.registered()[page[0]]).pk}
    if name in PATTERNS and PATTERNS[name] == name:  # without a name
        return (
            "/admin/nothing/here/" if "url" in name else "/" + name.replace("<path:object_id>", "1")
        )
    return reverse(name, kwargs=arguments)


@pytest.fixture(scope="module")
def clients(world):
    return {role: world.client(role) for role in ROLES}


def ask(client, method: str, path: str, sent: dict) -> int | str:
    """The answer to one request, which leaves nothing behind in the browser or in the database."""
    cookies = client.cookies.copy()
    if method == "get":
        answer = outcome(client.get(path))
    else:
        answer = undone(lambda: outcome(client.post(path, sent)))
    client.cookies = cookies
    return answer


@pytest.mark.parametrize("name", PATTERNS)
def test_answer_everyone_as_the_table_says(name, world: World, clients, monkeypatch, db):
    views_alone(monkeypatch, world)
    route = PATTERNS[name]
    page = answers.model_page(name) or answers.old_address(route)
    found = {"": {}} if page or "url" in name else answers.examples(route, world)
    table = {label: row for key, row in rows(name).items() for label in labels(key)}
    assert set(table) == set(found), "each example of this address has a line"
    wrong = []
    for label, arguments in found.items():
        path = path_of(name, arguments)
        for method, expected in zip(("get", "post"), map(spread, table[label]), strict=True):
            sent = SENT.get(name, {}) if method == "post" else {}
            got = {role: ask(client, method, path, sent) for role, client in clients.items()}
            wrong += [
                f"{method} {path} ({label}) as {role}: {got[role]}, not {expected[role]}"
                for role in ROLES
                if got[role] != expected[role]
            ]
    assert wrong == []
