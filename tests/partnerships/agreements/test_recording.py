from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.models import Notification
from partnerships.agreements.recording import EditConflict, confirm, record, withdraw
from partnerships.matches.closing import part
from partnerships.models import (
    Match,
    Partnership,
    PartnershipKind,
    RecordedAgreement,
    Representation,
    Side,
    kind_of,
)
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.community.writing.attachments.uploads import fail_to_delete_once
from tests.factories import (
    MatchFactory,
    OrganizationFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.files import PDF
from tests.partnerships.matches.pairs import pair
from tests.races import race

pytestmark = pytest.mark.django_db

AGREED = {"title": "Village shops", "agreed_on": date(2026, 3, 2), "agreement_kind": "memorandum"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def agree(match, by, other, **values) -> Partnership:
    """Record an agreement, and confirm it for the candidate."""
    recorded = record(match=match, by=by, **AGREED | values)
    return confirm(match=match, side=Side.CANDIDATE, by=other, version=recorded.version)


def stored() -> list[str]:
    folders, _files = default_storage.listdir("")
    return [f"{name}: {len(default_storage.listdir(name)[1])}" for name in sorted(folders)]


def test_record_what_was_agreed(introduced, focal_point, colleague, broker, asking, giving):
    practice = PracticeFactory()
    introduced.request.practices.add(practice)
    made = agree(introduced, focal_point, colleague)
    assert (made.status, made.baseline, made.is_public) == ("active", "12 days in 2025", False)
    assert made.started_on == timezone.localdate()
    assert list(made.practices.all()) == [practice]
    assert [(party.city, party.role) for party in made.parties.all()] == [
        (asking, "requester"),
        (giving, "provider"),
    ]
    assert kind_of(made.parties.all()) == PartnershipKind.SOUTH_SOUTH
    assert [(report.month, report.due_on) for report in made.reports.all()] == [
        (6, date(2026, 9, 2)),
        (12, date(2027, 3, 2)),
        (24, date(2028, 3, 2)),
    ]
    introduced.request.refresh_from_db()
    assert (introduced.request.status, introduced.request.closing_reason) == ("closed", "partnered")
    told = Notification.objects.filter(event="partnership.agreed").order_by("member")
    assert list(told.values_list("member", "kind")) == sorted(
        [(focal_point.pk, "partnership"), (broker.pk, "brokering")]
    )
    assert RecordedAgreement.objects.count() == 0


def test_record_facilitator_of_the_match(introduced, focal_point, colleague):
    introduced.facilitator = OrganizationFactory()
    introduced.save()
    made = agree(introduced, focal_point, colleague)
    assert kind_of(made.parties.all()) == PartnershipKind.TRIANGULAR


def test_record_once(introduced, focal_point, colleague):
    agree(introduced, focal_point, colleague)
    with pytest.raises(ActionRefused, match="already been recorded"):
        record(match=introduced, by=colleague, **AGREED)
    with pytest.raises(ActionRefused, match="already been recorded"):
        withdraw(match=introduced, by=colleague)
    assert Partnership.objects.count() == 1


def test_record_without_an_introduction_is_refused(asking, focal_point):
    match = MatchFactory(proposed=True, city=asking)
    with pytest.raises(ActionRefused, match="Only cities that have been introduced can agree on a"):
        record(match=match, by=focal_point, **AGREED)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        # Two days: midnight may pass before the test runs.
        ({"agreed_on": timezone.localdate() + timedelta(days=2)}, "future"),
        ({"agreed_on": date(2026, 2, 28)}, "before the introduction"),
        ({"title": "  "}, "Give the partnership a title|This field cannot be blank"),
        ({"agreement_kind": "oath"}, "not a valid choice"),
    ],
)
def test_record_with_invalid_values_is_refused(introduced, focal_point, changed, words):
    with pytest.raises(ActionRefused, match=words):
        record(match=introduced, by=focal_point, **AGREED | changed)
    assert (Partnership.objects.count(), RecordedAgreement.objects.count()) == (0, 0)


def test_agreement_is_stored_under_a_neutral_name(introduced, focal_point, colleague):
    upload = SimpleUploadedFile("../secret.pdf", PDF)
    made = agree(introduced, focal_point, colleague, agreement=upload)
    made.refresh_from_db()
    with made.agreement.open() as file:
        assert file.read() == PDF
    assert "secret" not in made.agreement.name


def test_agreement_of_another_type_is_refused(introduced, focal_point):
    with pytest.raises(ValidationError):
        record(
            match=introduced,
            by=focal_point,
            agreement=SimpleUploadedFile("a.pdf", b"GIF89a"),
            **AGREED,
        )


# Confirmation


def test_record_waits_for_the_other_city(introduced, focal_point, colleague, broker):
    found = record(match=introduced, by=focal_point, **AGREED)
    assert (found.version, found.requester_confirmed_at is None, found.candidate_confirmed_at) == (
        1,
        False,
        None,
    )
    introduced.request.refresh_from_db()
    assert (Partnership.objects.count(), introduced.request.status) == (0, "matched")
    told = Notification.objects.values_list("member", "event", "kind").order_by("member")
    assert list(told) == sorted(
        [
            (colleague.pk, "agreement.recorded", "partnership"),
            (broker.pk, "agreement.recorded", "brokering"),
        ]
    )


def test_one_city_alone_confirms_nothing(introduced, focal_point, colleague):
    found = record(match=introduced, by=focal_point, **AGREED)
    again = confirm(match=introduced, side=Side.REQUESTER, by=focal_point, version=1)
    assert (again, Partnership.objects.count()) == (found, 0)
    with pytest.raises(ActionRefused, match="You don’t represent Qingdao"):
        confirm(match=introduced, side=Side.CANDIDATE, by=focal_point, version=1)
    assert Partnership.objects.count() == 0


def test_confirm_twice_is_harmless(introduced, focal_point, colleague):
    made = agree(introduced, focal_point, colleague)
    assert confirm(match=introduced, side=Side.CANDIDATE, by=colleague, version=1) == made
    assert Notification.objects.filter(event="partnership.agreed").count() == 1


def test_what_a_broker_records_waits_for_both(introduced, broker, focal_point, colleague):
    record(match=introduced, by=broker, **AGREED)
    with pytest.raises(ActionRefused, match="You don’t represent"):
        confirm(match=introduced, side=Side.CANDIDATE, by=broker, version=1)
    confirm(match=introduced, side=Side.CANDIDATE, by=colleague, version=1)
    assert Partnership.objects.count() == 0
    made = confirm(match=introduced, side=Side.REQUESTER, by=focal_point, version=1)
    assert made == Partnership.objects.get()


def test_a_member_who_speaks_for_both_cities_confirms_both(introduced, focal_point):
    RepresentationFactory(member=focal_point, city=introduced.city)
    made = record(match=introduced, by=focal_point, **AGREED)
    assert made == Partnership.objects.get()


def test_correct_what_is_recorded(introduced, focal_point, colleague):
    upload = SimpleUploadedFile("a.pdf", PDF)
    record(match=introduced, by=focal_point, agreement=upload, **AGREED)
    changed = AGREED | {"title": "Ten village shops"}
    found = record(match=introduced, by=colleague, version=1, **changed)
    assert (found.version, found.requester_confirmed_at, bool(found.agreement)) == (2, None, True)
    # Nobody confirms what they have not read.
    with pytest.raises(
        EditConflict, match="Someone changed the recorded agreement after you opened this"
    ):
        confirm(match=introduced, side=Side.REQUESTER, by=focal_point, version=1)
    made = confirm(match=introduced, side=Side.REQUESTER, by=focal_point, version=2)
    with made.agreement.open() as file:
        assert (made.title, file.read()) == ("Ten village shops", PDF)
    assert list(found.events.order_by("pgh_id").values_list("pgh_label", "version")) == [
        ("insert", 1),
        ("update", 2),
        ("delete", 2),
    ]


def test_record_over_what_a_colleague_has_recorded(introduced, focal_point, colleague):
    record(match=introduced, by=focal_point, **AGREED)
    with pytest.raises(EditConflict):
        record(match=introduced, by=colleague, **AGREED | {"title": "Other"})
    assert RecordedAgreement.objects.get().title == "Village shops"


def test_withdraw_what_is_recorded(introduced, focal_point, colleague, stranger):
    record(match=introduced, by=focal_point, **AGREED)
    with pytest.raises(ActionRefused, match="You’re no longer part of this introduction"):
        withdraw(match=introduced, by=stranger)
    for _time in range(2):
        withdraw(match=introduced, by=colleague)
    assert RecordedAgreement.objects.count() == 0
    told = Notification.objects.filter(event="agreement.taken-back")
    assert list(told.values_list("member", flat=True)) == [focal_point.pk]
    with pytest.raises(ActionRefused, match="There is no recorded agreement"):
        confirm(match=introduced, side=Side.CANDIDATE, by=colleague, version=1)


def test_confirm_after_the_right_has_ended(introduced, focal_point, colleague):
    record(match=introduced, by=focal_point, **AGREED)
    Representation.objects.filter(member=colleague).update(status="ended")
    with pytest.raises(ActionRefused, match="You’re no longer part of this introduction"):
        confirm(match=introduced, side=Side.CANDIDATE, by=colleague, version=1)


def test_end_an_introduction_with_what_is_recorded(introduced, focal_point, colleague, broker):
    record(match=introduced, by=focal_point, **AGREED)
    part(match=introduced, by=broker, reason="fit", message="It led to nothing.")
    assert RecordedAgreement.objects.count() == 0
    with pytest.raises(ActionRefused, match="Only cities that have been introduced can agree on a"):
        confirm(match=introduced, side=Side.CANDIDATE, by=colleague, version=1)


def test_the_database_keeps_nothing_that_both_have_confirmed(introduced, focal_point):
    record(match=introduced, by=focal_point, **AGREED)
    with pytest.raises(IntegrityError, match="recorded_waits_for_a_city"), transaction.atomic():
        RecordedAgreement.objects.update(candidate_confirmed_at=timezone.now())


def test_mail_what_is_recorded(introduced, focal_point, colleague):
    record(match=introduced, by=focal_point, **AGREED | {"summary": "Parcels."})
    [message] = run_queue()
    assert message.to == [colleague.email]
    lines = message.body.splitlines()
    assert lines[2:4] == [
        "“Village shops” (Memorandum of understanding), agreed on 2 March 2026.",
        "The partnership starts when both cities have confirmed it.",
    ]
    assert "> Parcels." in lines
    assert any(line.endswith(f"/partnerships/matches/{introduced.pk}/agree/") for line in lines)


@pytest.mark.django_db(transaction=True)
def test_confirm_once_for_both_at_the_same_time(broker):
    """A broker has recorded it: both cities confirm, and one partnership comes of it."""
    both = pair(introduced=True)
    day = {"agreed_on": timezone.localdate()}
    upload = SimpleUploadedFile("a.pdf", PDF)
    record(match=both.match, by=broker, agreement=upload, **AGREED | day)
    outcomes = race(
        both.request,
        lambda: confirm(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1),
        lambda: confirm(match=both.match, side=Side.REQUESTER, by=both.asking, version=1),
    )
    assert outcomes == ["done", "done"]
    assert (Partnership.objects.count(), RecordedAgreement.objects.count()) == (1, 0)
    assert stored() == ["agreements: 1", "recorded: 0"]


@pytest.mark.django_db(transaction=True)
def test_keep_the_new_file_if_the_old_one_cannot_be_deleted(monkeypatch):
    both = pair(introduced=True)
    values = {"match": both.match, **AGREED, "agreed_on": timezone.localdate()}
    first = record(by=both.asking, agreement=SimpleUploadedFile("a.pdf", PDF), **values)
    old = first.agreement.name
    refused = fail_to_delete_once(monkeypatch)
    upload = SimpleUploadedFile("b.pdf", PDF)
    found = record(by=both.asking, agreement=upload, version=1, **values)
    assert (refused, found.agreement.name == old) == ([old], False)
    assert default_storage.exists(RecordedAgreement.objects.get().agreement.name)
    refused.clear()
    made = confirm(match=both.match, side=Side.CANDIDATE, by=both.asked, version=2)
    assert refused == [found.agreement.name]
    assert default_storage.exists(Partnership.objects.get().agreement.name)
    assert default_storage.exists(made.agreement.name)


@pytest.mark.django_db(transaction=True)
def test_confirm_while_it_is_corrected():
    both = pair(introduced=True)
    day = {"agreed_on": timezone.localdate()}
    record(match=both.match, by=both.asking, **AGREED | day)
    changed = AGREED | day | {"title": "Other"}
    outcomes = race(
        both.request,
        lambda: confirm(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1),
        lambda: record(match=both.match, by=both.asking, version=1, **changed),
    )
    assert outcomes == ["done", "refused"]
    # What was confirmed is what was read.
    titles = list(Partnership.objects.values_list("title", flat=True))
    assert titles in ([], ["Village shops"])
    assert Match.objects.filter(recorded__title="Other").count() == 1 - len(titles)
