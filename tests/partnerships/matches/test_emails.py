"""Emails about a match before the introduction name no person and quote no text for brokers."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from partnerships.listings.interest import express
from partnerships.matches.actions import consider, note, propose
from partnerships.matches.answers import answer
from partnerships.matches.closing import withdraw
from partnerships.matches.questions import ask, forward_answer, forward_question, reply
from partnerships.models import Answer, Representation, Side
from tests.community.conftest import run_queue
from tests.partnerships.matches.pairs import Pair, pair, rival, speaker

pytestmark = pytest.mark.django_db
# Texts of one city for the brokers, or of brokers among themselves.
SECRET = "lanternfish"


def texts_to(name: str, messages: list) -> list[str]:
    """Each email to a person in full: headers, subject and every part, decoded."""
    found = []
    for message in messages:
        if f"{name}@example.org" in message.recipients():
            sent = message.message()
            headers = [f"{key}: {value}" for key, value in sent.items() if key != "To"]
            parts = [part for part in sent.walk() if not part.is_multipart()]
            bodies = [part.get_payload(decode=True).decode() for part in parts]
            found.append("\n".join([message.subject, *headers, *bodies]))
    return found


def steps_before_the_introduction(both: Pair, broker) -> None:
    match, asking, asked = both.match, both.asking, both.asked
    note(match=match, by=broker, words=f"Note {SECRET}")
    propose(match=match, by=broker, message="Have a look at this.")
    words = {"words": f"We in Kisumu ask, {SECRET}"}
    asked_for = ask(match=match, side=Side.CANDIDATE, by=asked, **words)
    forward_question(question=asked_for, by=broker, words="Who pays?")
    reply(question=asked_for, by=asking, words=f"Ask Ms {SECRET}")
    forward_answer(question=asked_for, by=broker, words="They do.")
    yes = {"value": Answer.YES, "words": f"Gladly, {SECRET}"}
    answer(match=match, side=Side.REQUESTER, by=asking, **yes)
    no = {"value": Answer.NO, "refusal": "capacity", "words": f"No room, {SECRET}"}
    answer(match=match, side=Side.CANDIDATE, by=asked, **no)


def test_mail_names_no_person_and_quotes_no_text_before_the_introduction(broker):
    both = pair()
    steps_before_the_introduction(both, broker)
    messages = run_queue()
    for name, other in (("asking-1", "asked-1"), ("asked-1", "asking-1")):
        texts = texts_to(name, messages)
        # The proposal, the questions and answers, and the end.
        assert len(texts) >= 2
        said = "\n".join(texts).lower()
        hidden = (other, other.replace("-", " "), "city.example", SECRET, "capacity", "no room")
        assert [words for words in hidden if words in said] == []


def test_mail_to_requesting_city_omits_candidates(broker):
    """Suggestions, shortlists, interests and withdrawals are visible to brokers only."""
    both = pair()
    consider(match=rival(both, origin="interest"), by=broker)
    third = rival(both, status="declined").city
    words = {"cooperation": f"A training, {SECRET}", "about": f"A port, {SECRET}"}
    express(partnership_request=both.request, city=third, by=speaker(third, "third"), **words)
    withdraw(match=both.match, by=broker, reason="fit", message=f"Not them, {SECRET}")
    messages = run_queue()
    assert [texts_to(name, messages) for name in ("asking-1", "asked-1", "third")] == [[], [], []]


def message_to(name: str, messages: list):
    [message] = [one for one in messages if one.to == [f"{name}@example.org"]]
    return message


def test_mail_of_a_proposal_names_the_city_the_deadline_and_what_yes_means(broker):
    both = pair(status="candidate")
    reply_by = timezone.localdate() + timedelta(days=20)
    propose(match=both.match, by=broker, message="Have a look at this.", reply_by=reply_by)
    messages = run_queue()
    for name, other in (("asking-1", both.city), ("asked-1", both.request.city)):
        message = message_to(name, messages)
        lines = message.body.splitlines()
        assert f"“{both.request.title}”" in message.subject
        assert lines[2:5] == [
            f"Other city: {other} ({other.country}).",
            f"Answer by {date_format(reply_by)}.",
            (
                "If both cities accept, you’ll see the names, positions and official email "
                "addresses of each other’s representatives, and you can plan together in "
                "private. Accepting doesn’t commit your city to anything else."
            ),
        ]
        assert "> Have a look at this." in lines


def test_mail_nothing_about_a_match_that_its_reader_may_no_longer_see(broker):
    both = pair(status="candidate")
    propose(match=both.match, by=broker)
    Representation.objects.filter(member=both.asked).update(status="ended")
    body = message_to("asked-1", run_queue()).body
    assert [both.request.city.name in body, "Answer by" in body] == [False, False]


def test_mail_of_a_question_quotes_what_was_passed_on(broker):
    both = pair(proposed=True)
    question = ask(match=both.match, side=Side.CANDIDATE, by=both.asked, words=f"Ask {SECRET}")
    forward_question(question=question, by=broker, words="Who pays?")
    body = message_to("asking-1", run_queue()).body
    assert ("> Who pays?" in body.splitlines(), SECRET in body) == (True, False)
