import pytest
from django.urls import reverse

from community.models import Appeal, Verb
from community.moderation.appeals.actions import decide_appeal
from community.moderation.decisions.actions import decide
from community.moderation.reviews import case_review
from tests.factories import CaseStudyFactory, CommentFactory

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


def address(decision) -> str:
    return reverse("community:appeal_new", args=[decision.pk])


def test_appeal(client, member, hidden):
    client.force_login(member)
    page = client.get(address(hidden)).text
    assert "&lt;b&gt;Post it elsewhere.&lt;/b&gt;" in page
    assert "On topic." in page
    response = client.post(address(hidden), {"words": "It is on topic."})
    assert (response.status_code, response.url) == (302, address(hidden))
    made = Appeal.objects.get()
    assert (made.decision, made.by, made.words) == (hidden, member, "It is on topic.")
    assert "It waits for somebody else" in client.get(address(hidden)).text


def test_appeal_of_a_stranger_is_not_found(client, stranger, moderator, hidden):
    for person in (stranger, moderator):
        client.force_login(person)
        assert client.get(address(hidden)).status_code == 404
        assert client.post(address(hidden), {"words": "Why?"}).status_code == 404
    assert not Appeal.objects.exists()


def test_appeal_signed_out_leads_to_the_sign_in(client, hidden):
    for act in (client.get, client.post):
        assert act(address(hidden)).url == f"/accounts/login/?next={address(hidden)}"


def test_appeal_by_get_changes_nothing(client, member, hidden):
    client.force_login(member)
    client.get(address(hidden), {"words": "Why?"})
    assert not Appeal.objects.exists()


def test_appeal_twice_is_harmless(client, member, hidden):
    client.force_login(member)
    for _time in range(2):
        response = client.post(address(hidden), {"words": "Why?"})
    assert response.status_code == 200
    assert Appeal.objects.count() == 1
    assert "It was not sent" not in response.text


def test_appeal_against_an_approval_is_refused(client, member, moderator):
    decision = decide(
        subject=CommentFactory(author=member, pending=True), verb=Verb.APPROVE, by=moderator
    )
    client.force_login(member)
    assert "There is no appeal against this decision" in client.get(address(decision)).text
    client.post(address(decision), {"words": "Why?"})
    assert not Appeal.objects.exists()


def test_appeal_for_other_authors_of_a_case(client, member, colleague, moderator):
    case = CaseStudyFactory(status="submitted", title="Parcels", authors=[member, colleague])
    words = {"reason": "off-topic", "message": "No."}
    decision = case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **words)
    path = address(decision)
    client.force_login(colleague)
    assert f'href="{path}"' in client.get("/desk/").text
    assert f'href="{path}"' in client.get("/notifications/").text
    page = client.get(path).text
    assert ("Your case “Parcels”" in page, "once for all of them" in page) == (True, True)
    client.post(path, {"words": "It was on topic."})
    client.force_login(member)
    page = client.get(path).text
    assert f"{colleague} has appealed" in page
    # What one author wrote to the moderators is between them.
    assert "It was on topic." not in page
    assert f'href="{path}"' in client.get("/notifications/").text
    # Written before the page told so, it is not lost.
    page = client.post(path, {"words": "I <b>write</b> as well."}).text
    assert ("It was not sent" in page, "I &lt;b&gt;write&lt;/b&gt; as well." in page) == (
        True,
        True,
    )
    assert Appeal.objects.count() == 1


def test_appeal_shows_its_answer(client, member, hidden, administrator):
    client.force_login(member)
    client.post(address(hidden), {"words": "Why?"})
    decide_appeal(
        appeal=Appeal.objects.get(), by=administrator, outcome="upheld", answer="It is not."
    )
    page = client.get(address(hidden)).text
    assert ("It is not." in page, "The decision stands" in page) == (True, True)
