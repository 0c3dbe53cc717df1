from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.matches.questions import LIMIT, ask, forward_answer, forward_question, reply
from partnerships.models import Match, Question, Side
from repository.workflow import ActionRefused
from tests.factories.partnerships import QuestionFactory, RepresentationFactory
from tests.partnerships.matches.pairs import notified, pair

pytestmark = pytest.mark.django_db

WORDS = "Who pays for the journey?"


@pytest.fixture
def both(db):
    return pair(proposed=True)


@pytest.fixture
def asked(both):
    return QuestionFactory(match=both.match, by=both.asked)


@pytest.fixture
def passed(asked):
    asked.passed_words, asked.passed_at = "Who pays?", timezone.now()
    asked.save()
    return asked


def test_ask_goes_to_the_brokers(both, broker):
    question = ask(match=both.match, side=Side.CANDIDATE, by=both.asked, words=f" {WORDS} ")
    assert (Question.objects.get(), question.words, question.side) == (question, WORDS, "candidate")
    assert notified() == [("broker", "question.asked")]


def test_ask_twice_once(both, broker):
    for _time in range(2):
        ask(match=both.match, side=Side.CANDIDATE, by=both.asked, words=WORDS)
    assert (Question.objects.count(), len(notified())) == (1, 1)


def test_ask_too_often(both):
    for number in range(LIMIT):
        ask(match=both.match, side=Side.CANDIDATE, by=both.asked, words=f"Question {number}?")
    with pytest.raises(ActionRefused, match="has asked 10 questions"):
        ask(match=both.match, side=Side.CANDIDATE, by=both.asked, words=WORDS)
    ask(match=both.match, side=Side.REQUESTER, by=both.asking, words=WORDS)


@pytest.mark.parametrize("words", ["", "   ", "x" * 1001])
def test_ask_with_an_empty_or_too_long_text(both, words):
    with pytest.raises(ActionRefused):
        ask(match=both.match, side=Side.CANDIDATE, by=both.asked, words=words)


def test_ask_for_the_other_side(both, stranger):
    for by in (both.asking, stranger):
        with pytest.raises(ActionRefused, match="You don’t represent Kisumu"):
            ask(match=both.match, side=Side.CANDIDATE, by=by, words=WORDS)


def test_pass_on_notifies_the_other_city(asked, broker):
    forward_question(question=asked, by=broker, words="Who pays?")
    asked.refresh_from_db()
    assert (asked.passed_words, asked.passed_at is not None) == ("Who pays?", True)
    assert notified() == [("asking-1", "question.passed")]
    with pytest.raises(ActionRefused, match="Someone has already forwarded this question"):
        forward_question(question=asked, by=broker, words="Who pays?")


def test_pass_on_without_a_text_or_as_a_party(asked, broker):
    with pytest.raises(ActionRefused, match="question for the other city"):
        forward_question(question=asked, by=broker, words=" ")
    RepresentationFactory(member=broker, city=asked.match.city)
    with pytest.raises(ActionRefused, match="nother broker"):
        forward_question(question=asked, by=broker, words="Who pays?")


def test_reply_goes_to_the_brokers(both, passed, broker):
    reply(question=passed, by=both.asking, words="We do.")
    passed.refresh_from_db()
    assert (passed.answer, passed.answered_by) == ("We do.", both.asking)
    assert notified() == [("broker", "question.answered")]
    with pytest.raises(ActionRefused, match="already answered"):
        reply(question=passed, by=both.asking, words="We do.")


def test_reply_before_it_was_passed_on(both, asked):
    with pytest.raises(ActionRefused, match="no longer exists"):
        reply(question=asked, by=both.asking, words="We do.")


def test_reply_by_the_asking_city(both, passed):
    with pytest.raises(ActionRefused, match="You don’t represent Cotonou"):
        reply(question=passed, by=both.asked, words="We do.")


def test_reply_without_a_text(both, passed):
    with pytest.raises(ActionRefused, match="Enter your answer"):
        reply(question=passed, by=both.asking, words="")


def test_give_back_notifies_the_asking_city(both, passed, broker):
    reply(question=passed, by=both.asking, words="We do. Call Ms A.")
    forward_answer(question=passed, by=broker, words="They do.")
    passed.refresh_from_db()
    assert (passed.passed_answer, passed.returned_at is not None) == ("They do.", True)
    assert ("asked-1", "question.returned") in notified()
    with pytest.raises(ActionRefused, match="already answered"):
        forward_answer(question=passed, by=broker, words="They do.")


def test_give_back_an_answer_of_the_broker(both, asked, broker):
    """The question is then not passed on."""
    forward_answer(question=asked, by=broker, words="It says so in the request.")
    assert notified() == [("asked-1", "question.returned")]
    with pytest.raises(ActionRefused, match="Someone has already forwarded this question"):
        forward_question(question=asked, by=broker, words="Who pays?")


def test_give_back_without_a_text(asked, broker):
    with pytest.raises(ActionRefused, match="answer for the city that asked"):
        forward_answer(question=asked, by=broker, words=" ")


@pytest.mark.parametrize(
    "change",
    [
        {"status": "introduced"},
        {"status": "declined"},
        {"status": "expired"},
        {"status": "withdrawn"},
        {"reply_by": timezone.localdate() - timedelta(days=1)},
    ],
)
def test_questions_only_while_both_are_asked(change, broker):
    both = pair(introduced=True)
    question = QuestionFactory(match=both.match)
    Match.objects.update(**{"status": "proposed"} | change)
    for attempt in (
        lambda: ask(match=both.match, side=Side.CANDIDATE, by=both.asked, words=WORDS),
        lambda: forward_question(question=question, by=broker, words="Who?"),
        lambda: reply(question=question, by=both.asking, words="We."),
        lambda: forward_answer(question=question, by=broker, words="They."),
    ):
        with pytest.raises(ActionRefused, match="until both cities have answered"):
            attempt()
