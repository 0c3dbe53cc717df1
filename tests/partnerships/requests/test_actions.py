from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from community.models import Decision, Notification, Verb
from partnerships.models import (
    COUNTED,
    MAX_OPEN,
    Brokering,
    Match,
    PartnershipRequest,
    RequestStatus,
)
from partnerships.requests.actions import (
    STEPS,
    close,
    lock_for,
    mark_matched,
    renew,
    reopen,
    submit,
    withdraw,
)
from partnerships.requests.expiry import expire
from partnerships.requests.review import decide
from repository.workflow import ActionRefused
from tests.factories import PracticeFactory
from tests.factories.partnerships import (
    THEN,
    MatchFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
)
from tests.races import race

WORDS = {"reason": "incomplete", "message": "Say how many shops there are."}
LONG_AGO = timezone.now() - timedelta(days=400)


def request_in(status: str, **options) -> PartnershipRequest:
    """A request that is ready for its next step, in one state."""
    dates = {"submitted_at": THEN, "opened_at": THEN, "expires_at": LONG_AGO}
    if status == RequestStatus.CLOSED:
        dates |= {"closed_at": THEN, "closing_reason": "changed"}
    practices = options.pop("practices", None) or [PracticeFactory()]
    return PartnershipRequestFactory(status=status, practices=practices, **dates | options)


VERBS = {
    "submit": lambda partnership_request, focal_point, broker: submit(
        partnership_request=partnership_request, by=focal_point
    ),
    "withdraw": lambda partnership_request, focal_point, broker: withdraw(
        partnership_request=partnership_request, by=focal_point
    ),
    "open": lambda partnership_request, focal_point, broker: decide(
        partnership_request=partnership_request, verb=Verb.APPROVE, by=broker
    ),
    "request_changes": lambda partnership_request, focal_point, broker: decide(
        partnership_request=partnership_request, verb=Verb.REQUEST_CHANGES, by=broker, **WORDS
    ),
    "decline": lambda partnership_request, focal_point, broker: decide(
        partnership_request=partnership_request, verb=Verb.DECLINE, by=broker, **WORDS
    ),
    "renew": lambda partnership_request, focal_point, broker: renew(
        partnership_request=partnership_request, by=focal_point
    ),
    "expire": lambda partnership_request, focal_point, broker: expire(
        partnership_request=partnership_request
    ),
    "mark_matched": lambda partnership_request, focal_point, broker: mark_matched(
        partnership_request=partnership_request
    ),
    "reopen": lambda partnership_request, focal_point, broker: reopen(
        partnership_request=partnership_request,
        by=broker,
        message="The other city has no time after all.",
    ),
    "close": lambda partnership_request, focal_point, broker: close(
        partnership_request=partnership_request, by=focal_point, reason="elsewhere"
    ),
}


def test_every_step_is_tested():
    # Undoing decisions is tested in desk/test_undo.py.
    assert {*VERBS} == {*STEPS} - {"restore"}


def status_of(partnership_request) -> str:
    return PartnershipRequest.objects.get(pk=partnership_request.pk).status


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("before", RequestStatus.values)
def test_only_the_steps_of_the_table_are_legal(before, verb, city, focal_point, broker):
    partnership_request = request_in(before, city=city)
    events = partnership_request.events.count()
    if before in STEPS[verb].sources:
        VERBS[verb](partnership_request, focal_point, broker)
        assert status_of(partnership_request) == STEPS[verb].target
        assert partnership_request.events.count() == events + 1
        return
    with pytest.raises(ActionRefused, match=f"“{partnership_request.title}”"):
        VERBS[verb](partnership_request, focal_point, broker)
    assert (status_of(partnership_request), partnership_request.events.count()) == (before, events)
    assert (Decision.objects.count(), Notification.objects.count()) == (0, 0)


# Notifications of the representatives of the city about each step.
NOTIFIED = {
    "submit": ("draft", [], []),
    "withdraw": ("submitted", [], []),
    "open": ("submitted", ["request.opened"], ["request.opened"]),
    "request_changes": ("submitted", ["request.changes-requested"], ["request.changes-requested"]),
    "decline": ("submitted", ["request.declined"], ["request.declined"]),
    "renew": ("open", [], ["request.renewed"]),
    "expire": ("open", ["request.expired"], ["request.expired"]),
    "mark_matched": ("open", [], []),
    "reopen": ("matched", ["request.reopened"], ["request.reopened"]),
    "close": ("open", [], ["request.closed-by-city"]),
}


@pytest.mark.parametrize("verb", VERBS)
def test_notify_the_representatives_of_the_city_once(
    verb, city, focal_point, second, stranger, broker
):
    before, told, others = NOTIFIED[verb]
    partnership_request = request_in(before, city=city)
    VERBS[verb](partnership_request, focal_point, broker)
    # Reopened and opened requests may be renewed at once; nothing else can be done twice.
    if STEPS[verb].target not in STEPS[verb].sources:
        with pytest.raises(ActionRefused):
            VERBS[verb](partnership_request, focal_point, broker)
    events = [
        sorted(person.notifications.values_list("event", flat=True))
        for person in (focal_point, second, stranger)
    ]
    assert events == [told, others, []]


def test_submit_notifies_brokers_once_a_day(city, focal_point, broker, moderator):
    partnership_request = request_in("draft", city=city)
    for _time in range(2):
        submit(partnership_request=partnership_request, by=focal_point)
        withdraw(partnership_request=partnership_request, by=focal_point)
    told = Notification.objects.filter(event="request.submitted")
    assert [(notice.member, notice.kind) for notice in told] == [(broker, "brokering")]


def test_submit_an_incomplete_request_is_refused(city, focal_point):
    partnership_request = request_in("draft", city=city, challenge="", modalities=[], languages=[])
    with pytest.raises(
        ActionRefused,
        match=": the challenge, a working language, a kind of cooperation",
    ):
        submit(partnership_request=partnership_request, by=focal_point)
    assert status_of(partnership_request) == "draft"


def test_submit_again_and_approve(city, focal_point, broker):
    partnership_request = request_in("submitted", city=city)
    decide(partnership_request=partnership_request, verb=Verb.REQUEST_CHANGES, by=broker, **WORDS)
    submit(partnership_request=partnership_request, by=focal_point)
    decide(partnership_request=partnership_request, verb=Verb.APPROVE, by=broker)
    partnership_request.refresh_from_db()
    assert partnership_request.submitted_at > THEN
    assert partnership_request.expires_at - timezone.now() > timedelta(days=179)


# At most three


@pytest.mark.parametrize(
    ("verb", "before"), [("submit", "draft"), ("renew", "expired"), ("reopen", "matched")]
)
def test_a_city_has_at_most_three_active_requests(verb, before, city, focal_point, broker):
    for status in COUNTED:
        request_in(status, city=city)
    request_in("draft", city=city), request_in("open"), request_in("closed", city=city)
    third, fourth = (request_in(before, city=city) for _number in range(2))
    VERBS[verb](third, focal_point, broker)
    with pytest.raises(ActionRefused, match=f"Your city already has {MAX_OPEN} requests"):
        VERBS[verb](fourth, focal_point, broker)
    assert status_of(fourth) == before


def test_renew_one_of_three(city, focal_point):
    third = [request_in("open", city=city) for _number in range(MAX_OPEN)][-1]
    renew(partnership_request=third, by=focal_point)
    third.refresh_from_db()
    assert third.expires_at > timezone.now()


# Terms


def test_term_follows_the_settings(city, broker):
    Brokering.objects.create(pk=1, request_days=30)
    partnership_request = request_in("submitted", city=city, opened_at=None, expires_at=None)
    decide(partnership_request=partnership_request, verb=Verb.APPROVE, by=broker)
    partnership_request.refresh_from_db()
    assert partnership_request.expires_at - partnership_request.opened_at == timedelta(days=30)


def test_renew_starts_a_term_and_resets_the_warning(city, focal_point):
    partnership_request = request_in("expired", city=city, warned_at=THEN)
    renew(partnership_request=partnership_request, by=focal_point)
    partnership_request.refresh_from_db()
    assert (partnership_request.opened_at, partnership_request.warned_at) == (THEN, None)
    assert timezone.now() < partnership_request.expires_at


def test_reopen_within_the_term_leaves_it_as_it_is(city, broker):
    soon = timezone.now() + timedelta(days=3)
    partnership_request = request_in("matched", city=city, expires_at=soon)
    reopen(partnership_request=partnership_request)
    partnership_request.refresh_from_db()
    assert (partnership_request.status, partnership_request.expires_at) == ("open", soon)
    assert not Decision.objects.exists()


# Closing


def test_close_by_the_city_requires_only_a_reason(city, focal_point):
    partnership_request = request_in("open", city=city)
    with pytest.raises(ActionRefused, match="reason for closing"):
        close(partnership_request=partnership_request, by=focal_point, reason="because")
    close(partnership_request=partnership_request, by=focal_point, reason="partnered")
    partnership_request.refresh_from_db()
    assert (partnership_request.closing_reason, Decision.objects.count()) == ("partnered", 0)


def test_close_by_a_broker_requires_a_message(city, focal_point, broker):
    partnership_request = request_in("matched", city=city, created_by=focal_point)
    with pytest.raises(ActionRefused, match="write a message"):
        close(partnership_request=partnership_request, by=broker, reason="no-match")
    close(
        partnership_request=partnership_request,
        by=broker,
        reason="no-match",
        message="We found nobody.",
    )
    decision = Decision.objects.get()
    assert (decision.verb, decision.by, decision.concerns, decision.before) == (
        "close",
        broker,
        focal_point,
        "matched",
    )
    notice = focal_point.notifications.get()
    assert (notice.event, notice.details["message"], notice.actor) == (
        "request.closed",
        "We found nobody.",
        None,
    )


def test_reopen_by_a_broker_requires_a_message(city, broker):
    partnership_request = request_in("matched", city=city)
    with pytest.raises(ActionRefused, match="write a message"):
        reopen(partnership_request=partnership_request, by=broker)


@pytest.mark.parametrize(
    "verb", [partial(close, reason="no-match"), reopen], ids=["close", "reopen"]
)
def test_close_and_reopen_are_refused_to_a_broker_who_wrote_the_request(verb, city, broker):
    partnership_request = request_in("matched", city=city, created_by=broker)
    with pytest.raises(ActionRefused, match="your own"):
        verb(partnership_request=partnership_request, by=broker, message="We found another.")
    partnership_request.refresh_from_db()
    assert (partnership_request.status, Decision.objects.count()) == ("matched", 0)


# Consequences for matches and pages


@pytest.mark.parametrize("verb", ["expire", "mark_matched", "close"])
def test_leaving_open_ends_matches_without_an_introduction(verb, city, focal_point, broker):
    partnership_request = request_in("open", city=city)
    other = RepresentationFactory()
    suggested = MatchFactory(request=partnership_request)
    proposed = MatchFactory(request=partnership_request, city=other.city, proposed=True)
    introduced = MatchFactory(introduced=True, request=partnership_request)
    declined = MatchFactory(request=partnership_request, status="declined")
    VERBS[verb](partnership_request, focal_point, broker)
    states = Match.objects.in_bulk()
    assert [states[row.pk].status for row in (suggested, proposed, introduced, declined)] == [
        "withdrawn",
        "withdrawn",
        "introduced",
        "declined",
    ]
    assert states[proposed.pk].ended_at is not None
    assert [notice.event for notice in other.member.notifications.all()] == ["match.withdrawn"]


def test_lock_a_deleted_request_is_refused(city):
    partnership_request = request_in("draft", city=city)
    PartnershipRequest.objects.all().delete()
    for verb in STEPS:
        with pytest.raises(ActionRefused, match="changed this request after"):
            lock_for(verb, partnership_request)


# Concurrency


def submit_at_once(city, focal_point, second, broker) -> tuple:
    """Two focal points submit the third request of their city at the same moment."""
    for _number in range(MAX_OPEN - 1):
        request_in("open", city=city)
    drafts = [request_in("draft", city=city) for _number in range(2)]
    outcomes = race(
        broker,
        lambda: submit(partnership_request=drafts[0], by=focal_point),
        lambda: submit(partnership_request=drafts[1], by=second),
    )
    counted = PartnershipRequest.objects.filter(city=city, status__in=COUNTED).count()
    return outcomes, counted


@pytest.mark.django_db(transaction=True)
def test_submit_two_concurrently_stops_at_three(city, focal_point, second, broker):
    assert submit_at_once(city, focal_point, second, broker) == (["done", "refused"], 3)


@pytest.mark.django_db(transaction=True)
def test_submit_two_concurrently_without_locks_makes_four(
    city, focal_point, second, broker, without_locks
):
    assert submit_at_once(city, focal_point, second, broker) == (["done", "done"], 4)


@pytest.mark.django_db(transaction=True)
def test_decide_concurrently_once(city, focal_point, broker, administrator):
    partnership_request = request_in("submitted", city=city)
    outcomes = race(
        partnership_request,
        lambda: decide(partnership_request=partnership_request, verb=Verb.APPROVE, by=broker),
        lambda: decide(
            partnership_request=partnership_request, verb=Verb.DECLINE, by=administrator, **WORDS
        ),
    )
    told = focal_point.notifications.count()
    assert (outcomes, Decision.objects.count(), told) == (["done", "refused"], 1, 1)


@pytest.mark.django_db(transaction=True)
def test_renew_and_expire_concurrently(city, focal_point):
    partnership_request = request_in("open", city=city)
    race(
        partnership_request,
        lambda: renew(partnership_request=partnership_request, by=focal_point),
        lambda: expire(partnership_request=partnership_request),
    )
    partnership_request.refresh_from_db()
    assert (partnership_request.status, partnership_request.expires_at > timezone.now()) == (
        "open",
        True,
    )
