"""The pages of the desk where brokers take tasks, undo decisions and answer appeals."""

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
from tests.page import page_of
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
    return f"/admin/review/request/{asked.pk}/"


def claim_on(response) -> str:
    """What a page of the desk says about who is working on its object."""
    return page_of(response).one(".claim p").text


REQUESTS = "/admin/partnerships/pipeline/"


def takers(response) -> list[str]:
    """The names of those who have opened a review."""
    return [name.text for name in page_of(response).select(".due-rows .claim bdi")]


def test_take_and_release(asked, broker, another):
    desk, other = as_user(broker), as_user(another)
    take = f"/admin/review/request/{asked.pk}/take/"
    assert desk.post(take).url == review(asked)
    assert claim_on(desk.get(review(asked))).startswith("You’ve claimed this until")
    assert claim_on(other.get(review(asked))).startswith("Broker has claimed this until")
    assert takers(other.get(REQUESTS)) == ["Broker"]
    [message] = page_of(other.post(take, follow=True)).messages
    assert message.startswith("Broker has claimed this")
    sent = {"verb": "decline", **WORDS, "seen": requests_review.fingerprint(asked)}
    [alert] = page_of(other.post(review(asked), sent)).alerts
    assert alert.startswith("Broker has claimed this")
    desk.post(take, {"release": ""})
    assert Claim.objects.count() == 0
    other.post(review(asked), sent)
    asked.refresh_from_db()
    assert asked.status == "declined"


def test_take_a_match(city, broker, another, focal_point):
    both = pair(origin="interest", city=city)
    url = f"/admin/partnerships/matches/{both.match.pk}/"
    desk, other = as_user(broker), as_user(another)
    assert claim_on(desk.get(url)) == "Not claimed yet."
    assert desk.post(f"/admin/review/match/{both.match.pk}/take/").url == url
    assert claim_on(other.get(url)).startswith("Broker has claimed this until")
    assert takers(other.get(f"{REQUESTS}?todo=interest")) == ["Broker"]
    [message] = page_of(other.post(url, {"act": "consider"}, follow=True)).messages
    assert message.startswith("Broker has claimed this")
    assert both.now().status == "interest"
    desk.post(url, {"act": "consider"})
    assert (both.now().status, Claim.objects.count()) == ("candidate", 0)


def test_undo_by_the_broker_who_decided(asked, declined, broker, another):
    undo = f"/admin/decisions/{declined.pk}/undo/"

    def decisions(client):
        return page_of(client.get(review(asked))).one(".decisions")

    assert [form.action for form in decisions(as_user(broker)).forms] == [undo]
    assert decisions(as_user(another)).forms == []
    assert page_of(as_user(another).post(undo, follow=True)).outcomes == ["error"]
    page = page_of(as_user(broker).post(undo, follow=True))
    assert page.messages == ["Decision undone."]
    asked.refresh_from_db()
    assert asked.status == "submitted"
    found = decisions(as_user(broker))
    assert (found.forms, " · undone" in found.text) == ([], True)


def test_undo_a_decision_of_moderators_is_not_found(broker, city, member):
    other = Decision.objects.create(subject=city, by=broker, verb=Verb.APPROVE)
    undo = f"/admin/decisions/{other.pk}/undo/"
    assert as_user(broker).post(undo).status_code == 404


def test_appeal_from_the_page_of_the_request_to_the_answer(
    asked, declined, focal_point, second, broker, another, moderator
):
    own = f"/appeals/new/{declined.pk}/"
    page = page_of(as_user(focal_point).get(asked.get_absolute_url()))
    assert own in [url for _name, url in page.links]
    as_user(focal_point).post(own, {"words": "Ports are cities too."})
    url = f"/admin/review/appeal/{Appeal.objects.get().pk}/"
    appeals = page_of(as_user(another).get(f"{REQUESTS}?todo=appeal"))
    assert url in [href for _text, href in appeals.links]
    # Moderators do not see it.
    assert "Ports are cities too." not in page_of(as_user(moderator).get("/admin/")).html
    assert as_user(moderator).get(url).status_code == 403
    old = f"/admin/partnerships/appeals/{Appeal.objects.get().pk}/"
    assert as_user(another).get(old).url == url
    sent = {"outcome": "restored", "answer": "So they are."}
    page = page_of(as_user(broker).get(url))
    assert (page.select("form.decide"), "another broker must" in page.text) == ([], True)
    page = page_of(as_user(another).get(url))
    assert (page.errors, page.one("#appeal + p").links) == ([], [(asked.title, review(asked))])
    assert asked.get_absolute_url() in dict(page.one(".as-shown").links).values()
    as_user(another).post(url, sent)
    asked.refresh_from_db()
    assert (asked.status, Appeal.objects.get().answer) == ("submitted", "So they are.")
    assert page_of(as_user(another).get(url)).select("form.decide") == []
    page = page_of(as_user(focal_point).get(own))
    assert "So they are." in [each.text for each in page.select("blockquote")]


def test_appeal_as_a_colleague_of_the_author(
    asked, declined, focal_point, second, stranger, another
):
    right = Representation.objects.filter(member=second)
    own = f"/appeals/new/{declined.pk}/"
    clients = [as_user(who) for who in (focal_point, second, stranger)]
    assert [client.get(own).status_code for client in clients] == [200, 200, 404]
    first, client, _stranger = clients
    assert own in [url for _name, url in page_of(client.get(asked.get_absolute_url())).links]
    # The right ends at once.
    right.update(status="ended")
    assert client.post(own, {"words": "Let me."}).status_code == 404
    right.update(status="approved")
    assert client.post(own, {"words": "Ports are cities too."}).url == own
    assert Appeal.objects.get().by == second
    # Once for each decision.
    page = page_of(first.get(own))
    assert "Your co-author’s appeal" in page.headings
    assert own not in [form.action for form in page.forms]
    page = page_of(first.post(own, {"words": "And me."}))
    assert "Your co-author’s appeal" in page.headings
    assert Appeal.objects.get().by == second
    sent = {"outcome": "restored", "answer": "So they are."}
    as_user(another).post(f"/admin/review/appeal/{Appeal.objects.get().pk}/", sent)
    asked.refresh_from_db()
    assert asked.status == "submitted"
    told = Notification.objects.filter(event="appeal.decided").values_list("member", flat=True)
    assert {*told} == {focal_point.pk, second.pk}


def test_appeal_about_a_representation_is_for_that_person_only(city, focal_point, second, broker):
    Representation.objects.filter(member=second).update(status="declined")
    row = Representation.objects.get(member=second)
    decision = Decision.objects.create(
        subject=row, by=broker, concerns=second, verb=Verb.DECLINE, before="asked", **WORDS
    )
    url = f"/appeals/new/{decision.pk}/"
    assert [as_user(who).get(url).status_code for who in (focal_point, second)] == [404, 200]


def test_appeal_takes_a_fixed_number_of_queries(asked, declined, focal_point, another):
    waits = appeal(decision=declined, by=focal_point, words="Why?")
    desk, counted = as_user(another), []
    for _time in range(2):
        claim(subject=waits, by=another)
        desk.get(REQUESTS)
        with CaptureQueriesContext(connection) as found:
            desk.get(f"/admin/review/appeal/{waits.pk}/")
        counted.append(len(found))
        for _more in range(3):
            Decision.objects.create(
                subject=asked, by=another, concerns=focal_point, verb=Verb.APPROVE
            )
    assert counted[0] == counted[1]


def test_see_the_decision_about_a_representation(member, broker):
    row = RepresentationFactory(member=member, status="declined")
    decision = Decision.objects.create(
        subject=row, by=broker, concerns=member, verb=Verb.DECLINE, before="asked", **WORDS
    )
    client = as_user(member)
    url = f"/appeals/new/{decision.pk}/"
    assert url in [href for _text, href in page_of(client.get("/partnerships/cities/")).links]
    page = page_of(client.get(url))
    assert "Not a good fit" in [each.text for each in page.select("dd")]
    assert page.form(url).fields == {"words": ""}
