"""What a visitor was doing survives the sign-up, in the same browser and on another device."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.test import Client

from community.accounts import purpose
from community.models import User
from tests.community.conftest import PASSWORD, link_in, run_queue, sign_up_form
from tests.page import page_of
from tests.second_factors import add_totp

URL = "/accounts/signup/"
TARGET = "/cases/new/?practice=parcels"


def sign_up(client, target=TARGET, email="new@example.org") -> str:
    """Sign up as a visitor does, and return the link in the message."""
    page = page_of(client.get(URL, {"next": target}))
    assert page.form(URL).fields["next"] == target
    client.post(URL, sign_up_form(email) | {"next": target})
    [message] = run_queue()
    return link_in(message)


def confirm(client, link):
    """Open the link and press its button."""
    page = page_of(client.get(link))
    action = page.one("main form")["action"]
    return client.post(action, page.form(action).fields)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def next_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["next"][0]


def test_continue_in_the_browser_that_signed_up(client, db):
    response = confirm(client, sign_up(client))

    assert is_signed_in(client)
    assert urlsplit(response.url).path == "/accounts/welcome/"
    welcome = page_of(client.get(response.url))
    assert welcome.link("Skip for now") == TARGET
    sent = welcome.form("/accounts/welcome/").fields | {"display_name": "Amina", "where": ""}
    assert client.post("/accounts/welcome/", sent).url == TARGET
    assert User.objects.get().display_name == "Amina"


def test_continue_on_another_device_with_the_password(client, db):
    link = sign_up(client)
    other = Client()

    response = confirm(other, link)

    assert not is_signed_in(other)
    assert urlsplit(response.url).path == "/accounts/login/"
    form = page_of(other.get(response.url)).form("/accounts/login/").fields
    signed_in = other.post(
        "/accounts/login/", form | {"login": "new@example.org", "password": PASSWORD}
    )
    assert urlsplit(signed_in.url).path == "/accounts/welcome/"
    assert next_of(signed_in.url) == TARGET
    # The first browser gains nothing from the link afterwards.
    client.get(link)
    client.post(link)
    assert not is_signed_in(client)


def test_sign_nobody_in_who_signed_up_for_another_address(client, db):
    """Somebody types the address of another person, who has signed up as well."""
    link = sign_up(client, email="victim@example.org")
    other = Client()
    sign_up(other, email="own@example.org")

    confirm(other, link)

    assert not is_signed_in(other)


def test_sign_nobody_in_without_the_cookie(client, db):
    link = sign_up(client)
    del client.cookies[settings.SIGN_UP_COOKIE_NAME]

    confirm(client, link)

    assert not is_signed_in(client)


def test_ask_for_the_second_factor_also_after_a_sign_up(client, db):
    link = sign_up(client)
    add_totp(User.objects.get())

    assert confirm(client, link).url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


def test_keep_another_member_out_of_the_new_account(signed_in, account):
    """The link of a sign-up is opened where somebody else is signed in."""
    link = sign_up(Client())

    signed_in.get(link)
    confirm(signed_in, link)

    assert signed_in.session.get("_auth_user_id") != str(
        User.objects.get(email="new@example.org").pk
    )


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/" + "a" * 600],
)
def test_lead_to_paths_of_this_site_only(client, db, target):
    page = client.get(URL, {"next": target})
    assert page.status_code == 200
    client.post(URL, sign_up_form("new@example.org") | {"next": target})
    [message] = run_queue()

    response = confirm(client, link_in(message))

    assert response.url == "/accounts/welcome/"
    assert page_of(client.get(response.url)).link("Skip for now") == "/desk/"


@pytest.mark.parametrize("change", ["target", "address", "salt", "words"])
def test_ignore_a_purpose_that_was_not_signed_for_the_address(client, db, change):
    link = sign_up(client)
    address = EmailAddress.objects.get()
    browser = purpose.digest_of(client.cookies[settings.SIGN_UP_COOKIE_NAME].value)
    value = {
        "target": f"x{parse_qs(urlsplit(link).query)[purpose.PARAMETER][0]}",
        "address": signing.dumps([address.pk + 1, "/cases/", browser], salt=purpose.SALT),
        "salt": signing.dumps([address.pk, "/cases/", browser], salt="other"),
        "words": "words",
    }[change]

    response = client.post(urlsplit(link).path, {purpose.PARAMETER: value})

    assert (response.url, is_signed_in(client)) == ("/accounts/login/", False)


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "0"])
def test_welcome_leads_to_paths_of_this_site_only(client, member, target):
    client.force_login(member)
    page = page_of(client.get("/accounts/welcome/", {"next": target}))
    assert page.link("Skip for now") == "/desk/"
    sent = page.form("/accounts/welcome/").fields | {"next": target, "where": ""}
    assert client.post("/accounts/welcome/", sent).url == "/desk/"


def test_welcome_saves_the_first_lines_of_the_profile(client, member):
    client.force_login(member)
    sent = {
        "display_name": "Amina Otieno",
        "kind": "policymaker",
        "organization": "Port authority",
        "where": "",
    }
    assert client.post("/accounts/welcome/", sent).url == "/desk/"
    member.refresh_from_db()
    assert (member.display_name, member.membership.organization) == (
        "Amina Otieno",
        "Port authority",
    )


# Links in the header


def header_links(client, path: str) -> dict[str, str]:
    """The links to sign in and join, in the row and in the folded menu."""
    header = page_of(client.get(path)).one("header.top")
    found = [link for link in header.links if link[0] in ("Sign in", "Join")]
    assert len(found) == 3
    assert len(set(found)) == 2
    return dict(found)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/"),
        ("/cases/?theme=trade&page=2", "/cases/?page=2&theme=trade"),
        ("/search/?q=port+Cotonou&kind=case", "/search/?kind=case&q=port+Cotonou"),
        ("/nowhere/", "/nowhere/"),
        ("/feedback/?page=/cases/", "/feedback/?page=%2Fcases%2F"),
        # A longer path is cut to the page.
        (f"/search/?q={'x' * 490}", "/search/"),
    ],
)
def test_come_back_to_the_page(client, db, path, target):
    links = header_links(client, path)
    assert {name: urlsplit(url).path for name, url in links.items()} == {
        "Sign in": "/accounts/login/",
        "Join": URL,
    }
    assert {next_of(url) for url in links.values()} == {target}


def test_come_back_to_the_page_in_its_language(client, db):
    header = page_of(client.get("/fr/cases/?page=2")).one("header.top")
    links = [href for _text, href in header.links if href.startswith("/fr/accounts/")]
    assert {urlsplit(url).path for url in links} == {"/fr/accounts/login/", "/fr/accounts/signup/"}
    assert {next_of(url) for url in links} == {"/fr/cases/?page=2"}


@pytest.mark.parametrize("path", ["/accounts/login/", URL, "/accounts/password/reset/"])
def test_never_come_back_to_account_pages(client, db, path):
    assert header_links(client, path) == {"Sign in": "/accounts/login/", "Join": URL}
    passed_on = header_links(client, f"{path}?next=/cases/")
    assert {next_of(url) for url in passed_on.values()} == {"/cases/"}
    for foreign in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "0"):
        passed_on = header_links(client, f"{path}?next={foreign}")
        assert passed_on == {"Sign in": "/accounts/login/", "Join": URL}


@pytest.mark.parametrize("path", ["/accounts/login/", URL, "/accounts/password/reset/"])
def test_show_the_error_page_for_a_form_that_cannot_be_read(client, db, path):
    encoded = "application/x-www-form-urlencoded; charset=utf-16"
    response = client.post(path, b"next=/cases/", content_type=encoded)
    assert response.status_code == 400
    links = [href for text, href in page_of(response).links if text == "Sign in"]
    assert set(links) == {"/accounts/login/"}


def test_sign_in_from_the_header(client, member):
    member.set_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    login = header_links(client, "/search/?q=port")["Sign in"]
    form = page_of(client.get(login)).form("/accounts/login/").fields
    response = client.post("/accounts/login/", form | {"login": member.email, "password": PASSWORD})
    assert response.url == "/search/?q=port"
