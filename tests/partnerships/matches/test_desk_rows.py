"""Matches of their cities on the desk of a member."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.dashboard import dashboard as member_desk
from partnerships.desk import dashboard as desk_dashboard
from partnerships.models import Match, Representation
from tests.community.writing.drafts.cases import as_user
from tests.factories.partnerships import InterestFactory, QuestionFactory, RecordedAgreementFactory
from tests.page import page_of
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db


def waiting(user) -> list[str]:
    return [row.url for row in desk_dashboard.to_answer(member_desk.find(user))]


def test_a_match_waits_for_each_city_until_it_has_answered(stranger):
    both = pair(proposed=True)
    path = both.match.get_absolute_url()
    assert (waiting(both.asking), waiting(both.asked), waiting(stranger)) == ([path], [path], [])
    Match.objects.update(candidate_answer="yes", candidate_answered_at=timezone.now())
    assert (waiting(both.asking), waiting(both.asked)) == ([path], [])
    Match.objects.update(reply_by=timezone.localdate() - timedelta(days=1))
    assert waiting(both.asking) == []


def test_a_question_waits_for_the_other_city_once_it_is_passed_on():
    both = pair(
        proposed=True,
        candidate_answer="yes",
        candidate_answered_at=timezone.now(),
        requester_answer="yes",
        requester_answered_at=timezone.now(),
    )
    question = QuestionFactory(match=both.match, side="candidate")
    assert waiting(both.asking) == []
    question.passed_words, question.passed_at = "Who pays?", timezone.now()
    question.save()
    path = both.match.get_absolute_url()
    assert (waiting(both.asking), waiting(both.asked)) == ([path], [])


def states(user) -> list[str]:
    """The states of what was proposed to the cities of a member, on their desk."""
    page = page_of(as_user(user).get("/desk/"))
    assert page.status == 200
    return [each.text for each in page.select("[aria-labelledby=matches] .state")]


def partners(user) -> list[str]:
    """The lines below the titles of the requests of a member's cities, on their desk."""
    found = desk_dashboard.requests(member_desk.find(user))
    return [entry.words for entry in found.entries] if found else []


def test_show_the_state_of_matches():
    both = pair(origin="interest")
    InterestFactory(match=both.match)
    asks, offers = both.request.city.name, both.match.city.name
    assert partners(both.asking) == [asks]
    assert len(states(both.asked)) == 1
    Match.objects.update(status="proposed", proposed_at=timezone.now(), reply_by="2099-01-01")
    assert partners(both.asking) == [f"{asks} · {offers} (Waiting for answers)"]
    assert states(both.asked) == ["Waiting for answers"]
    assert states(both.asking) == []
    Representation.objects.filter(member=both.asking).update(status="ended")
    assert (partners(both.asking), waiting(both.asking)) == ([], [])


def test_a_recorded_agreement_waits_for_the_city_that_has_not_confirmed_it():
    both = pair(introduced=True)
    made = RecordedAgreementFactory(match=both.match, by=both.asking)
    page = f"/partnerships/matches/{both.match.pk}/agree/"
    assert (waiting(both.asking), waiting(both.asked)) == ([], [page])
    made.requester_confirmed_at = None
    made.save()
    assert (waiting(both.asking), waiting(both.asked)) == ([page], [page])
    Representation.objects.filter(member=both.asked).update(status="ended")
    assert waiting(both.asked) == []
    Match.objects.update(status="withdrawn")
    assert waiting(both.asking) == []
