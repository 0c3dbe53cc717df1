from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.models import Match, Question, Representation
from tests.community.writing.drafts.cases import as_user
from tests.factories import PracticeFactory
from tests.factories.partnerships import InterestFactory, QuestionFactory, RepresentationFactory
from tests.partnerships.matches.pairs import pair, told

pytestmark = pytest.mark.django_db


def path(both, rest="") -> str:
    return f"/partnerships/matches/{both.match.pk}/{rest}"


YES = {"side": "candidate", "answer": "yes", "words": ""}
NO = {"side": "candidate", "answer": "no", "refusal": "capacity", "words": "Next year."}


# Who may see it


@pytest.mark.parametrize("traits", [{"proposed": True}, {"introduced": True}])
def test_show_to_both_cities_and_brokers(traits, stranger, broker, moderator, client):
    both = pair(**traits)
    seen = [as_user(who).get(path(both)).status_code for who in (both.asking, both.asked, broker)]
    hidden = [as_user(who).get(path(both)).status_code for who in (stranger, moderator)]
    assert (seen, hidden) == ([200, 200, 200], [404, 404])
    assert client.get(path(both)).headers["Location"].startswith("/accounts/login/")
    assert not Match.objects.visible_to(AnonymousUser()).exists()


def test_hide_what_was_only_suggested(broker):
    both = pair()
    answers = [as_user(who).get(path(both)).status_code for who in (both.asking, both.asked)]
    assert answers == [404, 404]
    assert as_user(broker).get(path(both)).status_code == 200


def test_hide_an_interest_from_the_city_that_asks():
    both = pair(origin="interest")
    InterestFactory(match=both.match, by=both.asked)
    assert as_user(both.asking).get(path(both)).status_code == 404
    assertContains(as_user(both.asked).get(path(both)), "A training of two weeks")
    Match.objects.update(status="withdrawn")
    assertContains(as_user(both.asked).get(path(both)), "Nothing came of it.")


def test_close_in_the_next_request_after_the_right_has_ended():
    both = pair(introduced=True)
    browser = as_user(both.asked)
    assert browser.get(path(both)).status_code == 200
    Representation.objects.filter(member=both.asked).update(
        until=timezone.localdate() - timedelta(days=1)
    )
    assert browser.get(path(both)).status_code == 404
    assert browser.post(path(both, "messages/"), {"body": "Hello"}).status_code == 404


# What stands on it


def test_name_no_person_of_the_other_city_before_the_introduction():
    both = pair(proposed=True, message="You are alike.")
    for who, other in ((both.asking, both.asked), (both.asked, both.asking)):
        shown = as_user(who).get(path(both))
        assertContains(shown, "You are alike.")
        for secret in (other.display_name, other.email, f"{other.handle}@city.example"):
            assertNotContains(shown, secret)


def test_name_the_people_after_the_introduction():
    both = pair(introduced=True)
    for who in (both.asking, both.asked):
        shown = as_user(who).get(path(both))
        assertContains(shown, "asked-1@city.example")
        assertContains(shown, "asking-1@city.example")
        assertContains(shown, "Head of the trade office")
        assertNotContains(shown, "asked-1@example.org")


def test_hide_the_people_again_when_the_introduction_has_ended():
    both = pair(introduced=True)
    Match.objects.update(status="withdrawn")
    assertNotContains(as_user(both.asking).get(path(both)), "asked-1@city.example")


def test_keep_the_answer_of_the_other_from_who_has_not_answered():
    both = pair(
        proposed=True,
        candidate_answer="yes",
        candidate_words="Gladly.",
        candidate_answered_at=timezone.now(),
    )
    assertNotContains(as_user(both.asking).get(path(both)), "Gladly.")
    assertNotContains(as_user(both.asking).get(path(both)), "said yes on")
    assertContains(as_user(both.asked).get(path(both)), "Gladly.")


def test_keep_why_a_city_said_no_from_the_other():
    both = pair(proposed=True)
    as_user(both.asked).post(path(both, "answer/"), NO)
    assertNotContains(as_user(both.asking).get(path(both)), "Next year.")
    assertNotContains(as_user(both.asking).get(path(both)), "We have no capacity now")


def test_say_the_reasons_in_the_language_of_the_reader():
    practice = PracticeFactory(name="Single window", slug="window")
    both = pair(proposed=True)
    factor = {"points": 12.5, "most": 40.0, "is_known": True}
    reason = {"place": both.city.pk, "about": f"practice:{practice.slug}", "count": 1}
    both.match.ranking = {
        "total": 12.5,
        "factors": [
            {"factor": "fit", "reasons": [{"code": "fit.offer", **reason}], **factor},
            {"factor": "load", "reasons": [{"code": "load.full", **reason}], **factor},
            {"factor": "setting", "reasons": [{"code": "gone", **reason}], **factor},
        ],
        "notes": [{"code": "note.unrepresented", "place": both.city.pk}],
    }
    both.match.save()
    shown = as_user(both.asking).get(path(both))
    assertContains(shown, "Kisumu offers to share what it knows about “Single window”.")
    # How busy a city is, brokers weigh for themselves.
    assertNotContains(shown, "works with as many partners")
    assertNotContains(shown, "Nobody speaks for Kisumu here yet")


@pytest.mark.parametrize("traits", [{"proposed": True}, {"introduced": True}])
def test_show_with_a_fixed_number_of_queries(traits, django_assert_max_num_queries):
    both = pair(**traits)
    browser = as_user(both.asked)
    browser.get(path(both))
    with django_assert_max_num_queries(12) as queries:
        browser.get(path(both))
    few = len(queries)
    if "proposed" in traits:
        QuestionFactory.create_batch(3, match=both.match, side="candidate")
    RepresentationFactory.create_batch(3, city=both.match.request.city)
    with django_assert_max_num_queries(few):
        browser.get(path(both))


# Answer


def test_answer_yes_then_yes_introduces():
    both = pair(proposed=True)
    sent = as_user(both.asked).post(path(both, "answer/"), YES)
    assert sent.headers["Location"] == path(both)
    as_user(both.asking).post(path(both, "answer/"), YES | {"side": "requester"})
    assert both.now().status == "introduced"


def test_answer_no():
    both = pair(proposed=True)
    assert as_user(both.asked).post(path(both, "answer/"), NO).status_code == 302
    found = both.now()
    assert (found.status, found.candidate_refusal, found.candidate_words) == (
        "declined",
        "capacity",
        "Next year.",
    )


def test_answer_no_without_a_reason_brings_the_page_back():
    both = pair(proposed=True)
    answer = as_user(both.asked).post(path(both, "answer/"), NO | {"refusal": ""})
    assertContains(answer, "Choose why not: the broker looks for another city.")
    assertContains(answer, "Next year.")
    assert both.now().status == "proposed"


def test_answer_is_refused_to_others(stranger, broker, client):
    both = pair(proposed=True)
    got = [as_user(who).post(path(both, "answer/"), YES).status_code for who in (stranger, broker)]
    assert got == [404, 403]
    assert as_user(both.asking).post(path(both, "answer/"), YES).status_code == 403
    assert client.post(path(both, "answer/"), YES).status_code == 302
    assert both.now().candidate_answer == ""


def test_answer_by_get():
    both = pair(proposed=True)
    assert as_user(both.asked).get(path(both, "answer/")).status_code == 405


def test_answer_in_the_wrong_state_and_twice():
    both = pair(proposed=True)
    browser = as_user(both.asked)
    browser.post(path(both, "answer/"), YES)
    again = browser.post(path(both, "answer/"), YES, follow=True)
    assertContains(again, "Your city has answered already.")
    Match.objects.update(status="withdrawn")
    assertContains(browser.post(path(both, "answer/"), YES, follow=True), "cannot be answered now")


def test_answer_too_late():
    both = pair(proposed=True, reply_by=timezone.localdate() - timedelta(days=1))
    assertContains(as_user(both.asked).get(path(both)), "The time to answer is over.")
    answer = as_user(both.asked).post(path(both, "answer/"), YES, follow=True)
    assertContains(answer, "It is too late")
    assert both.now().status == "expired"


@pytest.mark.parametrize("text", ["\0", "x" * 100_000, "\u202eevil"])
@pytest.mark.parametrize("name", ["side", "answer", "refusal", "words"])
def test_answer_with_hostile_texts(name, text):
    both = pair(proposed=True)
    answer = as_user(both.asked).post(path(both, "answer/"), NO | {name: text})
    assert answer.status_code in (200, 302)


def test_answer_for_each_city_by_one_who_speaks_for_both():
    both = pair(proposed=True)
    RepresentationFactory(member=both.asked, city=both.match.request.city)
    browser = as_user(both.asked)
    assertContains(browser.get(path(both)), "Yes, introduce us", count=2)
    for side in ("candidate", "requester"):
        browser.post(path(both, "answer/"), YES | {"side": side})
    assert both.now().status == "introduced"


# Take back


def test_take_ones_part_back(stranger, broker):
    both = pair(proposed=True)
    browser = as_user(both.asking)
    browser.post(path(both, "answer/"), YES | {"side": "requester"})
    assertContains(browser.get(path(both)), "Take our part back")
    assert browser.get(path(both, "withdraw/")).status_code == 405
    others = [as_user(who).post(path(both, "withdraw/")).status_code for who in (stranger, broker)]
    assert others == [404, 403]
    for said in ("no part in this match any more", "was not withdrawn"):
        answer = browser.post(path(both, "withdraw/"), {"side": "requester"}, follow=True)
        assertContains(answer, said)
    assert both.now().status == "withdrawn"


# Questions


def test_ask_pass_on_answer_and_return(broker):
    """What each of the two reads, and when."""
    from partnerships.matches.questions import give_back, pass_on

    both = pair(proposed=True)
    asked, asking = as_user(both.asked), as_user(both.asking)
    sent = {"side": "candidate", "words": "We in Kisumu ask: who pays?"}
    answer = asked.post(path(both, "questions/"), sent, follow=True)
    assertContains(answer, "It is with the brokers.")
    assertNotContains(asking.get(path(both)), "who pays?")
    question = Question.objects.get()
    reply = path(both, f"questions/{question.pk}/reply/")
    assert asking.post(reply, {"x": 1}).status_code == 404
    pass_on(question=question, by=broker, words="Who pays?")
    assertContains(asked.get(path(both)), "A broker has passed it on.")
    shown = asking.get(path(both))
    assertContains(shown, "Who pays?")
    assertNotContains(shown, "We in Kisumu ask")
    name = f"reply-{question.pk}-words"
    assertContains(asking.post(reply, {name: ""}), "Write your answer.")
    assert asked.post(reply, {name: "We do."}).status_code == 403
    asking.post(reply, {name: "We do; call Ms A."})
    assertNotContains(asked.get(path(both)), "We do")
    give_back(question=Question.objects.get(), by=broker, words="They do.")
    shown = asked.get(path(both))
    assertContains(shown, "They do.")
    assertNotContains(shown, "Ms A")
    assert asked.get(reply).status_code == 405


def test_ask_is_refused_to_others(stranger, broker):
    both = pair(proposed=True)
    sent = {"side": "candidate", "words": "Who pays?"}
    people = (stranger, broker, both.asking)
    got = [as_user(who).post(path(both, "questions/"), sent).status_code for who in people]
    assert (got, Question.objects.count()) == ([404, 403, 403], 0)
    assert as_user(both.asked).get(path(both, "questions/")).status_code == 405


def test_ask_nothing_or_too_late():
    both = pair(proposed=True)
    browser = as_user(both.asked)
    answer = browser.post(path(both, "questions/"), {"side": "candidate", "words": ""})
    assertContains(answer, "Write your question.")
    Match.objects.update(status="declined")
    sent = {"side": "candidate", "words": "Who pays?"}
    answer = browser.post(path(both, "questions/"), sent, follow=True)
    assertContains(answer, "until both cities have answered")
    assert told() == []


@pytest.mark.parametrize("side", ["%s", "%d%(x)s", "\0", "x" * 5000])
@pytest.mark.parametrize("act", ["answer/", "questions/", "withdraw/"])
def test_a_side_that_is_none(act, side):
    both = pair(proposed=True)
    for sent in (YES, NO):
        status = as_user(both.asked).post(path(both, act), sent | {"side": side}).status_code
        assert status in (200, 302)
    found = both.now()
    assert (found.status, found.candidate_answer) == ("proposed", "")
