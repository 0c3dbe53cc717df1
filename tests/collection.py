"""The 2020 series in a database of its own, beside the empty one of other tests.

Each module that uses the fixture `collection` gets a copy of it. See `tests/databases.py`.
"""

import time
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client, override_settings

from community.accounts import roles as accounts_roles
from repository.loading.writing import load_countries, load_series
from repository.models import Edition
from repository.site_pages.loading import load_site_pages
from tests import databases
from tests.factories import CaseStudyFactory, UserFactory
from tests.second_factors import add_totp, note_authentication

SERIES = Path(settings.BASE_DIR) / "repository" / "content" / "series-2020"
# The files that determine a database with the series.
FILLED = [
    *databases.MIGRATED,
    *("repository/**/*.py", "repository/content/**/*", "community/accounts/*.py"),
    *("tests/collection.py", "tests/factories/*.py", "tests/second_factors.py"),
]
# The same fast hasher as in tests.
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PASSWORD = "seventeen quiet lanterns"
WITH_AND_WITHOUT_SAMPLES = pytest.mark.parametrize(
    "collection",
    ["without samples", pytest.param("with samples", marks=pytest.mark.proof(in_turn=True))],
    indirect=True,
    scope="module",
)


def version() -> str:
    """Return the version of a database with the series: its rows are of one day."""
    return f"{databases.version(FILLED)}_{date.today():%j}"


def fill() -> None:
    """Load the series and the pages about the site, a withdrawn case, and users with PASSWORD."""
    load_countries()
    load_series(SERIES)
    load_site_pages()
    CaseStudyFactory(archived=True, slug="withdrawn", title="A case that was withdrawn")
    moderators = [Group.objects.get(name=accounts_roles.MODERATORS)]
    with override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
        people = [
            person("member"),
            person("moderator", staff=True, groups=moderators),
            person("administrator", superuser=True),
        ]
    for user in people:
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        if user.is_staff:
            add_totp(user)
    # Caches of the test process are keyed by edition, which must differ from other databases'.
    Edition.objects.renew()


def person(name: str, **options):
    return UserFactory(
        email=f"{name}@example.org",
        handle=name,
        display_name=name.capitalize(),
        password=PASSWORD,
        **options,
    )


def signed_in(user) -> Client:
    """Return a client in which a user has just signed in with all their factors.

    The session is stored in the database, so its cookie also works in a browser.
    """
    client = Client()
    client.force_login(user)
    session = client.session
    # In the future, so that no page asks to authenticate again, however slow the machine is.
    now = {"at": time.time() + 3600, "reauthenticated": True}
    note_authentication(session, user, "password", **now)
    for factor in user.authenticator_set.all():
        note_authentication(session, user, "mfa", id=factor.pk, type=factor.type, **now)
    session.save()
    return client


# One page of each kind for readers, and the states of a list. Paths are public, so they are not
# built by reverse().
PUBLIC_PAGES = [
    "/",
    "/cases/",
    "/cases/?theme=small-firms&region=Asia&q=port",
    "/cases/?q=nothingofthiskind",
    "/cases/zhengzhou/",
    "/cases/zhengzhou/history/",
    "/practices/",
    "/practices/?theme=small-firms",
    "/practices/pilot-zone/",
    "/cities/",
    "/cities/zhengzhou/",
    "/countries/cn/",
    "/webinars/",
    "/webinars/china-regional-cooperation/",
    "/series/series-2020/",
    "/speakers/",
    "/speakers/hany-besada/",
    "/recommendations/",
    "/references/",
    "/landscape/",
    "/about/",
    "/contact/",
    "/privacy/",
    "/accessibility/",
    "/terms/",
    "/glossary/",
    "/compare/",
    "/compare/?case=zhengzhou",
    "/search/",
    "/search/?q=port",
    "/search/?q=nothingofthiskind",
    "/tags/belt-and-road/",
    "/partnerships/",
    "/partnerships/?kind=offer&theme=customs",
    "/partnerships/?country=AQ",
    "/partnerships/suggestions/",
    "/partnerships/clusters/",
    "/monitoring/",
    "/api/v1/docs",
]
# Error pages with their status.
ERROR_PAGES = {"/nothing/here/": 404, "/cases/withdrawn/": 410}
VISITOR_PAGES = [
    "/feedback/",
    "/feedback/?page=/cases/",
    "/members/member/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/wrong/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-wrong-key/",
    "/accounts/password/reset/key/done/",
]
MEMBER_PAGES = [
    "/cases/new/",
    "/cases/zhengzhou/edit/",
    "/desk/",
    "/partnerships/cities/",
    "/partnerships/cities/ask/",
    "/partnerships/requests/new/",
    "/accounts/data/",
    "/accounts/data/delete/",
    "/accounts/logout/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/profile/",
    "/accounts/welcome/",
    "/follows/",
    "/notifications/",
    "/notifications/settings/",
    "/accounts/sessions/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
]
