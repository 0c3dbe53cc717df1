"""A discussion in a browser, with scripts and without."""

import pytest
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import Comment, Standing, User
from repository.models import CaseStudy
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.factories import CommentFactory, UserFactory

PATH = "/cases/zhengzhou/"


@pytest.fixture(scope="module")
def thread(site):
    """A comment of another member on the case, with an answer; the member is no newcomer."""
    case = CaseStudy.objects.get(slug="zhengzhou")
    member = User.objects.get(handle="member")
    other = UserFactory(handle="amina-diallo", display_name="Amina Diallo")
    head = CommentFactory(subject=case, author=other, body="Who **pays** at night?")
    CommentFactory(subject=case, author=member, parent=head, body="The operator does.")
    return head


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def sign_in(site, open_page):
    """Open pages as the member."""
    session = signed_in(User.objects.get(handle="member")).cookies["sessionid"].value

    def opened(**options):
        page = open_page(base_url=site, **options)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return opened


def test_answer_in_place_and_name_somebody(sign_in, thread):
    page = sign_in()
    page.goto(PATH)
    comment = page.locator(f"#comment-{thread.pk}")
    comment.get_by_role("link", name="Reply").click()
    box = comment.get_by_role("textbox", name="Your reply")
    box.wait_for()
    page.wait_for_function("document.activeElement.name === 'body'")
    # Names that are open leave the button where it is, until it was pressed.
    # On a slow machine the first letters find names as well.
    with page.expect_response("**/mentions/?q=amina-diallo"):
        box.press_sequentially("Thank you @amina-diallo", delay=20)
    option = page.get_by_role("option", name="Amina Diallo")
    option.wait_for()
    place = comment.get_by_role("button", name="Post reply").bounding_box()
    page.mouse.move(place["x"] + 5, place["y"] + 5)
    page.mouse.down()
    assert comment.get_by_role("button", name="Post reply").bounding_box() == place
    page.mouse.move(0, 0)
    page.mouse.up()
    option.wait_for(state="detached")
    box.fill("")
    with page.expect_response("**/mentions/?q=ami"):
        box.press_sequentially("Thank you @ami", delay=20)
    option = page.get_by_role("option", name="Amina Diallo")
    option.wait_for()
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.press("Enter")
    assert box.input_value() == "Thank you @amina-diallo "
    comment.get_by_role("button", name="Post reply").click()
    page.wait_for_url("**#comment-*")
    answer = Comment.objects.get(body="Thank you @amina-diallo")
    assert (answer.parent, answer.standing) == (thread, Standing.PUBLISHED)
    mention = page.locator(f"#comment-{answer.pk}").get_by_role("link", name="@amina-diallo")
    assert mention.get_attribute("href") == "/members/amina-diallo/"


def test_mark_as_helpful_in_place(sign_in, thread):
    page = sign_in()
    page.goto(PATH)
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    button = page.locator(f"#helpful-{thread.pk}").get_by_role("button")
    for pressed in ("true", "false"):
        button.click()
        page.wait_for_selector(f"#helpful-{thread.pk} [aria-pressed={pressed}]")
    assert (loads, thread.helpful_marks.count()) == ([], 0)


def test_discuss_without_scripts(sign_in, thread):
    page = sign_in(java_script_enabled=False)
    page.goto(PATH)
    click_and_load(page.locator(f"#comment-{thread.pk}").get_by_role("link", name="Reply"))
    page.get_by_role("textbox", name="Your reply").fill("Without scripts, in answer.")
    click_and_load(page.get_by_role("button", name="Post reply"))
    answer = Comment.objects.get(body="Without scripts, in answer.")
    assert page.url.endswith(f"{PATH}#comment-{answer.pk}")
    click_and_load(page.locator(f"#comment-{answer.pk}").get_by_role("link", name="Edit"))
    page.get_by_role("textbox", name="Your comment").fill("Other words.")
    click_and_load(page.get_by_role("button", name="Save changes"))
    click_and_load(page.locator(f"#comment-{answer.pk}").get_by_role("link", name="edited"))
    expect(page.locator("ins").first).to_have_text("Other words.")
    page.go_back()
    click_and_load(page.locator(f"#helpful-{thread.pk}").get_by_role("button"))
    assert page.url.endswith(f"{PATH}#comment-{thread.pk}")
    assert thread.helpful_marks.count() == 1
    click_and_load(page.locator(f"#comment-{answer.pk}").get_by_role("link", name="Delete"))
    click_and_load(page.get_by_role("button", name="Delete comment"))
    expect(page.locator(f"#comment-{answer.pk}")).to_have_count(0)


@pytest.mark.parametrize("address", [PATH, "/comments/{}/reply/", "/comments/{}/history/"])
def test_pages_are_accessible(sign_in, thread, address):
    page = sign_in()
    response = page.goto(address.format(thread.pk))
    assert response.status == 200
    assert "unsafe" not in response.headers["content-security-policy"]
    assert violations(page, "light", "dark") == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert width_over(page) == 0
