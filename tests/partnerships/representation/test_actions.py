"""Actions on representations of a city: each from each status, by each person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from community.models import Decision, Notification
from community.privacy.actions import delete_account
from partnerships import permissions
from partnerships.desk.notices import EVENTS
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation import actions
from partnerships.representation import review as reviews
from partnerships.representation.actions import STEPS, NewPlace
from repository.models import City
from repository.places import gazetteer
from repository.workflow import ActionRefused
from tests.factories import CityFactory, CountryFactory, RepresentationFactory, UserFactory
from tests.files import PDF, picture

pytestmark = pytest.mark.django_db

WORDS = {"reason": "incomplete", "message": "Send us a letter of your office."}
TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"


@pytest.fixture
def kisumu(db):
    return CityFactory(slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE"))


def letter(content: bytes = PDF):
    return SimpleUploadedFile("letter.pdf", content)


def ask(by, place, **options) -> Representation:
    return actions.ask(by=by, place=place, **{"position": "Head of trade"} | options)


def letters() -> list[str]:
    try:
        return default_storage.listdir("letters")[1]
    except FileNotFoundError:
        return []


def notified(member) -> list[str]:
    rows = Notification.objects.filter(member=member).order_by("pk")
    return list(rows.values_list("event", flat=True))


# Asking


def test_ask_for_a_city_of_the_collection(member, broker, kisumu):
    asked = ask(member, kisumu, official_email="me@kisumu.go.ke", note="Call us.", letter=letter())
    asked.refresh_from_db()
    assert (asked.member, asked.city, asked.status) == (member, kisumu, "asked")
    assert (asked.place, asked.email_domain, asked.note) == ("Kisumu", "kisumu.go.ke", "Call us.")
    assert [f"letters/{name}" for name in letters()] == [asked.letter.name]
    assert (notified(broker), notified(member)) == (["representation.asked"], [])
    assert not permissions.speaks_for(member, kisumu)


def test_ask_for_a_place_of_the_gazetteer_creates_no_city(member):
    CountryFactory(iso2="RW")
    kigali = gazetteer.find("Kigali", "RW")[0]
    asked = ask(member, kigali)
    assert (asked.city, asked.place, asked.country_id) == (None, "Kigali", "RW")
    assert asked.geoname_id == kigali.geoname_id
    assert not City.objects.exists()


def test_ask_for_a_place_of_the_gazetteer_that_is_a_city(member):
    CountryFactory(iso2="RW")
    kigali = gazetteer.find("Kigali", "RW")[0]
    city = gazetteer.create_city(kigali)
    assert ask(member, kigali).city == city


def test_ask_for_a_place_of_an_unknown_country(member):
    with pytest.raises(
        ActionRefused, match="This city’s country or area isn’t on the exchange yet"
    ):
        ask(member, gazetteer.find("Kigali", "RW")[0])


def test_ask_for_a_new_place(member, kisumu):
    asked = ask(member, NewPlace("Ndhiwa", kisumu.country))
    assert (asked.city, asked.place, asked.country, asked.geoname_id) == (
        None,
        "Ndhiwa",
        kisumu.country,
        None,
    )


@pytest.mark.parametrize("kind", ["city", "new"])
def test_ask_twice_is_harmless(member, broker, kisumu, kind):
    place = kisumu if kind == "city" else NewPlace("Ndhiwa", kisumu.country)
    first = ask(member, place, letter=letter())
    assert ask(member, place, letter=letter()) == first
    assert (Representation.objects.count(), len(letters()), len(notified(broker))) == (1, 1, 1)
    with pytest.raises(ActionRefused, match="already requested to represent this city"):
        ask(member, place, position="Mayor")


def test_ask_for_a_city_already_represented(member, kisumu):
    RepresentationFactory(member=member, city=kisumu)
    with pytest.raises(ActionRefused, match="You already represent this city"):
        ask(member, kisumu)


def test_ask_again_after_the_last_day(member, kisumu):
    over = RepresentationFactory(member=member, city=kisumu, until=TODAY() - DAY)
    asked = ask(member, kisumu)
    over.refresh_from_db()
    assert (over.status, asked.status) == ("ended", "asked")


def test_ask_for_at_most_three_at_once(member):
    for _ in range(actions.MAX_WAITING):
        ask(member, CityFactory())
    with pytest.raises(ActionRefused, match="3 requests in review"):
        ask(member, CityFactory(), letter=letter())
    assert (Representation.objects.count(), letters()) == (3, [])


def test_ask_at_most_six_times_a_day(member):
    for _ in range(actions.MAX_PER_DAY):
        actions.withdraw(representation=ask(member, CityFactory()), by=member)
    with pytest.raises(ActionRefused, match="many of these"):
        ask(member, CityFactory())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (picture(), "must be a PDF"),
        (b"%PDF-1.7 cut off", "incomplete"),
        (b"MZ\x90", "Choose a JPEG"),
    ],
)
def test_ask_with_a_letter_that_is_no_pdf(member, kisumu, content, words):
    with pytest.raises(ValidationError, match=words):
        ask(member, kisumu, letter=letter(content))
    assert (Representation.objects.count(), letters()) == (0, [])


def test_ask_with_a_closed_account(member, kisumu):
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    with pytest.raises(ActionRefused, match="closed"):
        ask(member, kisumu)


# Each verb from each status


def put(status: str, member, city) -> Representation:
    dates = {"since": TODAY() - DAY} if status in ("approved", "ended") else {"since": None}
    return RepresentationFactory(member=member, city=city, status=status, **dates)


def perform(verb: str, representation: Representation, by) -> None:
    options = {
        "approve": {},
        "decline": WORDS,
        "end": WORDS,
        "set_last_day": {"until": TODAY() + 9 * DAY},
    }.get(verb, {})
    of_brokers = STEPS[verb].by == "a broker"
    step = getattr(reviews if of_brokers else actions, verb)
    step(representation=representation, by=by, **options)


TAKEN = {verb: step for verb, step in STEPS.items() if step.by != "the clock"}
EVENT_OF = {
    "approve": "representation.approved",
    "decline": "representation.declined",
    "end": "representation.ended",
    "set_last_day": "representation.last-day",
}


@pytest.mark.parametrize("status", RepresentationStatus.values)
@pytest.mark.parametrize("verb", TAKEN)
def test_take_each_step_from_allowed_statuses_only(member, broker, kisumu, verb, status):
    step = STEPS[verb]
    representation = put(status, member, kisumu)
    by = member if step.by == "the member" else broker
    if status not in step.sources:
        with pytest.raises(ActionRefused, match="already been answered"):
            perform(verb, representation, by)
        representation.refresh_from_db()
        assert (representation.status, Decision.objects.count()) == (status, 0)
        return
    perform(verb, representation, by)
    representation.refresh_from_db()
    assert representation.status == step.target
    assert permissions.speaks_for(member, kisumu) == (step.target == "approved")
    assert notified(member) == ([EVENT_OF[verb]] if verb in EVENT_OF else [])
    decided = list(Decision.objects.values_list("by", "concerns", "before", "verb"))
    recorded = "approve" if verb == "set_last_day" else verb
    assert decided == ([(broker.pk, member.pk, status, recorded)] if verb in EVENT_OF else [])


@pytest.mark.parametrize("verb", TAKEN)
def test_refuse_each_step_to_others(member, broker, moderator, stranger, kisumu, verb):
    step = STEPS[verb]
    representation = put(min(step.sources), member, kisumu)
    right = member if step.by == "the member" else broker
    for by in {member, broker, moderator, stranger} - {right}:
        with pytest.raises(ActionRefused):
            perform(verb, representation, by)
    representation.refresh_from_db()
    assert (representation.status, representation.until) == (min(step.sources), None)


@pytest.mark.parametrize("verb", ["approve", "decline", "end", "set_last_day"])
def test_refuse_decisions_about_oneself(broker, kisumu, verb):
    representation = put(min(STEPS[verb].sources), broker, kisumu)
    with pytest.raises(ActionRefused, match="nother broker"):
        perform(verb, representation, broker)


@pytest.mark.parametrize("verb", ["decline", "end"])
@pytest.mark.parametrize("missing", ["reason", "message"])
def test_refuse_without_reason_or_message(member, broker, kisumu, verb, missing):
    representation = put(min(STEPS[verb].sources), member, kisumu)
    with pytest.raises(ActionRefused, match="Choose a reason"):
        getattr(reviews, verb)(representation=representation, by=broker, **WORDS | {missing: ""})


def test_each_event_has_a_text():
    events = {*EVENT_OF.values(), *(f"representation.{w}" for w in ("asked", "laid-down"))}
    assert events - set(EVENTS) == set()


# Approving


def test_approve_until_a_day(member, broker, kisumu):
    asked = ask(member, kisumu)
    reviews.approve(representation=asked, by=broker, until=TODAY(), message="Welcome.")
    asked.refresh_from_db()
    assert (asked.since, asked.until) == (TODAY(), TODAY())
    assert Decision.objects.get().message == "Welcome."
    assert permissions.speaks_for(member, kisumu)


def test_approve_until_a_day_in_the_past(member, broker, kisumu):
    with pytest.raises(ActionRefused, match="later end date"):
        reviews.approve(representation=ask(member, kisumu), by=broker, until=TODAY() - DAY)


def test_approve_for_another_city(member, broker, kisumu):
    other = CityFactory(name="Kisumu County")
    asked = ask(member, kisumu)
    reviews.approve(representation=asked, by=broker, choice=other)
    assert (permissions.speaks_for(member, kisumu), permissions.speaks_for(member, other)) == (
        False,
        True,
    )


def test_approve_a_place_of_the_gazetteer_creates_one_city(member, colleague, broker):
    CountryFactory(iso2="RW")
    kigali = gazetteer.find("Kigali", "RW")[0]
    for person in (member, colleague):
        reviews.approve(representation=ask(person, kigali), by=broker, choice=kigali)
    city = City.objects.get()
    assert (city.name, city.geoname_id) == ("Kigali", kigali.geoname_id)
    assert permissions.speaks_for(member, city)
    assert permissions.speaks_for(colleague, city)


def test_approve_a_new_place_creates_one_city(member, colleague, broker, kisumu):
    for person, name in ((member, "Ndhiwa"), (colleague, "ndhiwa ")):
        asked = ask(person, NewPlace("Ndhiwa", kisumu.country))
        reviews.approve(representation=asked, by=broker, choice=name)
    city = City.objects.get(name="Ndhiwa")
    assert (city.slug, city.country, city.latitude) == ("ndhiwa", kisumu.country, None)
    assert Representation.objects.current().filter(city=city).count() == 2


@pytest.mark.parametrize("chosen", [None, "", "  "])
def test_approve_a_new_place_without_a_city(member, broker, kisumu, chosen):
    asked = ask(member, NewPlace("Ndhiwa", kisumu.country))
    with pytest.raises(ActionRefused):
        reviews.approve(representation=asked, by=broker, choice=chosen)


def test_approve_a_current_representative(member, broker, kisumu):
    RepresentationFactory(member=member, city=kisumu)
    asked = ask(member, NewPlace("Kisumu", kisumu.country))
    with pytest.raises(ActionRefused, match="already represents Kisumu"):
        reviews.approve(representation=asked, by=broker, choice=kisumu)


def test_approve_one_of_two_requests_for_a_city(member, broker, kisumu):
    ask(member, kisumu)
    words = ask(member, NewPlace("Kisumu", kisumu.country))
    with pytest.raises(ActionRefused, match="two requests"):
        reviews.approve(representation=words, by=broker, choice=kisumu)


def test_approve_for_a_closed_account(member, broker, kisumu):
    asked = ask(member, kisumu)
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    with pytest.raises(ActionRefused, match="closed"):
        reviews.approve(representation=asked, by=broker)


def test_approve_several_for_a_city(member, colleague, broker, kisumu):
    for person in (member, colleague):
        reviews.approve(representation=ask(person, kisumu), by=broker)
    assert Representation.objects.current().filter(city=kisumu).count() == 2


def test_set_the_same_last_day_twice_is_harmless(member, broker, kisumu):
    held = RepresentationFactory(member=member, city=kisumu)
    for _ in range(2):
        reviews.set_last_day(representation=held, by=broker, until=TODAY() + DAY)
    assert notified(member) == ["representation.last-day"]


# The end of rights


def test_represent_up_to_the_last_day(member, kisumu):
    held = RepresentationFactory(member=member, city=kisumu, until=TODAY())
    assert permissions.speaks_for(member, kisumu)
    Representation.objects.filter(pk=held.pk).update(until=TODAY() - DAY)
    assert not permissions.speaks_for(member, kisumu)


def test_represent_no_city_with_a_closed_account(member, kisumu):
    RepresentationFactory(member=member, city=kisumu)
    member.is_active = False
    assert not permissions.speaks_for(member, kisumu)
    assert not Representation.objects.cities_of(member).exists()


def test_lapse_once(member, kisumu):
    over = RepresentationFactory(member=member, city=kisumu, until=TODAY() - DAY)
    current = RepresentationFactory(member=UserFactory(), city=kisumu, until=TODAY())
    assert [actions.lapse(representation=over) for _ in range(2)] == [True, False]
    assert actions.lapse(representation=current) is False
    over.refresh_from_db()
    assert (over.status, notified(member)) == ("ended", ["representation.lapsed"])


# Letters


def test_withdraw_deletes_the_letter(member, kisumu, django_capture_on_commit_callbacks):
    asked = ask(member, kisumu, letter=letter())
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(representation=asked, by=member)
    asked.refresh_from_db()
    assert (asked.letter.name, letters()) == ("", [])


def test_delete_the_letter_with_the_account(member, kisumu, django_capture_on_commit_callbacks):
    ask(member, kisumu, letter=letter())
    ask(member, CityFactory())
    with django_capture_on_commit_callbacks(execute=True):
        delete_account(member=member, by=member, erase=False)
    assert (Representation.objects.count(), letters()) == (0, [])
    event = Representation.pgh_event_model
    assert not event.objects.exclude(letter="", position="", official_email="").exists()
    assert not event.objects.filter(member=member.pk).exists()
