"""How brokers take what waits, undo what they decided, and answer appeals, on pages of the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.accounts.roles import BROKERS
from community.models import Appeal, Claim, Decision, Notification, Verb
from community.moderation.appeals.actions import appeal
from community.moderation.claims.actions import claim
from partnerships.models import Representation
from partnerships.requests import review as requests_review
from tests.community.writing.drafts.cases import as_user
from tests.conftest import staff
from tests.factories import PartnershipRequestFactory, RepresentationFactory
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db

WORDS = {"reason": "fit", "message": "This is not for cities."}


@pytest.fixture
def another(db):
    return staff(BROKERS, "another")


@pytest.fixture
def asked(city, focal_point):
    return PartnershipRequestFactory(city=city, created_by=focal_point, submitted=True)


@pytest.fixture
def declined(asked, broker):
    return requests_review.decide(partnership_request=asked, verb=Verb.DECLINE, by=broker, **WORDS)


def review(asked) -> str:
    return f"/admin/partnerships/partnershiprequest/{asked.pk}/review/"


def test_take_and_release(asked, broker, another):
    desk, other = as_user(broker), as_user(another)
    take = f"/admin/partnerships/request/{asked.pk}/take/"
    assert desk.post(take).url == review(asked)
    assert "You have taken this until" in desk.get(review(asked)).text
    assert "Broker has taken this until" in other.get(review(asked)).text
    assert "<bdi>Broker</bdi>, " in other.get("/admin/").text
    assert "Broker has taken this" in other.post(take, follow=True).text
    sent = {"verb": "decline", **WORDS, "seen": requests_review.fingerprint(asked)}
    assert "Broker has taken this" in other.post(review(asked), sent).text
    desk.post(take, {"release": ""})
    assert Claim.objects.count() == 0
    other.post(review(asked), sent)
    asked.refresh_from_db()
    assert asked.status == "declined"


def test_take_a_match(city, broker, another, focal_point):
    both = pair(origin="interest", city=city)
    page = f"/admin/partnerships/matches/{both.match.pk}/"
    desk, other = as_user(broker), as_user(another)
    assert "Nobody has taken this." in desk.get(page).text
    assert desk.post(f"/admin/partnerships/match/{both.match.pk}/take/").url == page
    assert "Broker has taken this until" in other.get(page).text
    assert "<bdi>Broker</bdi>, " in other.get("/admin/").text
    assert "Broker has taken this" in other.post(page, {"act": "shortlist"}, follow=True).text
    assert both.now().status == "suggested"
    desk.post(page, {"act": "shortlist"})
    assert (both.now().status, Claim.objects.count()) == ("shortlisted", 0)


def test_undo_by_a_button_of_who_decided(asked, declined, broker, another):
    button = f'action="/admin/partnerships/decisions/{declined.pk}/undo/"'
    assert button in as_user(broker).get(review(asked)).text
    assert button not in as_user(another).get(review(asked)).text
    undo = f"/admin/partnerships/decisions/{declined.pk}/undo/"
    assert "Only who decided" in as_user(another).post(undo, follow=True).text
    assert "The decision is undone." in as_user(broker).post(undo, follow=True).text
    asked.refresh_from_db()
    assert asked.status == "submitted"
    page = as_user(broker).get(review(asked)).text
    assert (button in page, " · undone" in page) == (False, True)


def test_undo_of_what_is_for_moderators_is_not_found(broker, city, member):
    other = Decision.objects.create(subject=city, by=broker, verb=Verb.APPROVE)
    undo = f"/admin/partnerships/decisions/{other.pk}/undo/"
    assert as_user(broker).post(undo).status_code == 404


def test_appeal_from_the_page_of_the_request_to_the_answer(
    asked, declined, focal_point, second, broker, another, moderator
):
    own = f"/appeals/new/{declined.pk}/"
    link = f'href="{own}"'
    assert link in as_user(focal_point).get(asked.get_absolute_url()).text
    as_user(focal_point).post(own, {"words": "Ports are cities too."})
    page = f"/admin/partnerships/appeals/{Appeal.objects.get().pk}/"
    assert f'href="{page}"' in as_user(another).get("/admin/").text
    # Moderators have no part in it.
    assert "Ports are cities too." not in as_user(moderator).get("/admin/").text
    administrator = as_user(staff("Administrators", "chief"))
    theirs = f"/admin/review/appeal/{Appeal.objects.get().pk}/"
    assert administrator.get(theirs).status_code == 404
    sent = {"outcome": "restored", "answer": "So they are."}
    assert "another broker decides" in as_user(broker).post(page, sent).text
    assert "Write an answer" not in as_user(another).get(page).text
    as_user(another).post(page, sent)
    asked.refresh_from_db()
    assert (asked.status, Appeal.objects.get().answer) == ("submitted", "So they are.")
    assert "There is nothing to decide here now." in as_user(another).get(page).text
    assert "So they are." in as_user(focal_point).get(own).text


def test_appeal_as_a_colleague_of_who_asked(
    asked, declined, focal_point, second, stranger, another
):
    right = Representation.objects.filter(member=second)
    own = f"/appeals/new/{declined.pk}/"
    clients = [as_user(who) for who in (focal_point, second, stranger)]
    assert [client.get(own).status_code for client in clients] == [200, 200, 404]
    first, client, _stranger = clients
    assert f'href="{own}"' in client.get(asked.get_absolute_url()).text
    # The right ends with the very next request.
    right.update(status="ended")
    assert client.post(own, {"words": "Let me."}).status_code == 404
    right.update(status="approved")
    assert client.post(own, {"words": "Ports are cities too."}).url == own
    assert Appeal.objects.get().by == second
    # Once for each decision.
    page = first.get(own).text
    assert "The appeal of a colleague" in page
    assert "You can appeal once" not in page
    assert "The appeal of a colleague" in first.post(own, {"words": "And me."}).text
    assert Appeal.objects.get().by == second
    sent = {"outcome": "restored", "answer": "So they are."}
    as_user(another).post(f"/admin/partnerships/appeals/{Appeal.objects.get().pk}/", sent)
    asked.refresh_from_db()
    assert asked.status == "submitted"
    told = Notification.objects.filter(event="appeal.decided").values_list("member", flat=True)
    assert {*told} == {focal_point.pk, second.pk}


def test_appeal_about_who_speaks_is_for_that_person_alone(city, focal_point, second, broker):
    Representation.objects.filter(member=second).update(status="declined")
    row = Representation.objects.get(member=second)
    decision = Decision.objects.create(
        subject=row, by=broker, concerns=second, verb=Verb.DECLINE, before="asked", **WORDS
    )
    found = [as_user(who).get(f"/appeals/new/{decision.pk}/") for who in (focal_point, second)]
    assert [page.status_code for page in found] == [404, 200]


def test_appeal_shows_with_a_fixed_number_of_queries(asked, declined, focal_point, another):
    waits = appeal(decision=declined, by=focal_point, words="Why?")
    desk, counted = as_user(another), []
    for _time in range(2):
        claim(subject=waits, by=another)
        desk.get("/admin/")
        with CaptureQueriesContext(connection) as found:
            desk.get(f"/admin/partnerships/appeals/{waits.pk}/")
        counted.append(len(found))
        for _more in range(3):
            Decision.objects.create(
                subject=asked, by=another, concerns=focal_point, verb=Verb.APPROVE
            )
    assert counted[0] == counted[1]


def test_see_the_decision_about_who_speaks_for_a_city(member, broker):
    row = RepresentationFactory(member=member, status="declined")
    decision = Decision.objects.create(
        subject=row, by=broker, concerns=member, verb=Verb.DECLINE, before="asked", **WORDS
    )
    client = as_user(member)
    assert f'href="/appeals/new/{decision.pk}/"' in client.get("/partnerships/cities/").text
    page = client.get(f"/appeals/new/{decision.pk}/").text
    assert ("It does not fit" in page, "You can appeal once." in page) == (True, True)
