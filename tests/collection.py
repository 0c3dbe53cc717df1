"""The 2020 series in a database of its own, beside the empty one that the other tests use.

Loading takes seconds, copying a database a fraction of one: the series is loaded once, and each
module that asks for the fixture `collection` works on a copy.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, RequestFactory

from community import roles
from repository.loading import load_countries, load_series
from repository.models import Edition
from tests.factories import CaseStudyFactory, UserFactory

SERIES = Path(settings.BASE_DIR) / "repository" / "content" / "series-2020"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# What is kept for an edition in the process of the tests must never meet another database's.
FIRST_EDITION = 1_000_000


def copy_database(suffix: str) -> str:
    """Copy the present database; return the name of the copy."""
    disconnect()
    connection.creation.clone_test_db(suffix, verbosity=0)
    return connection.creation.get_test_db_clone_settings(suffix)["NAME"]


def drop_database(name: str) -> None:
    disconnect()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")


@contextmanager
def database(name: str) -> Iterator[None]:
    """Work on another database of the same server, in all threads."""
    own = connection.settings_dict["NAME"]
    disconnect()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        disconnect()
        connection.settings_dict["NAME"] = own


def disconnect() -> None:
    connection.close()
    connection.close_pool()


def fill() -> None:
    """The series, a case that was withdrawn, and people who can sign in."""
    load_countries()
    load_series(SERIES)
    CaseStudyFactory(archived=True, slug="withdrawn", title="A case that was withdrawn")
    UserFactory(email="member@example.org", handle="member", display_name="Member")
    moderator = UserFactory(
        staff=True,
        email="moderator@example.org",
        handle="moderator",
        display_name="Moderator",
        groups=[Group.objects.get(name=roles.MODERATORS)],
    )
    administrator = UserFactory(
        superuser=True,
        email="administrator@example.org",
        handle="administrator",
        display_name="Administrator",
    )
    for user in [moderator, administrator]:
        TOTP.activate(user, SECRET)
    Edition.objects.update(number=FIRST_EDITION)


def signed_in(user) -> Client:
    """A client in which somebody has signed in, and has shown the second factor if they have one.

    All of it is in the database: the cookie of the session also serves a browser.
    """
    client = Client()
    client.force_login(user)
    factor = user.authenticator_set.first()
    if factor:
        request = RequestFactory().get("/")
        request.session = client.session
        record_authentication(request, user, "mfa", id=factor.pk, type=factor.type)
        request.session.save()
    return client
