"""A member says who they are, and leaves, in a real browser."""

import pytest
from playwright.sync_api import expect

from community.models import Membership, User
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load, press
from tests.collection import PASSWORD, signed_in
from tests.factories import UserFactory


@pytest.fixture
def member(collection, settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"
    user = UserFactory(password=PASSWORD, display_name="Amina", handle="amina")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    yield user
    User.objects.filter(pk=user.pk).delete()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page_of_member(request, open_page, site, member):
    page = open_page(base_url=site, java_script_enabled=request.param)
    cookie = signed_in(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    return page


def test_edit_the_profile_and_delete_the_account(page_of_member, member):
    page = page_of_member
    page.goto("/accounts/profile/")
    page.get_by_label("Your role").first.select_option("policymaker")
    page.get_by_label("City, country or area").first.fill("Kisumu, Kenya")
    page.locator("#id_bio").fill("One **window**.")
    page.locator("#id_bio_shown").select_option("public")
    press(page, "Save")
    assert Membership.objects.get(member=member).place == "Kisumu"

    page.goto("/members/Amina/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    assert page.locator(".prose").inner_text().strip() == "One window."

    page.goto("/desk/")
    click_and_load(page.get_by_role("link", name="Your data"))
    click_and_load(page.get_by_role("link", name="Delete account"))
    page.get_by_label("Keep them, under “former member”.").check()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I understand that this can’t be undone.").check()
    press(page, "Delete account permanently")
    expect(page.locator(".messages")).to_contain_text("Your account was deleted.")
    assert not User.objects.filter(pk=member.pk).exists()


@pytest.mark.parametrize(
    "path", ["/members/amina/", "/desk/", "/accounts/profile/", "/accounts/data/delete/"]
)
def test_find_no_fault_in_a_page(open_page, site, member, path):
    page = open_page(base_url=site, viewport={"width": 320, "height": 700})
    cookie = signed_in(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    page.goto(path)
    assert (violations(page, "light", "dark"), width_over(page)) == ([], 0)
