"""Emails about a match before the introduction name no person and quote no text for brokers."""

import pytest

from partnerships.listings.interest import express
from partnerships.matches.actions import note, propose, shortlist
from partnerships.matches.answers import answer
from partnerships.matches.closing import withdraw
from partnerships.matches.questions import ask, give_back, pass_on, reply
from partnerships.models import Answer, Side
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
    shortlist(match=match, by=broker)
    propose(match=match, by=broker, message="Have a look at this.")
    words = {"words": f"We in Kisumu ask, {SECRET}"}
    asked_for = ask(match=match, side=Side.CANDIDATE, by=asked, **words)
    pass_on(question=asked_for, by=broker, words="Who pays?")
    reply(question=asked_for, by=asking, words=f"Ask Ms {SECRET}")
    give_back(question=asked_for, by=broker, words="They do.")
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


def test_mail_tells_the_city_that_asks_nothing_of_candidates(broker):
    """Suggestions, shortlists, interests and withdrawals are visible to brokers only."""
    both = pair()
    shortlist(match=rival(both), by=broker)
    third = rival(both, status="declined").city
    words = {"cooperation": f"A training, {SECRET}", "about": f"A port, {SECRET}"}
    express(partnership_request=both.request, city=third, by=speaker(third, "third"), **words)
    withdraw(match=both.match, by=broker, reason="fit", message=f"Not them, {SECRET}")
    messages = run_queue()
    assert [texts_to(name, messages) for name in ("asking-1", "asked-1", "third")] == [[], [], []]
