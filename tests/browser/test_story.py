"""The whole story in browsers: from signing up to a comment that is hidden and shown again."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import Comment, Standing, User
from community.notices import digests
from repository.models import CaseStatus, CaseStudy, Theme
from tests.browser.steps import click_and_load, decide, hurry_saving, press, saving_state
from tests.collection import signed_in
from tests.community.conftest import link_in, run_queue
from tests.factories import CommentFactory, UserFactory

PASSWORD = "nineteen quiet lanterns"
TITLE = "Parcels ride on the night bus"
CHALLENGE = "Parcels waited twenty days at the border, and small traders gave up."
RESULTS = "Three days instead of twenty, in the year of the rains as well."


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed: compressing those of the admin takes too long."""
    return serve()


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    # Mail notices as they come, not together after an hour.
    monkeypatch.setattr(digests, "BUNDLED_FOR", timedelta(0))
    # Mail about a publication before it can no longer be undone.
    monkeypatch.setattr(digests, "HELD_FOR", timedelta(0))


@pytest.fixture
def enter(open_page, site):
    """A page in a new browser in which the person is signed in."""

    def enter(handle: str):
        page = open_page(base_url=site)
        session = signed_in(User.objects.get(handle=handle)).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return enter


def message_about(words: str):
    """Run the queue; return the one message whose subject holds the words."""
    [message] = [message for message in run_queue() if words in message.subject]
    return message


def sign_up(page) -> User:
    page.goto("/accounts/signup/")
    page.get_by_label("Email address").fill("amina@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Create account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
    page.goto(link_in(message_about("Confirm your email address")))
    press(page, "Confirm email address")
    expect(page.locator(".messages")).to_contain_text("amina@example.org confirmed")
    expect(page.locator(".messages")).to_contain_text("You’re signed in.")
    return User.objects.get(email="amina@example.org")


def write_and_lose_the_line(page) -> None:
    hurry_saving(page)
    page.goto("/cases/new/?step=all")
    page.get_by_label("Title").first.fill(TITLE)
    expect(saving_state(page)).to_contain_text("Draft saved at", use_inner_text=True)
    page.context.set_offline(True)
    page.get_by_label("Challenge", exact=True).fill(CHALLENGE)
    expect(saving_state(page)).to_contain_text("offline", use_inner_text=True)
    page.context.set_offline(False)
    expect(saving_state(page)).to_contain_text("Draft saved at", use_inner_text=True)
    assert all("INTERNET_DISCONNECTED" in complaint for complaint in page.complaints)
    page.complaints.clear()
    # What was typed without a line is there in another window.
    other = page.context.new_page()
    other.goto("/desk/")
    other.goto("/cases/new/")
    click_and_load(other.get_by_role("link", name=TITLE))
    expect(other.get_by_label("Challenge", exact=True)).to_have_value(CHALLENGE)
    other.close()


def submit(page) -> CaseStudy:
    press(page, "Save and submit")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    press(page, "Submit case")
    expect(page.locator(".notice").first).to_contain_text("Submitted")
    return CaseStudy.objects.get(title=TITLE)


def post_comment(page, words: str) -> Comment:
    form = page.locator(".discussion > .comment-form")
    form.get_by_role("textbox", name="Add a comment").fill(words)
    click_and_load(form.get_by_role("button", name="Post comment"))
    expect(page.locator(".comment", has_text=words)).to_be_visible()
    return Comment.objects.get(body=words)


def test_whole_story(open_page, enter, site):
    joao = UserFactory(handle="joao", display_name="João", email="joao@example.org")
    CommentFactory(author=joao)  # no newcomer: what he writes appears at once
    page = open_page(base_url=site)
    amina = sign_up(page)
    write_and_lose_the_line(page)

    page.get_by_label("Summary", exact=True).fill("Buses carry parcels to the villages.")
    page.locator("#id_cities").fill("Zhengzhou, China")
    page.get_by_label(str(Theme.objects.first()), exact=True).check()
    case = submit(page)
    moderator = enter("moderator")
    decide(moderator, TITLE, "Request changes", "What came of it?")
    case.refresh_from_db()
    assert case.status == CaseStatus.CHANGES_REQUESTED
    assert "> What came of it?" in message_about("requested changes").body

    page.goto("/desk/")
    expect(page.get_by_role("region", name="To do")).to_contain_text("What came of it?")
    page.goto(f"/cases/{case.slug}/edit/")
    page.get_by_label("Results", exact=True).fill(RESULTS)
    submit(page)
    decide(moderator, TITLE, "Approve")
    assert case.get_absolute_url() in message_about("was published").body
    visitor = open_page(base_url=site)
    visitor.goto(case.get_absolute_url())
    expect(visitor.locator("#results")).to_contain_text(RESULTS)

    reader = enter("joao")
    reader.goto(case.get_absolute_url())
    question = post_comment(reader, "Who pays the drivers at night?")
    page.goto(case.get_absolute_url())
    asked = page.locator(f"#comment-{question.pk}")
    asked.get_by_role("link", name="Reply").click()
    answer_box = asked.get_by_role("textbox", name="Your reply")
    answer_box.fill("The operator does, @joao.")
    asked.get_by_role("button", name="Post reply").click()
    answer = page.locator(".answers .comment", has_text="The operator does")
    expect(answer.get_by_role("link", name="@joao")).to_have_attribute("href", "/members/joao/")
    told = Comment.objects.get(author=amina)
    assert (told.parent, told.standing) == (question, Standing.PUBLISHED)
    reader.goto("/notifications/")
    expect(reader.locator(".notices li").first).to_contain_text("mentioned you in a comment")

    for number in range(3):
        neighbour = enter(UserFactory(handle=f"neighbour-{number}").handle)
        neighbour.goto(case.get_absolute_url())
        click_and_load(neighbour.locator(f"#comment-{told.pk}").get_by_role("link", name="Flag"))
        neighbour.get_by_label("Off topic").check()
        press(neighbour, "Send flag")
        expect(neighbour.locator(".message")).to_contain_text("A moderator will review your flag.")
        neighbour.context.close()
    visitor.goto(case.get_absolute_url())
    expect(visitor.locator(f"#comment-{told.pk}")).to_have_count(0)
    decide(moderator, "The operator does", "Hide", "This does not belong here.")

    page.goto("/desk/")
    click_and_load(page.get_by_role("link", name="View decision").first)
    page.get_by_label("Why should this decision be reviewed?").fill("It answers the question.")
    press(page, "Send appeal")
    expect(page.locator("blockquote.words").last).to_have_text("It answers the question.")
    moderator.goto("/admin/?kind=appeal")
    click_and_load(moderator.get_by_role("link", name="It answers the question."))
    expect(moderator.get_by_role("main")).to_contain_text(
        "You made the original decision. Another moderator must decide the appeal."
    )
    expect(moderator.get_by_role("button", name="Restore")).to_have_count(0)

    run_queue()
    other = enter("administrator")
    other.goto("/admin/?kind=appeal")
    click_and_load(other.get_by_role("link", name="It answers the question."))
    other.get_by_label("Your answer").fill("It does.")
    click_and_load(other.get_by_role("button", name="Restore"))
    expect(other.locator(".messagelist")).to_contain_text("Restored")
    assert "> It does." in message_about("Your appeal about").body
    visitor.goto(case.get_absolute_url())
    expect(visitor.locator(f"#comment-{told.pk}")).to_contain_text("The operator does")
