"""The life of an account in a real browser, under the content security policy of the site."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import User
from tests.browser.axe import violations
from tests.browser.steps import click_and_load
from tests.community.conftest import PASSWORD, link_in, run_queue
from tests.second_factors import totp

pytestmark = pytest.mark.slow(15)

NEW_PASSWORD = "nineteen quiet lanterns"


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def here(site):
    """The address of the site under the name that browsers offer passkeys for without TLS."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def start(open_page, here):
    """Open the sign-in page in a browser that nobody has used."""

    def open_login(**options):
        page = open_page(base_url=here, **options)
        page.goto("/accounts/login/")
        return page

    return open_login


def press(page, name: str) -> None:
    """Press a button that sends a form, perhaps in the header, and wait for the next page."""
    click_and_load(page.get_by_role("button", name=name, exact=True))


def heading(page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def arrive(page, title: str) -> None:
    """Wait for the page that a script opens."""
    page.get_by_role("heading", level=1, name=title, exact=True).wait_for()


def fill_login(page, email, password=PASSWORD) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def show_password(page, password=PASSWORD) -> None:
    """Show once more who it is, where a page asks for it."""
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Continue")


def follow_mail(page, subject: str) -> None:
    """Do what waits in the queue and open the link of the one message with this subject."""
    [message] = [message for message in run_queue() if message.subject == subject]
    page.goto(link_in(message))


def make_account(page, email) -> None:
    click_and_load(page.get_by_role("link", name="Create an account"))
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Create account")
    assert heading(page) == "Check your inbox"
    follow_mail(page, "Confirm your email address")
    press(page, "Confirm email address")
    expect(page.locator(".messages")).to_contain_text(f"Email address {email} confirmed.")
    assert page.url.endswith("/accounts/welcome/")


@contextmanager
def device(page, *, verifies=True):
    """A device that keeps passkeys and agrees to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    session.send("WebAuthn.removeVirtualAuthenticator", made)


def code_of(secret: str) -> str:
    """The code of an authenticator app, which is sent a few seconds later."""
    return totp(secret, lasting=15)


def sign_out(page) -> None:
    press(page, "Sign out")
    page.get_by_role("link", name="Sign in").wait_for()


def test_sign_up_and_add_an_authenticator_app(start):
    page = start()
    make_account(page, "app@example.org")
    expect(page.locator(".messages")).to_contain_text("You’re signed in.")

    page.goto("/accounts/2fa/")
    click_and_load(page.get_by_role("link", name="Set up an app"))
    show_password(page)
    assert heading(page) == "Set up an authenticator app"
    secret = page.locator(".secret").inner_text()
    picture = page.get_by_alt_text("QR code")
    assert picture.evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Code from the app").fill(code_of(secret))
    press(page, "Set up app")

    assert heading(page) == "Recovery codes"
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    with page.expect_event("requestfailed"), page.expect_download() as download:
        page.get_by_role("link", name="Download codes").click()
    assert download.value.path().read_text().split() == codes
    # To the browser a download is a page that it did not open after all.
    assert page.complaints.pop().endswith("/download/ net::ERR_ABORTED")
    sign_out(page)

    page.goto("/accounts/login/")
    fill_login(page, "app@example.org")
    assert heading(page) == "Two-step verification"
    page.get_by_label("Code").fill("000000")
    press(page, "Continue")
    expect(page.locator(".field-error")).to_contain_text("The code is wrong")
    page.get_by_label("Code").fill(code_of(secret))
    press(page, "Continue")
    expect(page.locator(".messages")).to_contain_text("You’re signed in.")

    page.goto("/accounts/email/")
    sign_out(page)
    page.goto("/accounts/login/")
    fill_login(page, "app@example.org")
    page.get_by_label("Code").fill(codes[0])
    press(page, "Continue")
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("9 of 10 are left")).to_be_visible()


def test_sign_in_with_a_passkey_alone(start):
    page = start()
    make_account(page, "passkey@example.org")
    with device(page):
        page.goto("/accounts/2fa/webauthn/add/")
        show_password(page)
        page.get_by_label("Passkey name").fill("My phone")
        page.get_by_label("Sign in with this passkey, without a password").check()
        press(page, "Add passkey")
        arrive(page, "Recovery codes")

        page.goto("/accounts/2fa/webauthn/")
        expect(page.locator("main h2")).to_have_text(["My phone"])
        expect(page.get_by_text("Signs you in without a password")).to_be_visible()
        sign_out(page)

        page.goto("/accounts/login/?next=/accounts/sessions/")
        press(page, "Sign in with a passkey")
        page.locator(".messages").get_by_text("You’re signed in.").wait_for()
        expect(page.locator(".tools a[href='/desk/']")).to_have_count(1)


def test_use_a_passkey_as_second_factor_and_to_reauthenticate(start):
    page = start()
    make_account(page, "second@example.org")
    with device(page):
        page.goto("/accounts/2fa/webauthn/add/")
        show_password(page)
        press(page, "Add passkey")
        arrive(page, "Recovery codes")
        sign_out(page)

        page.goto("/accounts/login/")
        fill_login(page, "second@example.org")
        assert heading(page) == "Two-step verification"
        press(page, "Use a passkey")
        page.locator(".messages").get_by_text("You’re signed in.").wait_for()

        page.goto("/accounts/2fa/recovery-codes/")
        assert heading(page) == "Confirm it’s you"
        click_and_load(page.get_by_role("link", name="Use a passkey"))
        press(page, "Use a passkey")
        arrive(page, "Recovery codes")


def test_explain_a_passkey_that_does_not_work(start):
    page = start()
    with device(page):
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("alert").wait_for()

    expect(page.get_by_role("alert")).to_contain_text("The passkey didn’t work")


def test_explain_passkeys_at_an_ip_address(open_page, site, here):
    page = open_page(base_url=site)
    page.goto("/accounts/login/")
    with device(page):
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("alert").wait_for()

    expect(page.get_by_role("alert")).to_have_text(
        [f"Passkeys don’t work on a numeric address. Open this page at {here}."]
    )


def test_change_the_address_and_the_password_and_end_other_sessions(start):
    page = start()
    make_account(page, "old@example.org")
    other = start()
    fill_login(other, "old@example.org")

    page.goto("/accounts/email/")
    page.get_by_label("New email address").fill("moved@example.org")
    press(page, "Change email address")
    show_password(page)
    expect(page.locator("main .notice strong")).to_be_visible()
    follow_mail(page, "Confirm your new email address")
    press(page, "Confirm email address")
    page.goto("/accounts/email/")
    expect(page.get_by_text("You sign in with moved@example.org.")).to_be_visible()

    page.goto("/accounts/sessions/")
    expect(page.locator("main .list > li")).to_have_count(2)
    press(page, "Sign out of other sessions")
    expect(page.locator("main .list > li")).to_have_count(1)
    other.goto("/accounts/email/")
    assert heading(other) == "Sign in"

    click_and_load(other.get_by_role("link", name="Forgot your password?"))
    other.get_by_label("Email address").fill("moved@example.org")
    press(other, "Send link")
    assert heading(other) == "Check your inbox"
    follow_mail(other, "Reset your password")
    other.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    other.get_by_label("Confirm new password").fill(NEW_PASSWORD)
    press(other, "Set password")
    assert heading(other) == "Password changed"
    click_and_load(other.get_by_role("link", name="Sign in").last)
    fill_login(other, "moved@example.org", NEW_PASSWORD)
    expect(other.locator(".messages")).to_contain_text("You’re signed in.")

    page.goto("/accounts/email/")
    assert heading(page) == "Sign in"


def test_switch_to_french_and_back(start):
    page = start()
    page.locator(".languages summary").click()
    click_and_load(page.get_by_role("link", name="Français").first)

    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.url.endswith("/accounts/login/")
    page.locator(".languages summary").click()
    click_and_load(page.get_by_role("link", name="English").first)
    assert heading(page) == "Sign in"


def test_manage_an_account_without_scripts(start):
    """Passkeys alone need one; their part then does not show."""
    page = start(java_script_enabled=False)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    make_account(page, "plain@example.org")
    page.goto("/accounts/2fa/totp/activate/")
    show_password(page)
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code from the app").fill(code_of(secret))
    press(page, "Set up app")
    assert heading(page) == "Recovery codes"
    page.goto("/accounts/2fa/webauthn/add/")
    # Playwright does not find texts of a noscript element.
    needed = "Passkeys need JavaScript"
    expect(page.locator("main")).to_contain_text(needed, use_inner_text=True)
    page.goto("/accounts/profile/")
    page.get_by_label("Display name").fill("Amina")
    press(page, "Save")
    expect(page.get_by_role("link", name="Amina")).to_have_count(1)
    sign_out(page)


PUBLIC = [
    "login/",
    "signup/",
    "confirm-email/",
    "confirm-email/no-key/",
    "inactive/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-no-key/",
    "password/reset/key/done/",
]
OWN = [
    "2fa/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/totp/deactivate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "2fa/webauthn/keys/KEY/edit/",
    "2fa/webauthn/keys/KEY/remove/",
    "2fa/webauthn/reauthenticate/",
    "2fa/reauthenticate/",
    "email/",
    "logout/",
    "password/change/",
    "profile/",
    "reauthenticate/",
    "sessions/",
]


def faults(page) -> list[str]:
    """What is wrong with the page: for axe, sideways at 320 px, by its length of words."""
    found = [f"{page.url}: {violation}" for violation in violations(page, "light", "dark")]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{page.url}: wider than the window")
    return found


def test_pages_are_accessible(start):
    found = []
    page = start(viewport={"width": 320, "height": 640})
    for path in PUBLIC:
        page.goto(f"/accounts/{path}")
        found += faults(page)
    page.goto("/accounts/signup/")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Email address").fill("a@b.c")
    press(page, "Create account")
    assert page.get_by_label("Password", exact=True).get_attribute("aria-invalid") == "true"
    found += faults(page)

    page.goto("/accounts/login/")
    make_account(page, "new@example.org")
    page.goto("/accounts/2fa/totp/activate/")
    show_password(page)
    found += faults(page)
    page.get_by_label("Code from the app").fill(code_of(page.locator(".secret").inner_text()))
    press(page, "Set up app")
    assert heading(page) == "Recovery codes"
    with device(page):
        page.goto("/accounts/2fa/webauthn/add/")
        press(page, "Add passkey")
        arrive(page, "Two-step verification")
    user = User.objects.get(email="new@example.org")
    key = user.authenticator_set.get(type="webauthn")
    for path in OWN:
        page.goto(f"/accounts/{path.replace('KEY', str(key.pk))}")
        found += faults(page)

    assert found == []
