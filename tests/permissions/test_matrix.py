"""Every address × everyone of the cast × GET and POST × each state of what it is about.

The addresses come from the resolver: one that is new fails until the table says who gets what, for
each state of the noun that it names.
"""

import pytest

from tests.permissions import answers
from tests.permissions.answers import labels, patterns, spread
from tests.permissions.conftest import views_alone
from tests.permissions.matrix import PATTERNS, SENT, ask, is_named, path_of, rows
from tests.permissions.table import MODELS, TABLE
from tests.permissions.world import ROLES, World

pytestmark = pytest.mark.slow(70)


def test_name_every_address():
    assert len({*patterns()}) == len(PATTERNS), "one address has one name"
    assert {name for name in PATTERNS if not is_named(name)} == set()
    assert set(TABLE) - set(PATTERNS) == set()
    assert set(MODELS) == set(answers.registered())


@pytest.fixture(scope="module")
def clients(world):
    return {role: world.client(role) for role in ROLES}


@pytest.mark.proof(sample=60)
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
