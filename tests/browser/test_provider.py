"""Signing in with an OpenID Connect provider on another origin, under the policy of the site."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.steps import click_and_load
from tests.openid_provider import NAME, provider_of

BUTTON = f"Sign in with {NAME}"


@pytest.fixture
def provider(settings):
    with provider_of(settings) as provider:
        yield provider


@pytest.mark.parametrize("is_scripted", [True, False])
def test_sign_in_with_the_provider(open_page, site, provider, is_scripted):
    name = f"scripted-{is_scripted}"
    provider.is_now(sub=name, email=f"{name}@staff.example".lower())
    page = open_page(base_url=site, java_script_enabled=is_scripted)
    page.goto("/fr/accounts/login/?next=/fr/cases/")
    click_and_load(page.locator(f"button:has-text('{NAME}')"))
    expect(page).to_have_url(f"{site}/fr/accounts/welcome/?next=%2Ffr%2Fcases%2F")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_show_the_button(open_page, site, provider, width, scheme):
    size = {"width": width, "height": 900}
    page = open_page(base_url=site, viewport=size, color_scheme=scheme)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"sign-in-{width}-{scheme}.png", full_page=True)
