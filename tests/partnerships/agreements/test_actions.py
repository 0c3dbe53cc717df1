from datetime import date
from itertools import product

import pytest

from community.models import Decision, Notification, User
from partnerships.agreements.actions import (
    STEPS,
    add_facilitator,
    describe,
    remove_facilitator,
    take_step,
    want_public,
)
from partnerships.agreements.reports import add_milestone, submit_report
from partnerships.models import (
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Party,
    Representation,
    kind_of,
)
from partnerships.permissions import can_run_partnership
from repository.models import City
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.factories import (
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.partnerships.agreements.agreements import put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(("verb", "status"), [*product(STEPS, PartnershipStatus.values)])
def test_only_legal_steps_are_possible(partnership, focal_point, verb, status):
    put(partnership, status)
    if status in STEPS[verb].sources:
        done = take_step(partnership=partnership, verb=verb, by=focal_point, words="Said.")
        assert done.status == STEPS[verb].target
    else:
        with pytest.raises(ActionRefused, match="because its status is now"):
            take_step(partnership=partnership, verb=verb, by=focal_point, words="Said.")
        partnership.refresh_from_db()
        assert partnership.status == status


@pytest.mark.parametrize("verb", ["stall", "complete", "discontinue"])
def test_steps_require_a_reason_or_an_outcome(partnership, focal_point, verb):
    put(partnership, "active")
    with pytest.raises(ActionRefused, match=r"^(Describe|Explain)"):
        take_step(partnership=partnership, verb=verb, by=focal_point, words="  ")


def test_notify_the_other_city_once(partnership, focal_point, colleague):
    take_step(partnership=partnership, verb="stall", by=focal_point, words="No visas.")
    told = Notification.objects.get()
    assert (told.member, told.event, told.details) == (
        colleague,
        "partnership.stall",
        {"message": "No visas."},
    )


@pytest.mark.parametrize(("verb", "decided"), [("stall", "stall"), ("discontinue", "end")])
def test_steps_of_brokers_require_a_reason(
    partnership, focal_point, colleague, broker, verb, decided
):
    put(partnership, "active")
    with pytest.raises(ActionRefused, match="Choose a reason"):
        take_step(partnership=partnership, verb=verb, by=broker, words="No visas.")
    assert not Decision.objects.exists()
    take_step(partnership=partnership, verb=verb, by=broker, words="No visas.", reason="capacity")
    decision = Decision.objects.get()
    assert (decision.subject, decision.by, decision.verb) == (partnership, broker, decided)
    assert (decision.reason, decision.message, decision.before) == (
        "capacity",
        "No visas.",
        "active",
    )
    told = Notification.objects.filter(kind="partnership")
    assert {row.member for row in told} == {focal_point, colleague}


@pytest.mark.parametrize(
    ("before", "verb", "message"),
    [
        ("stalled", "resume", "Well done."),
        ("active", "complete", "Three days."),
    ],
)
def test_decide_as_broker_what_all_want_without_a_reason(
    partnership, focal_point, colleague, broker, before, verb, message
):
    """As with every approval; the decision is recorded and the cities are notified."""
    put(partnership, before)
    take_step(partnership=partnership, verb=verb, by=broker, words=message, reason="capacity")
    decision = Decision.objects.get()
    assert (decision.subject, decision.by, decision.before) == (partnership, broker, before)
    assert (decision.verb, decision.reason, decision.message) == (verb, "", message)
    told = Notification.objects.filter(kind="partnership")
    assert {row.member for row in told} == {focal_point, colleague}
    # The outcome is on the page.
    details = {"message": message} if message and verb != "complete" else {}
    assert {row.event for row in told} == {f"partnership.{verb}"}
    assert all(row.details == details for row in told)


def test_steps_of_cities_are_no_decisions(partnership, focal_point):
    put(partnership, "stalled")
    take_step(partnership=partnership, verb="resume", by=focal_point, words="Not asked for.")
    assert not Decision.objects.exists()
    assert Notification.objects.get(kind="partnership").details == {}


def test_steps_of_brokers_for_their_own_city_are_no_decisions(partnership, broker, asking):
    RepresentationFactory(member=broker, city=asking)
    take_step(partnership=partnership, verb="stall", by=broker, words="No visas.")
    assert not Decision.objects.exists()


def test_notify_of_added_and_removed_facilitators(partnership, focal_point, colleague, broker):
    bank = OrganizationFactory(name="Southern Bank")
    for _time in range(2):
        party = add_facilitator(partnership=partnership, helper=bank, by=broker)
    for _time in range(2):
        remove_facilitator(partnership=partnership, party=party.pk, by=broker)
    told = Notification.objects.filter(kind="partnership").order_by("pk")
    assert [(row.member, row.event, row.details) for row in told] == [
        (member, event, {"message": "Southern Bank"})
        for event in ("partnership.joined", "partnership.left")
        for member in (focal_point, colleague)
    ]


def test_facilitating_cities_are_named_in_the_language_of_the_reader(
    partnership, focal_point, colleague, broker
):
    geneva = CityFactory(name="Geneva", names={"fr": "Genève"})
    User.objects.filter(pk=focal_point.pk).update(language="fr")
    party = add_facilitator(partnership=partnership, helper=geneva, by=broker)
    remove_facilitator(partnership=partnership, party=party.pk, by=broker)
    bodies = {message.to[0]: message.body.splitlines() for message in run_queue()}
    assert "Genève" in bodies[focal_point.email]
    assert "Geneva" in bodies[colleague.email]


def test_steps_are_in_the_history(partnership, focal_point):
    put(partnership, "stalled")
    take_step(partnership=partnership, verb="resume", by=focal_point)
    event = Partnership.pgh_event_model.objects.order_by("-pgh_id").first()
    assert (event.status, event.pgh_context.metadata["user"]) == ("active", focal_point.pk)


def test_public_once_both_agree(partnership, focal_point, colleague):
    want_public(partnership=partnership, wanted=True, by=focal_point)
    assert not Partnership.objects.get().is_public
    want_public(partnership=partnership, wanted=True, by=colleague)
    assert Partnership.objects.get().is_public
    want_public(partnership=partnership, wanted=False, by=focal_point)
    assert not Partnership.objects.get().is_public


def test_publicity_is_refused_to_others(partnership, stranger, broker):
    for person in (stranger, broker):
        with pytest.raises(ActionRefused, match="no longer represent"):
            want_public(partnership=partnership, wanted=True, by=person)


def test_add_facilitator_twice_is_once(partnership, broker):
    bank = OrganizationFactory(country=None)
    for _time in range(2):
        add_facilitator(partnership=partnership, helper=bank, by=broker)
    assert kind_of(partnership.parties.all()) == PartnershipKind.TRIANGULAR
    party = partnership.parties.get(organization=bank)
    for _time in range(2):
        remove_facilitator(partnership=partnership, party=party.pk, by=broker)
    assert partnership.parties.count() == 2


def test_keep_samples_and_real_cities_apart(partnership, broker, asking):
    sample, real = CityFactory(is_sample=True), CityFactory()
    with pytest.raises(ActionRefused, match="mix sample data"):
        add_facilitator(partnership=partnership, helper=sample, by=broker)
    City.objects.filter(pk=asking.pk).update(is_sample=True)
    with pytest.raises(ActionRefused, match="mix sample data"):
        add_facilitator(partnership=partnership, helper=real, by=broker)
    assert partnership.parties.count() == 2
    add_facilitator(partnership=partnership, helper=sample, by=broker)
    assert partnership.parties.count() == 3


def test_add_a_northern_city_as_facilitator(partnership, broker, asking, stranger):
    north = CityFactory(country=CountryFactory(iso2="DE", development="developed"))
    RepresentationFactory(member=stranger, city=north)
    Party.objects.update(wants_public=True)
    Partnership.objects.update(is_public=True)
    party = add_facilitator(partnership=partnership, helper=north, by=broker)
    assert kind_of(partnership.parties.all()) == PartnershipKind.TRIANGULAR
    # It has not yet agreed to publicity, and is a party like the others.
    partnership.refresh_from_db()
    assert (partnership.is_public, can_run_partnership(stranger, partnership)) == (False, True)
    with pytest.raises(ActionRefused, match="already in the partnership"):
        add_facilitator(partnership=partnership, helper=asking, by=broker)
    remove_facilitator(partnership=partnership, party=party.pk, by=broker)
    partnership.refresh_from_db()
    assert (partnership.is_public, can_run_partnership(stranger, partnership)) == (True, False)


def test_remove_a_city_is_refused(partnership, broker):
    party = partnership.parties.first()
    remove_facilitator(partnership=partnership, party=party.pk, by=broker)
    assert partnership.parties.count() == 2


def test_changes_after_the_end_are_refused(partnership, focal_point):
    put(partnership, "completed")
    fields = {"title": "New", "summary": "", "baseline": "", "practices": [], "themes": []}
    with pytest.raises(ActionRefused, match="has ended"):
        describe(partnership=partnership, by=focal_point, **fields)


def test_describe(partnership, focal_point):
    practice = PracticeFactory()
    fields = {
        "title": "New",
        "summary": "All of it.",
        "baseline": "9 days",
        "practices": [practice],
        "themes": [],
    }
    describe(partnership=partnership, by=focal_point, **fields)
    partnership.refresh_from_db()
    assert (partnership.title, partnership.baseline) == ("New", "9 days")
    assert list(partnership.practices.all()) == [practice]


def test_former_representatives_are_refused(partnership, focal_point):
    """The right may end between the page and the step."""
    report = partnership.reports.get()
    Representation.objects.update(status="ended")
    said = {"light": "green", "progress": "Shops.", "problems": "", "figure": ""}
    for act in (
        lambda: take_step(partnership=partnership, verb="stall", by=focal_point, words="No."),
        lambda: describe(partnership=partnership, by=focal_point, title="Mine"),
        lambda: add_milestone(
            partnership=partnership, by=focal_point, title="Visit", due_on=date(2027, 1, 4)
        ),
        lambda: submit_report(report=report, by=focal_point, evidence_url="", **said),
    ):
        with pytest.raises(ActionRefused, match="no longer represent"):
            act()
    assert Partnership.objects.get().status == "active"
