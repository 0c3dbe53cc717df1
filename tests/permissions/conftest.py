"""The world of `world.py`, made once for each module; each test and each request is rolled back."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS, transaction
from django.test import override_settings

from community.models import User
from repository.workflow import ActionRefused
from tests.conftest import draw_nothing
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


def views_alone(monkeypatch, cast) -> None:
    """Ask views alone: no page is drawn, and who asks is known by their cookie.

    Who gets which answer is for views to say; what stands on pages is the matter of
    `test_leaks.py`, and that sessions are looked up, of `test_taken_away.py`.
    """
    names = [field.attname for field in User._meta.concrete_fields]
    rows = {
        cookies[settings.SESSION_COOKIE_NAME].value: [
            getattr(cast.people[role], name) for name in names
        ]
        for role, cookies in cast.cookies.items()
    }

    def get_user(request):
        row = rows.get(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        # As if read for this request: what one finds out about somebody is not kept for the next.
        return User.from_db(DEFAULT_DB_ALIAS, names, row) if row else AnonymousUser()

    monkeypatch.setattr(auth, "get_user", get_user)
    draw_nothing(monkeypatch)


class Shown(str):
    """A refusal that a page shows."""


def undone(act: Callable[[], object]):
    """What `act` returns, without what it did to the database."""
    with transaction.atomic():
        found = act()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def refusals(monkeypatch) -> list[str]:
    """The words of each refusal: by an action, or `Shown` by a page."""
    heard: list[str] = []
    said = ActionRefused.__init__

    def hear(self, *args):
        heard.append(str(args[0]))
        said(self, *args)

    monkeypatch.setattr(ActionRefused, "__init__", hear)
    tell = messages.error

    def overhear(request, words, *args):
        heard.append(Shown(words))
        tell(request, words, *args)

    monkeypatch.setattr(messages, "error", overhear)
    return heard
