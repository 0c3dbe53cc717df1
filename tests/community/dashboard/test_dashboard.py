"""Access to the desk, at each of its URLs."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern

from tests.community.conftest import (
    ENROL,
    PASSWORD,
    add_app,
    add_passkey,
    confirm,
    run_queue,
    sign_in,
)
from tests.factories import UserFactory
from tests.page import page_of
from tests.second_factors import RECOVERY_CODES, totp

LOGIN = "/accounts/login/?next="
APP = "/accounts/2fa/totp/activate/"
DEMO_NOTE = ".messagelist li.warning"


@pytest.fixture
def client():
    """A browser in which nobody has shown a second factor."""
    return Client()


def addresses(patterns=None, prefix="/admin/") -> list[str]:
    """A URL for each pattern of the desk, at any depth."""
    found = []
    for pattern in admin.site.get_urls() if patterns is None else patterns:
        route = str(pattern.pattern)
        if route.startswith("^(?P<app_label>"):
            route = "repository/"
        elif route == "(?P<url>.*)$":
            route = "no/such/page"
        route = re.sub(r"<(?:\w+:)?\w+>", "1", route)
        if isinstance(pattern, URLPattern):
            found.append(prefix + route)
        else:
            found += addresses(pattern.url_patterns, prefix + route)
    return found


ADDRESSES = sorted({*addresses(), "/admin/community/user/1/password/"})
GUARDED = [path for path in ADDRESSES if path != "/admin/login/"]


@pytest.fixture
def guarded(sample) -> list[str]:
    return sample(GUARDED, 8)


def answers(client, paths) -> set:
    """The responses to GET and POST at all URLs but the sign-in."""
    found = set()
    for path in paths:
        for method in (client.get, client.post):
            response = method(path)
            target = response.headers.get("Location", "").replace(path, "PATH")
            found.add((response.status_code, target))
    return found


def test_find_every_address_of_the_desk():
    """Among them autocomplete, the script of translations and all views of a model."""
    assert {
        "/admin/",
        "/admin/autocomplete/",
        "/admin/jsi18n/",
        "/admin/r/1/1/",
        "/admin/repository/",
        "/admin/community/user/",
        "/admin/community/user/1/change/",
        "/admin/community/user/1/history/",
        "/admin/no/such/page",
    } <= set(ADDRESSES)
    assert len(ADDRESSES) > 60


def test_send_visitors_to_the_sign_in_of_the_site(client, db, guarded):
    assert answers(client, guarded) == {(302, LOGIN + "PATH")}


def test_refuse_members(client, account, undrawn, guarded):
    sign_in(client, account)

    assert answers(client, guarded) == {(403, "")}


def test_send_staff_without_a_second_factor_to_enrolment(client, moderator, guarded):
    sign_in(client, confirm(moderator))

    assert answers(client, guarded) == {(302, ENROL)}
    assert page_of(client.get(ENROL)).outcomes[-1] == "warning"


def test_send_superusers_without_a_second_factor_to_enrolment(client, administrator, guarded):
    sign_in(client, confirm(administrator))

    assert answers(client, guarded) == {(302, ENROL)}


def test_recovery_codes_alone_are_no_second_factor(client, moderator, guarded):
    confirm(moderator)
    add_app(moderator)
    moderator.authenticator_set.filter(type="totp").delete()
    client.force_login(moderator)

    assert answers(client, guarded) == {(302, ENROL)}


@pytest.mark.parametrize(
    ("add", "page"),
    [
        (add_app, "/accounts/2fa/reauthenticate/?next="),
        (add_passkey, "/accounts/2fa/webauthn/reauthenticate/?next="),
    ],
)
def test_ask_staff_for_a_factor_not_used_in_this_session(client, moderator, add, page, guarded):
    """A session from before the factor may belong to somebody who only knew the password."""
    add(confirm(moderator))
    client.force_login(moderator)

    assert answers(client, guarded) == {(302, page + "PATH")}


def turned_away(client, paths: list[str]) -> list[str]:
    """Those of the paths that redirect to the accounts pages."""
    elsewhere = {
        "/admin/logout/",
        "/admin/password_change/",
        "/admin/password_change/done/",
    }
    return [
        path
        for path in paths
        if path not in elsewhere
        and any(target.startswith("/accounts/") for _status, target in answers(client, [path]))
    ]


def test_let_staff_in_with_an_app(client, administrator, undrawn, sample):
    add_app(confirm(administrator))
    sign_in(client, administrator)
    client.post("/accounts/2fa/authenticate/", {"code": totp()})

    assert client.get("/admin/").status_code == 200
    assert turned_away(client, sample(GUARDED, 8)) == []


def test_let_staff_in_with_a_recovery_code_once(client, moderator):
    add_app(confirm(moderator))
    code = RECOVERY_CODES[0]

    sign_in(client, moderator)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/admin/").status_code == 200

    client.logout()
    sign_in(client, moderator)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert client.get("/admin/").url == LOGIN + "/admin/"


@pytest.mark.django_db(transaction=True)
def test_let_staff_in_after_they_set_up_an_app(client, moderator):
    sign_in(client, confirm(moderator))
    client.post(f"/accounts/reauthenticate/?next={APP}", {"password": PASSWORD})
    secret = client.get(APP).context["form"].secret
    response = client.post(APP, {"code": totp(secret)})

    assert response.url == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200
    assert [message.subject for message in run_queue()] == ["An authenticator app was set up"]


def test_refuse_staff_once_the_factor_is_removed(client, moderator):
    add_app(confirm(moderator))
    sign_in(client, moderator)
    client.post("/accounts/2fa/authenticate/", {"code": totp()})
    moderator.authenticator_set.all().delete()

    assert client.get("/admin/").url == ENROL


def test_refuse_former_staff(client, moderator):
    add_app(confirm(moderator))
    sign_in(client, moderator)
    client.post("/accounts/2fa/authenticate/", {"code": totp()})
    moderator.is_staff = False
    moderator.save()
    assert client.get("/admin/").status_code == 403

    moderator.is_active = False
    moderator.save()
    assert client.get("/admin/").url == LOGIN + "/admin/"


def test_waive_second_factor_in_a_demo_with_a_note(client, moderator, settings):
    settings.DEMO = True
    client.force_login(moderator)

    page = page_of(client.get("/admin/"))

    assert page.status == 200
    assert [each["class"] for each in page.select(DEMO_NOTE)] == ["warning"]


def test_no_note_of_a_demo_elsewhere(client, administrator):
    add_app(confirm(administrator))
    sign_in(client, administrator)
    client.post("/accounts/2fa/authenticate/", {"code": totp()})

    page = page_of(client.get("/admin/"))

    assert (page.status, page.select(DEMO_NOTE)) == (200, [])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("", "/admin/"),
        ("?next=/admin/community/user/", "/admin/community/user/"),
        ("?next=https://elsewhere.example/", "/admin/"),
        ("?next=//elsewhere.example/", "/admin/"),
        ("?next=0", "/admin/"),
    ],
)
def test_show_no_sign_in_of_its_own(client, account, method, query, target):
    act = getattr(client, method)
    form = {"username": account.email, "password": PASSWORD}

    response = act("/admin/login/" + query, form if method == "post" else None)
    assert (response.status_code, response.url) == (302, LOGIN + target)
    assert "_auth_user_id" not in client.session

    sign_in(client, account)
    assert act("/admin/login/" + query).url == target


def test_sign_out_of_the_desk_by_post_only(client, moderator, settings):
    settings.DEMO = True
    client.force_login(moderator)

    assert client.get("/admin/logout/").status_code == 405
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").url == "/"
    assert client.get("/admin/").url == LOGIN + "/admin/"


@pytest.mark.parametrize("path", ["/admin/password_change/", "/admin/password_change/done/"])
def test_change_passwords_on_the_accounts_pages_only(client, moderator, settings, path):
    settings.DEMO = True
    client.force_login(moderator)

    for act in (client.get, client.post):
        assert act(path).url == "/accounts/password/change/"


def test_keep_pages_of_the_desk_out_of_caches(client, moderator, settings):
    settings.DEMO = True
    for user in (None, UserFactory(), moderator):
        if user:
            client.force_login(user)
        for path in ("/admin/", "/admin/login/", "/admin/jsi18n/"):
            assert "no-store" in client.get(path).headers["Cache-Control"]
