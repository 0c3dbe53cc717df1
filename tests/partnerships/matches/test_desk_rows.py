"""What a member's own desk shows of the matches of their cities."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from community.dashboard import dashboard as member_desk
from partnerships.desk import dashboard as desk_dashboard
from partnerships.models import Match, Representation
from tests.community.writing.drafts.cases import as_user
from tests.factories.partnerships import InterestFactory, QuestionFactory
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


def test_a_question_waits_for_the_other_city_once_it_was_passed_on():
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


def test_show_what_becomes_of_matches():
    both = pair(origin="interest")
    InterestFactory(match=both.match)
    assert desk_dashboard.matches(member_desk.find(both.asking)) is None
    assertContains(as_user(both.asked).get("/desk/"), "Possible partners")
    Match.objects.update(status="proposed", proposed_at=timezone.now(), reply_by="2099-01-01")
    assertContains(as_user(both.asking).get("/desk/"), "Both cities are asked")
    Representation.objects.filter(member=both.asking).update(status="ended")
    assertNotContains(as_user(both.asking).get("/desk/"), "Possible partners")
