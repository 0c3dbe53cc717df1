"""Every address in real sessions, in one of the states of what it is about.

`test_matrix.py` asks views alone; here sessions are looked up, pages are drawn, and a POST without
a token is refused. Who gets what is in `table.py`.
"""

import pytest
from django.test import Client
from django.urls import resolve

from tests.conftest import draw_nothing
from tests.permissions.answers import spread
from tests.permissions.conftest import undone
from tests.permissions.matrix import PATTERNS, SENT, rows_of, wrong_answers

pytestmark = pytest.mark.slow(20)

# A mail program has no token: a signature in the address is the proof. Nor has a page for visitors,
# which is the same for all: it counts itself as seen. An email provider has a secret.
WITHOUT_TOKEN = {"bounces", "community:notice_stop", "seen"}


@pytest.fixture(scope="module")
def clients(world):
    return {role: world.client(role) for role in ("anonymous", "member", "administrator")}


@pytest.fixture(scope="module")
def moderator(world):
    return {"moderator": world.client("moderator")}


def first(name: str, world) -> tuple[str, tuple]:
    """The path of the first example of an address, and its row of the table."""
    return next(iter(rows_of(name, world).values()))


@pytest.mark.proof(sample=15)
@pytest.mark.parametrize("name", PATTERNS)
def test_answer_in_real_sessions(name, world, clients, moderator, monkeypatch, db):
    """Pages are drawn for moderators: `tests/test_hostile.py` and `tests/browser/test_scripts.py`
    read them all as the others."""
    path, row = first(name, world)
    wrong = wrong_answers(moderator, path, row, methods=["get"])
    draw_nothing(monkeypatch)
    wrong += wrong_answers(clients, path, row, methods=["get"])
    sent = SENT.get(name, {})
    wrong += wrong_answers({"anonymous": clients["anonymous"]}, path, row, ["post"], sent)
    assert wrong == []


def test_refuse_post_without_token(world, clients, db, sample):
    client = Client(enforce_csrf_checks=True)
    client.cookies = clients["administrator"].cookies.copy()
    wrong = {}
    for name in sample(sorted({*PATTERNS} - WITHOUT_TOKEN), 15):
        path, _row = first(name, world)
        # What asks for no token takes no POST at all.
        due = 405 if getattr(resolve(path).func, "csrf_exempt", False) else 403
        if (status := client.post(path).status_code) != due:
            wrong[name] = status
    assert wrong == {}
    assert len(PATTERNS) > 400


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_refuse_other_methods(world, clients, db, sample, method):
    """`Allow` names the methods that the table does not refuse."""
    wrong = {}
    for name in sample(sorted(PATTERNS), 30):
        path, row = first(name, world)
        response = undone(lambda path=path: getattr(clients["administrator"], method)(path))
        get, post = (spread(answers)["administrator"] for answers in row)
        if get in (403, 404) and response.status_code in (get, 405):
            continue
        due = {*(["GET", "HEAD"] if get != 405 else []), *(["POST"] if post != 405 else [])}
        allowed = set(response.headers.get("Allow", "").split(", ")) - {"OPTIONS"}
        if (response.status_code, allowed) != (405, due):
            wrong[name] = response.status_code, allowed
    assert wrong == {}
