from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.utils import timezone

from partnerships.models import Match, Meeting, Plan, Representation, Side, SpaceFile, SpaceMessage
from partnerships.spaces import actions as spaces_actions
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.factories.partnerships import MeetingFactory, RepresentationFactory
from tests.files import PDF, picture
from tests.partnerships.matches.pairs import notified, pair
from tests.races import race


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def both(db):
    return pair(introduced=True)


def soon():
    return timezone.now() + timedelta(days=3)


def share(both, by, content=None):
    upload = SimpleUploadedFile("../programme.pdf", content or PDF)
    return spaces_actions.add_file(match=both.match, by=by, upload=upload, title="Programme")


def everything(both, by):
    """Every action of the space, as a function."""
    return [
        lambda: spaces_actions.say(match=both.match, by=by, body="Hello", token="a"),
        lambda: share(both, by),
        lambda: spaces_actions.add_meeting(match=both.match, by=by, title="Call", at=soon()),
        lambda: spaces_actions.write_plan(match=both.match, by=by, text="A visit.", version=0),
        lambda: spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=by, version=1),
    ]


def test_others_are_refused(both, stranger):
    for attempt in everything(both, stranger):
        with pytest.raises(ActionRefused, match="You’re no longer part of this introduction"):
            attempt()
    assert (notified(), default_storage.listdir("")) == ([], ([], []))


def test_refused_after_the_right_has_ended(both):
    Representation.objects.filter(member=both.asked).update(status="ended")
    for attempt in everything(both, both.asked):
        with pytest.raises(ActionRefused, match="You’re no longer part of this introduction"):
            attempt()


@pytest.mark.parametrize("status", ["proposed", "declined", "withdrawn"])
def test_refused_without_an_introduction(status, both, broker):
    Match.objects.update(status=status)
    for by in (both.asked, broker):
        for attempt in everything(both, by):
            with pytest.raises(ActionRefused, match="You’re no longer part of this introduction"):
                attempt()


# Messages


def test_say_tells_the_others(both, broker):
    spaces_actions.say(match=both.match, by=both.asked, body="*Welcome*\r\nto us", token="a")
    spaces_actions.say(match=both.match, by=both.asked, body="Something else", token="a")
    message = SpaceMessage.objects.get()
    assert (message.by, message.body, "<em>Welcome</em>" in message.rendered["body"]) == (
        both.asked,
        "*Welcome*\nto us",
        True,
    )
    assert notified() == [("asking-1", "space.message")]
    spaces_actions.say(match=both.match, by=broker, body="Hello both", token="b")
    assert notified().count(("asked-1", "space.message")) == 1


@pytest.mark.parametrize("body", [" ", "x" * 5001])
def test_say_with_an_empty_or_too_long_text(body, both):
    with pytest.raises(ActionRefused):
        spaces_actions.say(match=both.match, by=both.asked, body=body, token="a")


def test_mail_what_was_written(both):
    spaces_actions.say(
        match=both.match, by=both.asked, body="Welcome.\nSee http://evil.example/", token="a"
    )
    [message] = run_queue()
    lines = message.body.splitlines()
    assert lines[2].startswith("Other city: Kisumu (")
    assert lines[4:6] == ["> Welcome.", "> See http:⁄⁄evil[.]example/"]
    assert f"“{both.request.title}”" in message.subject


def test_mail_nothing_of_the_space_after_the_right_has_ended(both):
    spaces_actions.say(match=both.match, by=both.asked, body="Welcome.", token="a")
    share(both, both.asked)
    Representation.objects.filter(member=both.asking).update(status="ended")
    for message in run_queue():
        assert ("Welcome" in message.body, "Programme" in message.body) == (False, False)


def test_mail_the_plan_and_who_agrees(both):
    """It can be answered, and is in one conversation with the messages."""
    spaces_actions.write_plan(match=both.match, by=both.asked, text="A visit.", version=0)
    [changed] = run_queue()
    assert changed.body.splitlines()[2:8] == [
        f"Other city: Kisumu ({both.city.country.name}).",
        "Cotonou has not agreed yet.",
        "Kisumu has not agreed yet.",
        "",
        "> A visit.",
        "",
    ]
    spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1)
    [accepted] = run_queue()
    spaces_actions.agree(match=both.match, side=Side.REQUESTER, by=both.asking, version=1)
    agreed = run_queue()
    assert accepted.body.splitlines()[3:5] == [
        "Cotonou has not agreed yet.",
        "Kisumu has agreed to it.",
    ]
    assert {"Next, record the agreement on the page below." in each.body for each in agreed} == {
        True
    }
    headers = {each.message()["References"] for each in [changed, accepted, *agreed]}
    assert len(headers) == 1


def test_mail_nothing_of_the_plan_after_the_right_has_ended(both):
    spaces_actions.write_plan(match=both.match, by=both.asked, text="A visit.", version=0)
    Representation.objects.filter(member=both.asking).update(status="ended")
    assert [message.body for message in run_queue() if "A visit." in message.body] == []


def test_mail_what_the_file_is(both):
    share(both, both.asked)
    [message] = run_queue()
    assert message.body.splitlines()[2].startswith("“Programme” (PDF, ")


# Files


def test_share_and_remove_a_file(both, stranger):
    file = share(both, both.asked)
    assert (file.kind, file.title, file.size) == ("pdf", "Programme", len(PDF))
    assert default_storage.exists(file.file.name)
    assert notified() == [("asking-1", "space.file")]
    with pytest.raises(ActionRefused, match="Someone else has already added this"):
        spaces_actions.remove_file(file=file, by=both.asking)


@pytest.mark.django_db(transaction=True)
def test_remove_a_file_for_good(broker):
    both = pair(introduced=True)
    for by in (both.asked, broker):
        file = share(both, both.asked, picture())
        spaces_actions.remove_file(file=file, by=by)
        spaces_actions.remove_file(file=file, by=by)
        assert (SpaceFile.objects.count(), default_storage.exists(file.file.name)) == (0, False)


def test_remove_a_file_of_others_only_with_a_second_factor(both, broker):
    RepresentationFactory(member=broker, city=both.match.city)
    file = share(both, both.asking)
    broker.staff_rights_suspended = True
    with pytest.raises(ActionRefused, match="Someone else has already added this"):
        spaces_actions.remove_file(file=file, by=broker)
    broker.staff_rights_suspended = False
    spaces_actions.remove_file(file=file, by=broker)
    assert SpaceFile.objects.count() == 0


def test_share_a_file_of_another_type(both):
    with pytest.raises(ValidationError):
        share(both, both.asked, b"MZ program")


def test_share_too_many(both, monkeypatch):
    monkeypatch.setattr(spaces_actions, "MAX_FILES", 1)
    share(both, both.asked)
    with pytest.raises(ActionRefused, match="maximum number of files"):
        share(both, both.asked, picture())
    assert len(default_storage.listdir("spaces")[1]) == 1


def test_share_twice_is_harmless(both):
    first = share(both, both.asked)
    assert share(both, both.asked) == first
    assert share(both, both.asking) != first
    assert len(default_storage.listdir("spaces")[1]) == 2
    assert notified() == [("asked-1", "space.file"), ("asking-1", "space.file")]


def test_the_database_keeps_one_of_two_files_that_are_the_same(both):
    file = share(both, both.asked)
    file.pk = None
    with pytest.raises(IntegrityError, match="space_file_once"):
        file.save(force_insert=True)


# Dates


def test_note_a_date_once(both):
    at = soon()
    for _time in range(2):
        spaces_actions.add_meeting(
            match=both.match, by=both.asked, title="Call", at=at, place="Online"
        )
    assert (Meeting.objects.count(), notified()) == (
        1,
        [("asked-1", "space.meeting-own"), ("asking-1", "space.meeting")],
    )
    with pytest.raises(ActionRefused, match="Someone else has already added this"):
        spaces_actions.cancel_meeting(meeting=Meeting.objects.get(), by=both.asking)
    for _time in range(2):
        spaces_actions.cancel_meeting(meeting=Meeting.objects.get(), by=both.asked)
    meeting = Meeting.objects.get()
    assert (meeting.is_cancelled, meeting.sequence) == (True, 1)
    assert notified().count(("asking-1", "space.meeting-cancelled")) == 1
    labels = meeting.events.order_by("pgh_id").values_list("pgh_label", "sequence")
    assert list(labels) == [("insert", 0), ("update", 1)]


def test_cancel_a_date_that_is_over_tells_nobody(both):
    meeting = MeetingFactory(
        match=both.match, by=both.asked, at=timezone.now() - timedelta(minutes=1)
    )
    spaces_actions.cancel_meeting(meeting=meeting, by=both.asked)
    assert (Meeting.objects.get().is_cancelled, notified()) == (True, [])


def test_note_a_cancelled_date_again(both):
    at = soon()
    first = spaces_actions.add_meeting(match=both.match, by=both.asked, title="Call", at=at)
    spaces_actions.cancel_meeting(meeting=first, by=both.asked)
    assert spaces_actions.add_meeting(match=both.match, by=both.asked, title="Call", at=at) != first


def change(meeting, by, **values):
    given = {"title": "Call", "at": meeting.at, "place": "Online", "sequence": 0, **values}
    return spaces_actions.change_meeting(meeting=meeting, by=by, **given)


def test_change_a_date(both, broker):
    meeting = MeetingFactory(match=both.match, by=both.asked, at=soon())
    for _time in range(2):
        changed = change(meeting, both.asked)
    assert (changed.title, changed.place, changed.sequence) == ("Call", "Online", 1)
    assert notified() == [
        ("asked-1", "space.meeting-own"),
        ("asking-1", "space.meeting-changed"),
    ]
    with pytest.raises(ActionRefused, match="Someone else has already added this"):
        change(meeting, both.asking)
    assert change(meeting, broker, place="Hall", sequence=1).place == "Hall"


def test_change_a_date_that_has_changed(both, broker):
    meeting = MeetingFactory(match=both.match, by=both.asked, at=soon())
    change(meeting, broker)
    with pytest.raises(
        spaces_actions.EditConflict, match="Someone changed this meeting after you opened the page"
    ):
        change(meeting, both.asked, place="Hall")
    assert Meeting.objects.get().place == "Online"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title": " "}, "Enter what the meeting is about."),
        ({"at": timezone.now() - timedelta(days=1)}, "Choose a time in the future."),
        ({"place": "x" * 301}, "300 characters or fewer"),
    ],
)
def test_change_a_date_to_invalid_values(values, message, both):
    meeting = MeetingFactory(match=both.match, by=both.asked, at=soon())
    with pytest.raises(ActionRefused, match=message):
        change(meeting, both.asked, **values)
    assert Meeting.objects.get().sequence == 0


def test_change_a_cancelled_date(both):
    meeting = MeetingFactory(match=both.match, by=both.asked, at=soon())
    spaces_actions.cancel_meeting(meeting=meeting, by=both.asked)
    with pytest.raises(ActionRefused, match="has been cancelled"):
        change(meeting, both.asked, sequence=1)


@pytest.mark.django_db(transaction=True)
def test_change_and_cancel_at_once(broker):
    """Whichever comes first, the date ends cancelled, and each change has its own number."""
    both = pair(introduced=True)
    meeting = MeetingFactory(match=both.match, by=both.asked, at=soon())
    outcomes = race(
        both.match,
        lambda: change(meeting, both.asked),
        lambda: spaces_actions.cancel_meeting(meeting=meeting, by=broker),
    )
    meeting.refresh_from_db()
    numbers = list(meeting.events.order_by("pgh_id").values_list("sequence", flat=True))
    assert meeting.is_cancelled
    assert (outcomes, numbers) in [(["done", "done"], [0, 1, 2]), (["done", "refused"], [0, 1])]


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("Town hall", ("Town hall", "", "")),
        ("https://meet.example/a?b=c", ("", "https://meet.example/a?b=c", "")),
        ("Call: https://meet.example/a. Code 1", ("Call: ", "https://meet.example/a", ". Code 1")),
        ("javascript:alert(1)", ("javascript:alert(1)", "", "")),
        ("https://", ("https://", "", "")),
    ],
)
def test_find_the_address_of_a_call(place, parts):
    assert Meeting(place=place).place_parts == parts


def test_note_a_date_in_the_past(both):
    at = timezone.now() - timedelta(minutes=1)
    with pytest.raises(ActionRefused, match="Choose a time in the future"):
        spaces_actions.add_meeting(match=both.match, by=both.asked, title="Call", at=at)


# The plan


def plan_of(both):
    return Plan.objects.get(match=both.match)


def test_write_a_plan_and_agree(both, broker):
    spaces_actions.write_plan(match=both.match, by=both.asked, text="A visit in *May*.", version=0)
    assert (plan_of(both).version, notified()) == (1, [("asking-1", "plan.changed")])
    spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1)
    spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1)
    assert not plan_of(both).is_agreed
    assert notified().count(("asking-1", "plan.accepted")) == 1
    spaces_actions.agree(match=both.match, side=Side.REQUESTER, by=both.asking, version=1)
    assert plan_of(both).is_agreed
    assert [row for row in notified() if row[1] == "plan.agreed"] == [
        ("asked-1", "plan.agreed"),
        ("asking-1", "plan.agreed"),
        ("broker", "plan.agreed"),
    ]


def test_agree_for_the_other_city(both, broker):
    spaces_actions.write_plan(match=both.match, by=broker, text="A visit.", version=0)
    for by in (both.asking, broker):
        with pytest.raises(ActionRefused, match="You don’t represent Kisumu"):
            spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=by, version=1)


def test_agree_to_a_changed_plan(both):
    spaces_actions.write_plan(match=both.match, by=both.asked, text="A visit.", version=0)
    spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1)
    spaces_actions.write_plan(match=both.match, by=both.asking, text="Two visits.", version=1)
    assert plan_of(both).candidate_agreed_at is None
    with pytest.raises(
        spaces_actions.EditConflict, match="Someone changed the plan after you opened the page"
    ):
        spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1)


def test_write_over_a_changed_plan(both):
    spaces_actions.write_plan(match=both.match, by=both.asked, text="A visit.", version=0)
    with pytest.raises(spaces_actions.EditConflict):
        spaces_actions.write_plan(match=both.match, by=both.asking, text="Two visits.", version=0)
    assert plan_of(both).text == "A visit."


def test_write_the_same_changes_nothing(both):
    spaces_actions.write_plan(match=both.match, by=both.asked, text="A visit.", version=0)
    spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1)
    spaces_actions.write_plan(match=both.match, by=both.asking, text="A visit.", version=0)
    assert (plan_of(both).version, plan_of(both).candidate_agreed_at is not None) == (1, True)


def test_agree_without_a_plan(both):
    with pytest.raises(ActionRefused, match="no plan yet"):
        spaces_actions.agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=0)


def test_write_an_empty_plan(both):
    with pytest.raises(ActionRefused, match="Describe what you want"):
        spaces_actions.write_plan(match=both.match, by=both.asked, text=" ", version=0)
