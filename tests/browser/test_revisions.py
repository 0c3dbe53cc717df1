"""Suggesting an edit of a published case, its answers, and the history, in a real browser."""

import pytest
from playwright.sync_api import expect

from community.models import Revision, User, WorkingCopy
from repository.models import CaseStudy
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.community.writing.revisions.revisions import make_known, proposed
from tests.factories import CaseStudyFactory, CityFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.usefixtures("collection")


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed, as the admin is among the pages."""
    return serve()


@pytest.fixture
def visit(open_page, site):
    def visit(handle="", **options):
        page = open_page(base_url=site, viewport={"width": 1280, "height": 800}, **options)
        if handle:
            session = signed_in(User.objects.get(handle=handle)).cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return visit


@pytest.fixture
def neighbour(collection):
    neighbour = UserFactory(handle="neighbour", display_name="Neighbour")
    make_known(neighbour)
    yield neighbour
    neighbour.delete()


@pytest.fixture
def case(collection, neighbour):
    case = CaseStudyFactory(
        published=True,
        title="A window at the port",
        results="Four days at the border.",
        authors=[User.objects.get(handle="member")],
        cities=[CityFactory()],
        themes=[ThemeFactory()],
    )
    yield case
    CaseStudy.objects.filter(pk=case.pk).delete()
    WorkingCopy.objects.all().delete()


def is_open_to_everybody(page) -> None:
    assert violations(page, "light", "dark") == []
    page.set_viewport_size({"width": 360, "height": 640})
    assert width_over(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("script", [True, False])
def test_suggest_an_edit_accept_it_and_read_the_history(script, visit, case):
    page = visit("neighbour", java_script_enabled=script)
    page.goto(case.get_absolute_url())
    click_and_load(page.get_by_role("link", name="Suggest a change"))
    page.get_by_label("Results").fill("Three days at the border.")
    page.get_by_label("Why should the case change?").fill("The port says so in its report of 2025.")
    if script:
        is_open_to_everybody(page)
    click_and_load(page.get_by_role("button", name="Suggest change").last)
    expect(page.locator(".messages .success")).to_be_visible()
    assert page.locator("del").inner_text().endswith("Four ")
    assert page.locator("ins").inner_text().endswith("Three ")
    case.refresh_from_db()
    assert case.results == "Four days at the border."

    author = visit("member", java_script_enabled=script)
    author.goto("/desk/")
    to_do = author.get_by_role("region", name="To do")
    click_and_load(to_do.get_by_role("link", name="A window at the port").first)
    if script:
        is_open_to_everybody(author)
    click_and_load(author.get_by_role("button", name="Accept"))
    expect(author.locator("#results")).to_contain_text("Three days at the border.")

    reader = visit(java_script_enabled=script)
    reader.goto(case.get_absolute_url())
    click_and_load(reader.get_by_role("link", name="Version history"))
    newest = reader.locator(".versions > li").first.inner_text()
    assert "The port says so in its report of 2025." in newest
    assert "Neighbour" in newest
    if script:
        is_open_to_everybody(reader)


def test_edit_first_at_the_desk(visit, case, neighbour):
    revision = proposed(case, by=neighbour, results="Three days at the border.")
    desk = visit("moderator")
    desk.goto("/admin/?kind=revision")
    click_and_load(desk.get_by_role("link", name="A window at the port").first)
    is_open_to_everybody(desk)
    click_and_load(desk.get_by_role("link", name="Edit the suggested change before you approve it"))
    is_open_to_everybody(desk)
    desk.get_by_label("Results").fill("Three days, in the rains four.")
    click_and_load(desk.get_by_role("button", name="Accept change").last)
    expect(desk.locator(".messages .success")).to_be_visible()
    case.refresh_from_db()
    assert case.results == "Three days, in the rains four."
    assert Revision.objects.get(pk=revision.pk).status == "accepted"
