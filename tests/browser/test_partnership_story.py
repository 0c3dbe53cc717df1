"""From "Find a partner city" on a case to the case of a completed partnership, in browsers: as
those who speak for two cities, and as the broker between them."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import User
from partnerships.models import Match, Partnership, PartnershipRequest, Representation
from repository.models import CaseStatus, City
from tests.browser.steps import click_and_load, decide, press
from tests.collection import signed_in
from tests.community.conftest import run_queue
from tests.conftest import staff
from tests.factories import RepresentationFactory, UserFactory
from tests.files import PDF
from tests.second_factors import add_totp

pytestmark = pytest.mark.slow(30)

CASE = "/cases/zhengzhou/"
CASE_TITLE = "Rail transport and bonded imports in landlocked Zhengzhou"
TITLE = "Parcels from Cotonou by rail"
CHALLENGE = "Parcels wait twenty days between the port and the villages of the north."
RESULT = "They arrive within a week, and traders know on which day."
QUESTION = "How many parcels leave your port in a week?"
PASSED = "How many parcels are there in a week?"
PLAN = "Four officers learn in Zhengzhou in March; a bonded warehouse opens in June."
PROGRESS = "The warehouse is open, and the first train has come."
OUTCOME = "Parcels arrive in six days instead of twenty."
PDF_FILE = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed: compressing those of the admin takes too long."""
    return serve()


@pytest.fixture(autouse=True)
def _world(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def enter(open_page, site):
    """A page in a new browser in which the person is signed in."""

    def enter(user: User):
        page = open_page(base_url=site)
        session = signed_in(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return enter


@pytest.fixture
def amina(collection):
    """She works for Cotonou, and nobody knows it yet."""
    return UserFactory(handle="amina", display_name="Amina A.", email="amina@cotonou.example")


@pytest.fixture
def li(collection):
    """He speaks for Zhengzhou."""
    li = UserFactory(handle="li", display_name="Li L.", email="li@zhengzhou.example")
    city = City.objects.get(slug="zhengzhou")
    RepresentationFactory(
        member=li,
        city=city,
        place="Zhengzhou",
        position="Rail office",
        official_email="rail@zhengzhou.example",
    )
    return li


@pytest.fixture
def broker(collection):
    broker = staff("Brokers", "broker")
    add_totp(broker)
    return broker


def expect_message(page, words: str) -> None:
    expect(page.locator(".messages")).to_contain_text(words)


def done_at_desk(page, words: str = "") -> None:
    expect(page.locator(".messagelist .success")).to_contain_text(words)


def ask_to_speak(page) -> None:
    page.goto("/partnerships/cities/ask/")
    page.get_by_label("City", exact=True).fill("Cotonou, Benin")
    page.get_by_label("Your position").fill("Head of the port office")
    page.get_by_label("Official email address").fill("amina@cotonou.example")
    page.get_by_label("Letter from your office").set_input_files(PDF_FILE)
    press(page, "Send request")
    expect_message(page, "A broker will review your request")


def let_speak(page) -> None:
    page.goto("/admin/")
    page.get_by_text("Everything to do, by task").click()
    click_and_load(page.get_by_role("link", name="Requests to represent a city or organisation"))
    click_and_load(page.get_by_role("link", name="Cotonou").first)
    letter = page.get_by_role("link", name="Read the letter (PDF)").get_attribute("href")
    assert page.request.get(letter).body() == PDF
    click_and_load(page.get_by_role("button", name="Approve", exact=True))
    done_at_desk(page, "Approved: Cotonou")


def want_this(page) -> None:
    """Write a request from the case, and hand it in."""
    page.goto(CASE)
    click_and_load(page.get_by_role("link", name="Find a partner city").first)
    title = page.get_by_label("Title")
    expect(title).to_have_value(f"We’re interested: {CASE_TITLE}")
    rail = page.get_by_label("Rail corridor for mid-priced goods").first
    # Nothing is ticked in advance.
    expect(rail).not_to_be_checked()
    rail.check()
    page.locator("#field-themes summary").click()
    page.get_by_label("Logistics and delivery").first.check()
    title.fill(TITLE)
    page.get_by_label("The challenge").fill(CHALLENGE)
    page.get_by_label("What result do you want?").fill(RESULT)
    press(page, "Save and continue")
    page.get_by_label("What is the situation today?").fill("20 days in 2026")
    languages = page.get_by_role("group", name="Languages you can work in")
    languages.locator("summary").click()
    languages.get_by_label("English").check()
    press(page, "Save and continue")
    page.get_by_label("What can your city contribute?").fill("A hall at the port.")
    press(page, "Save and continue")
    page.get_by_role("group", name="Kinds of cooperation").get_by_label("Training").check()
    page.get_by_role("group", name="Who can see the request").get_by_label("Everyone").check()
    press(page, "Save and check your answers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")


def submit(page) -> PartnershipRequest:
    press(page, "Submit request")
    expect_message(page, "Request submitted.")
    return PartnershipRequest.objects.get(title=TITLE)


def open_it(page) -> None:
    page.goto("/admin/")
    click_and_load(page.get_by_role("link", name=re.compile(f"^Review request.*{TITLE}$")))
    click_and_load(page.get_by_role("button", name="Open request", exact=True))
    done_at_desk(page, "Opened")


def ask_both(page, asked: PartnershipRequest) -> Match:
    """Choose a city from the ranking for its reasons, and ask both."""
    page.goto("/admin/")
    click_and_load(page.get_by_role("link", name=re.compile(f"^Propose.*{TITLE}$")))
    click_and_load(page.get_by_role("link", name=TITLE, exact=True))
    ranking = page.locator(
        "section", has=page.get_by_role("heading", name=re.compile("^[0-9]+ candidate"))
    )
    row = ranking.locator("article", has=page.get_by_role("link", name="Zhengzhou", exact=True))
    expect(row.locator(".headline")).to_contain_text("Zhengzhou")
    click_and_load(row.get_by_role("button", name=re.compile("^Make candidate.*Zhengzhou$")))
    done_at_desk(page, "Zhengzhou added as a candidate.")
    so_far = page.locator("section", has=page.get_by_role("heading", name="Selected candidates"))
    click_and_load(so_far.get_by_role("link", name="Zhengzhou", exact=True))
    page.get_by_label("Message to both cities").fill("You both trade far from the sea or by it.")
    click_and_load(page.get_by_role("button", name="Propose to both cities"))
    done_at_desk(page)
    return asked.matches.get()


def ask_and_answer(match: Match, li, amina, broker) -> None:
    """A question goes to the other city and comes back, each time through the broker."""
    path, at_desk = match.get_absolute_url(), broker.url
    li.goto(path)
    li.get_by_text("Ask the other city a question").click()
    li.get_by_label("Your question").fill(QUESTION)
    press(li, "Send question")
    expect(li.get_by_role("main")).to_contain_text("The brokers have it and will forward it.")
    amina.goto(path)
    expect(amina.get_by_role("main")).not_to_contain_text(QUESTION)
    broker.goto(at_desk)
    broker.get_by_label("Question for the other city").fill(PASSED)
    click_and_load(broker.get_by_role("button", name="Forward question"))
    done_at_desk(broker)
    amina.reload()
    expect(amina.locator(".question")).to_contain_text(PASSED)
    amina.get_by_label("Your answer").fill("About 900.")
    press(amina, "Send answer")
    broker.goto(at_desk)
    click_and_load(broker.get_by_role("button", name="Forward answer"))
    done_at_desk(broker)
    li.reload()
    expect(li.locator(".question")).to_contain_text("About 900.")


def accept(page, match: Match) -> None:
    page.goto(match.get_absolute_url())
    press(page, "Accept proposal")


def open_part(page, name: str) -> None:
    """Open a part of the page of two introduced cities."""
    parts = page.get_by_role("navigation", name="Sections")
    click_and_load(parts.get_by_role("link", name=name))
    expect(parts.locator("[aria-current=page]")).to_have_text(name)


def work_out_a_plan(match: Match, li, amina) -> None:
    """A message, a file, a date, and a plan to which both agree."""
    li.goto(match.get_absolute_url())
    li.get_by_label("Your message").fill("Come in March, when it is warm.")
    press(li, "Send message")
    expect(li.locator(".comments")).to_contain_text("when it is warm")
    open_part(li, "Files and meetings")
    li.get_by_text("Share a file").click()
    li.get_by_label("File", exact=True).set_input_files(PDF_FILE)
    li.get_by_label("Description").fill("Timetable of the trains")
    press(li, "Share file")
    amina.goto(match.get_absolute_url())
    open_part(amina, "Files and meetings")
    expect(amina.get_by_role("link", name="Timetable of the trains")).to_be_visible()
    open_part(amina, "Files and meetings")
    amina.get_by_text("Schedule a meeting").click()
    amina.get_by_label("Purpose").fill("First call")
    amina.get_by_label("Day").fill(f"{timezone.localdate() + timedelta(days=9)}")
    amina.get_by_label("Time", exact=True).fill("09:30")
    press(amina, "Schedule meeting")
    open_part(amina, "Agreement")
    amina.get_by_label("What you want to do together").fill(PLAN)
    press(amina, "Save plan")
    press(amina, "We agree to this plan")
    expect(amina.locator(".agreed")).to_contain_text("Zhengzhou has not agreed yet.")
    li.goto(match.get_absolute_url())
    open_part(li, "Files and meetings")
    expect(li.get_by_role("main")).to_contain_text("First call")
    open_part(li, "Agreement")
    expect(li.locator("#plan + .prose")).to_contain_text(PLAN)
    press(li, "We agree to this plan")


def write_down(page, partner) -> Partnership:
    """The agreement is half a year old: a report is due. They had been introduced before that.

    The other city confirms it.
    """
    Match.objects.update(introduced_at=timezone.now() - timedelta(days=190))
    open_part(page, "Agreement")
    click_and_load(page.get_by_role("link", name="Record your agreement"))
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    expect(page.get_by_label("Description")).to_have_value(PLAN)
    page.get_by_label("Description").fill("Zhengzhou shows Cotonou how goods go by rail.")
    page.get_by_label("Agreed on").fill(f"{timezone.localdate() - timedelta(days=183)}")
    page.get_by_label("Signed agreement").set_input_files(PDF_FILE)
    press(page, "Record agreement")
    expect_message(page, "Agreement recorded")
    assert not Partnership.objects.exists()
    partner.goto(page.url)
    expect(partner.get_by_role("region", name="Waiting for confirmation")).to_contain_text(TITLE)
    press(partner, "Confirm for Cotonou")
    expect_message(partner, "Partnership recorded")
    page.goto(partner.url)
    return Partnership.objects.get(title=TITLE)


def take_step(page, label: str, message: str, words: str = "") -> None:
    open_part(page, "Progress")
    step = page.locator("details.step", has_text=label)
    step.locator("summary").click()
    if words:
        step.get_by_role("textbox").fill(words)
    click_and_load(step.get_by_role("button", name=label))
    expect_message(page, message)


def report(page) -> None:
    """With the link of a mail, and without signing in."""
    call_command("ask_cities", verbosity=0)
    sent = {
        message.to[0]: message
        for message in run_queue()
        if "How is your partner" in message.subject
    }
    assert {"amina@cotonou.example", "li@zhengzhou.example"} == {*sent}
    page.goto(re.search(r"https?://[^/]+(\S+)", sent["amina@cotonou.example"].body)[1])
    page.get_by_label("On track").check()
    page.get_by_label("What have you done since the last report?").fill(PROGRESS)
    page.get_by_label("What is your figure today?").fill("6 days in 2027")
    press(page, "Submit report")
    expect(page.get_by_role("heading", level=1)).to_have_text("Progress report submitted")


def write_up(page, partnership: Partnership):
    page.goto(partnership.get_absolute_url())
    open_part(page, "Progress")
    press(page, "Write the case")
    expect(page.get_by_label("Title").first).to_have_value(TITLE)
    expect(page.get_by_label("Challenge", exact=True)).to_have_value(re.compile(CHALLENGE))
    expect(page.get_by_label("Results", exact=True)).to_have_value(re.compile(OUTCOME))
    press(page, "Save and submit")
    press(page, "Submit case")
    expect(page.locator(".notice").first).to_contain_text("Submitted")
    partnership.refresh_from_db()
    return partnership.resulting_case


def test_story_of_a_partnership(enter, open_page, site, amina, li, broker):
    amina, li, broker = map(enter, (amina, li, broker))
    ask_to_speak(amina)
    let_speak(broker)
    assert Representation.objects.current().filter(city__name="Cotonou").exists()

    want_this(amina)
    asked = submit(amina)
    open_it(broker)
    match = ask_both(broker, asked)
    ask_and_answer(match, li, amina, broker)

    # Who speaks for the other city, both learn when both have said yes, and not before.
    hidden = [(amina, "Li L."), (amina, "@zhengzhou"), (li, "Amina"), (li, "@cotonou")]
    accept(amina, match)
    for page, words in hidden:
        page.goto(match.get_absolute_url())
        expect(page.get_by_role("main")).not_to_contain_text(words)
    accept(li, match)
    for page, words in hidden:
        page.goto(match.get_absolute_url())
        expect(page.get_by_role("region", name="Contacts")).to_contain_text(words)

    work_out_a_plan(match, li, amina)
    partnership = write_down(li, amina)
    visitor = open_page(base_url=site)
    report(visitor)
    amina.goto(partnership.get_absolute_url())
    open_part(amina, "Progress")
    expect(amina.get_by_role("main")).to_contain_text(PROGRESS)
    take_step(amina, "Mark as completed", "Partnership completed.", OUTCOME)
    case = write_up(amina, partnership)
    moderator = enter(User.objects.get(handle="moderator"))
    decide(moderator, TITLE, "Approve")
    case.refresh_from_db()
    assert case.status == CaseStatus.PUBLISHED
    for page in (amina, li):
        page.goto(partnership.get_absolute_url())
        open_part(page, "Agreement")
        press(page, "Make public")

    visitor.goto(partnership.get_absolute_url())
    facts = visitor.locator("aside .glance")
    began = facts.get_by_role("link", name=CASE_TITLE)
    expect(began).to_have_attribute("href", CASE)
    click_and_load(facts.get_by_role("link", name=TITLE))
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(visitor.locator("#results")).to_contain_text(OUTCOME)
    back = visitor.get_by_role("paragraph").filter(has_text="Written up from the partnership:")
    expect(back.get_by_role("link")).to_have_attribute("href", partnership.get_absolute_url())
    visitor.goto(CASE)
    led = visitor.get_by_role("paragraph").filter(has_text="Partnerships it inspired:")
    expect(led.get_by_role("link", name=TITLE)).to_be_visible()
