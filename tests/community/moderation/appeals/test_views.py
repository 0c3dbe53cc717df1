import pytest
from django.urls import reverse

from community.models import Appeal, Flag, Verb
from community.moderation.appeals.actions import decide_appeal
from community.moderation.decisions.actions import decide
from community.moderation.decisions.undo import undo
from community.moderation.reviews import case_review
from tests.factories import CaseStudyFactory, CommentFactory, UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(member, moderator):
    return decide(
        subject=CommentFactory(author=member, body="On topic."),
        verb=Verb.HIDE,
        by=moderator,
        reason="off-topic",
        message="<b>Post it elsewhere.</b>",
    )


def url_of(decision) -> str:
    return reverse("community:appeal_new", args=[decision.pk])


def test_appeal(client, member, hidden):
    client.force_login(member)
    page = page_of(client.get(url_of(hidden)))
    assert [each.text for each in page.select("blockquote")] == [
        "<b>Post it elsewhere.</b>",
        "On topic.",
    ]
    response = client.post(url_of(hidden), {"words": "It is on topic."})
    assert (response.status_code, response.url) == (302, url_of(hidden))
    made = Appeal.objects.get()
    assert (made.decision, made.by, made.words) == (hidden, member, "It is on topic.")
    page = page_of(client.get(url_of(hidden)))
    assert (len(page.select(".notice")), url_of(hidden) in [f.action for f in page.forms]) == (
        1,
        False,
    )


def test_appeal_by_get_changes_nothing(client, member, hidden):
    client.force_login(member)
    client.get(url_of(hidden), {"words": "Why?"})
    assert not Appeal.objects.exists()


def test_appeal_twice_is_harmless(client, member, hidden):
    client.force_login(member)
    for _time in range(2):
        response = client.post(url_of(hidden), {"words": "Why?"})
    page = page_of(response)
    assert (page.status, page.alerts) == (200, [])
    assert Appeal.objects.count() == 1


def test_appeal_against_an_approval_is_refused(client, member, moderator):
    decision = decide(
        subject=CommentFactory(author=member, pending=True), verb=Verb.APPROVE, by=moderator
    )
    client.force_login(member)
    page = page_of(client.get(url_of(decision)))
    assert (len(page.select(".notice")), url_of(decision) in [f.action for f in page.forms]) == (
        1,
        False,
    )
    client.post(url_of(decision), {"words": "Why?"})
    assert not Appeal.objects.exists()


def test_appeal_for_other_authors_of_a_case(client, member, colleague, moderator):
    case = CaseStudyFactory(status="submitted", title="Parcels", authors=[member, colleague])
    words = {"reason": "off-topic", "message": "No."}
    decision = case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **words)
    path = url_of(decision)
    client.force_login(colleague)
    assert path in [url for _name, url in page_of(client.get("/desk/")).links]
    assert page_of(client.get("/notifications/")).link("Parcels") == path
    page = page_of(client.get(path))
    assert "Your case “Parcels”" in [name for name, _url in page.links]
    assert page.form(path).buttons == ["Send appeal"]
    client.post(path, {"words": "It was on topic."})
    client.force_login(member)
    page = page_of(client.get(path))
    assert [line for line in page.lines if line.startswith(f"{colleague} ")]
    # What one author wrote to the moderators is between them.
    assert "It was on topic." not in page.html
    assert page_of(client.get("/notifications/")).link("Parcels") == path
    # What was written in the meantime is not lost.
    page = page_of(client.post(path, {"words": "I <b>write</b> as well."}))
    assert len(page.alerts) == 1
    assert page.select("blockquote")[-1].text == "I <b>write</b> as well."
    assert Appeal.objects.count() == 1


def test_appeal_shows_its_answer(client, member, hidden, administrator):
    client.force_login(member)
    client.post(url_of(hidden), {"words": "Why?"})
    decide_appeal(
        appeal=Appeal.objects.get(), by=administrator, outcome="upheld", answer="It is not."
    )
    page = page_of(client.get(url_of(hidden)))
    assert page.one("p strong").text == "Decision upheld"
    assert page.select("blockquote")[-1].text == "It is not."


def test_decision_to_dismiss_flags_is_not_shown_to_the_author(client, member, moderator):
    subject = CommentFactory(author=member)
    Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    dismissed = decide(subject=subject, verb=Verb.DISMISS, by=moderator)
    client.force_login(member)
    assert client.get(url_of(dismissed)).status_code == 404
    undoing = undo(decision=dismissed, by=moderator, message="They were right.")
    assert client.get(url_of(undoing)).status_code == 404
    assert client.get("/desk/").context["contributions"][0].decision is None
