"""The world of `world.py`, made once for each module; each test and each request is rolled back."""

from collections.abc import Callable

import pytest
from django.contrib import messages
from django.db import transaction
from django.test import override_settings

from repository.actions import ActionRefused
from tests.permissions import world as worlds


@pytest.fixture(scope="module")
def world(scratch, django_db_blocker, tmp_path_factory) -> worlds.World:
    files = override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with files:
        with django_db_blocker.unblock(), transaction.atomic():
            made = worlds.make()
        yield made


def undone(act: Callable[[], object]):
    """What `act` returns, without what it did to the database."""
    with transaction.atomic():
        found = act()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def refusals(monkeypatch) -> list[str]:
    """The words of each refusal: by an action, or by a page."""
    heard: list[str] = []
    said = ActionRefused.__init__

    def hear(self, *args):
        heard.append(str(args[0]))
        said(self, *args)

    monkeypatch.setattr(ActionRefused, "__init__", hear)
    tell = messages.error

    def overhear(request, words, *args):
        heard.append(str(words))
        tell(request, words, *args)

    monkeypatch.setattr(messages, "error", overhear)
    return heard
