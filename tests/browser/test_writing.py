"""Nothing that is typed into the form of a case gets lost, in a real browser."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from community.models import User, WorkingCopy
from repository.models import CaseStudy, Theme
from tests.browser.axe import violations
from tests.browser.focus import stops
from tests.browser.steps import click_and_load, hurry_saving, saving_state
from tests.collection import PASSWORD, signed_in
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.slow(15)

NEW = "/cases/new/?step=all"


@pytest.fixture
def member(collection):
    return User.objects.get(handle="member")


@pytest.fixture
def case(member):
    case = CaseStudyFactory(authors=[member], title="A window at the port", results="")
    yield case
    CaseStudy.objects.filter(pk=case.pk).delete()


@pytest.fixture
def writer(open_page, site, member):
    """Open browsers in which the member has signed in."""

    def open_one(**options):
        page = open_page(base_url=site, **options)
        sign_in(page, site, member)
        return page

    return open_one


def sign_in(page, site, user) -> None:
    cookie = signed_in(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


def log_in_again(page) -> None:
    page.get_by_label("Email address").fill("member@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    click_and_load(page.locator("main").get_by_role("button", name="Sign in", exact=True))


def heading(page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def proceed(page, title: str) -> None:
    click_and_load(page.locator(".keepers").get_by_role("button", name="Save and continue"))
    heading(page, title)


@pytest.mark.end_to_end(role="member")
def test_write_autosave_and_submit(writer, member):
    page = writer()
    hurry_saving(page)
    page.goto("/cases/")
    click_and_load(page.locator('main a[href="/cases/new/"]').first)
    page.get_by_label("Title").first.fill("Parcels by bus")
    expect(saving_state(page)).to_contain_text("Draft saved at", use_inner_text=True)
    assert WorkingCopy.objects.get(member=member).document["title"] == "Parcels by bus"
    assert CaseStudy.objects.filter(title="Parcels by bus").count() == 0
    page.get_by_label("Summary", exact=True).fill("Buses carry parcels to the villages.")
    proceed(page, "Places and themes")
    page.locator("#id_cities").fill("Zhengzhou, China")
    page.get_by_label(str(Theme.objects.first()), exact=True).check()
    proceed(page, "Story")
    page.get_by_label("Solution", exact=True).fill("Buses have room; **drivers** are paid.")
    count = page.locator("[data-words-of=id_solution]")
    expect(count).to_have_text("6 of about 30 words")
    expect(page.locator("[data-meter]")).to_contain_text("6 of about 30 words")
    page.locator("#field-solution .preview summary").click()
    expect(page.locator("#field-solution .preview strong")).to_have_text("drivers")
    expect(page.locator("[data-meter] .needed")).to_have_count(0)
    assert violations(page, "light") == []
    click_and_load(page.get_by_role("button", name="Figures and sources"))
    heading(page, "Figures and sources")
    page.get_by_label("What it measures").fill("Villages with a bus")
    page.locator("#id_evidence-0-value").fill("12")
    page.get_by_role("button", name="Add figure").click()
    expect(page.locator("details#evidence-0 > summary")).to_contain_text("Villages with a bus")
    expect(page.get_by_role("group", name="Figure 2")).to_be_visible()
    assert violations(page, "light") == []
    proceed(page, "Practices and cost")
    assert violations(page, "light") == []
    click_and_load(page.get_by_role("button", name="Save and submit"))
    page.get_by_label("Note to moderators").fill("Thank you")
    assert violations(page, "light") == []
    click_and_load(page.get_by_role("button", name="Submit case", exact=True))
    case = CaseStudy.objects.get(title="Parcels by bus")
    assert case.status == "submitted"
    expect(page.locator(".notice")).to_contain_text("Submitted")
    case.delete()


def test_suggest_tags_while_typing(writer, case):
    case.tags.add("dry port")
    CaseStudy.objects.filter(pk=case.pk).update(
        status="published", published_at="2026-01-01T00:00Z"
    )
    page = writer()
    page.goto(NEW)
    tags = page.get_by_role("combobox", name="Tags")
    tags.press_sequentially("rail, dry", delay=20)
    page.wait_for_selector('#tags option[value="rail, dry port"]', state="attached")


def test_retry_autosave_when_the_server_is_busy(writer, case):
    page = writer()
    hurry_saving(page)
    is_busy = True

    def put_off(route) -> None:
        if is_busy:
            route.fulfill(status=429, json={"state": "later", "after": 1})
        else:
            route.continue_()

    page.route(re.compile(r"/cases/autosave/"), put_off)
    page.goto(f"/cases/{case.slug}/edit/?step=all")
    page.get_by_label("Results").fill("Three days instead of twenty.")
    expect(saving_state(page)).to_contain_text("saved on this device", use_inner_text=True)
    assert WorkingCopy.objects.filter(case=case).count() == 0
    is_busy = False
    expect(saving_state(page)).to_contain_text("Draft saved at", use_inner_text=True)
    assert WorkingCopy.objects.get(case=case).document["results"] == (
        "Three days instead of twenty."
    )
    # The browser tells of the answer that was wanted, and of no other.
    assert [line for line in page.complaints if "429" not in line] == []
    page.complaints.clear()


def test_save_after_a_lost_connection(writer, case):
    page = writer()
    hurry_saving(page)
    page.goto(f"/cases/{case.slug}/edit/?step=all")
    page.context.set_offline(True)
    page.get_by_label("Results").fill("Three days instead of twenty.")
    expect(saving_state(page)).to_contain_text("offline", use_inner_text=True)
    page.context.set_offline(False)
    expect(saving_state(page)).to_contain_text("Draft saved at", use_inner_text=True)
    assert WorkingCopy.objects.get(case=case).document["results"] == (
        "Three days instead of twenty."
    )
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.complaints.clear()  # of the line that was down


def test_close_the_browser_while_offline(writer, case):
    page = writer()
    hurry_saving(page)
    page.goto(f"/cases/{case.slug}/edit/?step=all")
    page.context.set_offline(True)
    page.get_by_label("Results").fill("Typed in a tunnel.")
    expect(saving_state(page)).to_contain_text("offline", use_inner_text=True)
    page.close()
    other = page.context.new_page()
    page.context.set_offline(False)
    other.goto(f"/cases/{case.slug}/edit/?step=all")
    expect(other.get_by_label("Results")).to_have_value("Typed in a tunnel.")
    assert WorkingCopy.objects.get(case=case).document["results"] == "Typed in a tunnel."
    page.complaints.clear()


@pytest.mark.parametrize("path", ["new", "edit"])
def test_login_expires_while_writing(path, writer, case):
    page = writer()
    hurry_saving(page)
    page.goto(NEW if path == "new" else f"/cases/{case.slug}/edit/?step=all")
    Session.objects.all().delete()
    page.get_by_label("Results").fill("Written without a session.")
    expect(saving_state(page)).to_contain_text("signed out", use_inner_text=True)
    click_and_load(page.get_by_role("link", name="Sign in to continue"))
    log_in_again(page)
    expect(page.get_by_label("Results")).to_have_value("Written without a session.")
    page.complaints.clear()  # of the 401
    WorkingCopy.objects.all().delete()


@pytest.mark.parametrize("path", ["new", "edit"])
def test_login_expires_without_javascript(path, writer, case):
    page = writer(java_script_enabled=False)
    page.goto(NEW if path == "new" else f"/cases/{case.slug}/edit/?step=all")
    Session.objects.all().delete()
    page.get_by_label("Title").first.fill("By bus")
    page.get_by_label("Results").fill("Written without a session.")
    click_and_load(page.get_by_role("button", name="Save draft").last)
    expect(page.locator(".messages")).to_contain_text("Your text is saved")
    log_in_again(page)
    assert page.get_by_label("Results").input_value() == "Written without a session."
    click_and_load(page.get_by_role("button", name="Save draft").last)
    expect(page.locator(".messages")).to_contain_text("Draft saved.")
    assert CaseStudy.objects.get(title="By bus").results == "Written without a session."
    CaseStudy.objects.filter(title="By bus").delete()


@pytest.mark.parametrize("script", [True, False])
def test_two_browsers_lose_nothing(script, writer, case):
    first = writer(java_script_enabled=script)
    second = writer(java_script_enabled=script)
    for page in (first, second):
        page.goto(f"/cases/{case.slug}/edit/?step=all")
    first.get_by_label("Results").fill("Two days.")
    first.locator("#id_cost").fill("2 million")
    click_and_load(first.get_by_role("button", name="Save draft").last)
    first.get_by_text("Draft saved.").wait_for()
    second.get_by_label("Results").fill("Three days.")
    second.get_by_label("Lessons").fill("Pay the drivers.")
    click_and_load(second.get_by_role("button", name="Save draft").last)
    changes = second.locator(".changes")
    expect(changes).to_contain_text("Someone else saved this case while you were writing")
    assert changes.locator("del").first.text_content().endswith(" Two ")
    assert changes.locator("ins").first.text_content().endswith(" Three ")
    case.refresh_from_db()
    assert (case.results, case.lessons) == ("Two days.", "")
    if script:
        assert violations(second, "dark") == []
    second.get_by_label("Results").fill("Two days, in the rains three days.")
    click_and_load(second.get_by_role("button", name="Save draft").last)
    second.get_by_text("Draft saved.").wait_for()
    case.refresh_from_db()
    assert (case.results, case.lessons, case.cost) == (
        "Two days, in the rains three days.",
        "Pay the drivers.",
        "2 million",
    )


def test_form_fits_a_narrow_screen(writer, case):
    page = writer(viewport={"width": 320, "height": 640})
    page.goto(f"/cases/{case.slug}/edit/?step=all")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("size", [(360, 640), (1280, 800)])
@pytest.mark.parametrize("step", ["1", "2", "3", "4", "5", "all"])
def test_focus_is_never_hidden(step, size, writer, case):
    page = writer(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page.goto(f"/cases/{case.slug}/edit/?step={step}")
    found = stops(page)
    assert (found["hidden"], len(found["all"]) > 20) == ([], True)
