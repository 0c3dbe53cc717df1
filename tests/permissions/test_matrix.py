"""Every address × everyone of the cast × GET and POST × each state of what it is about.

The addresses come from the resolver: one that is new fails until the table says who gets what, for
each state of the noun that it names.
"""

import pytest

from tests.permissions import answers
from tests.permissions.answers import patterns
from tests.permissions.conftest import views_alone
from tests.permissions.matrix import PATTERNS, SENT, is_named, rows_of, wrong_answers
from tests.permissions.table import MODELS, TABLE
from tests.permissions.world import ROLES, World

pytestmark = pytest.mark.slow(30)


def test_table_lists_every_url():
    assert len({*patterns()}) == len(PATTERNS), "one address has one name"
    missing = [name for name in PATTERNS if not is_named(name)]
    assert missing == [], f"add {', '.join(missing)} to tests/permissions/table.py"
    assert set(TABLE) - set(PATTERNS) == set()
    assert set(MODELS) == set(answers.registered())


@pytest.fixture(scope="module")
def clients(world):
    return {role: world.client(role) for role in ROLES}


@pytest.mark.proof(sample=10)
@pytest.mark.parametrize("name", PATTERNS)
def test_answer_everyone_as_the_table_says(name, world: World, clients, monkeypatch, db):
    views_alone(monkeypatch, world)
    sent = SENT.get(name, {})
    wrong = {
        label: found
        for label, (path, row) in rows_of(name, world).items()
        if (found := wrong_answers(clients, path, row, sent=sent))
    }
    assert wrong == {}
