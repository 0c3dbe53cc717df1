from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.models import Match, Meeting, Plan, Representation, SpaceFile, SpaceMessage
from tests.community.writing.drafts.cases import as_user
from tests.factories.partnerships import (
    MeetingFactory,
    PlanFactory,
    SpaceFileFactory,
    SpaceMessageFactory,
)
from tests.files import PDF, picture
from tests.partnerships.matches.pairs import pair
from tests.responses import close

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def both(db):
    return pair(introduced=True)


def path(both, rest="") -> str:
    return f"/partnerships/matches/{both.match.pk}/{rest}"


def day(days=3) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def sent(name: str) -> dict:
    return {
        "messages/": {"body": "Hello", "token": "a"},
        "files/": {"file": SimpleUploadedFile("x.pdf", PDF), "title": "Programme"},
        "dates/": {"title": "Call", "day": day(), "time": "10:00"},
        "plan/": {"text": "A visit.", "version": "0"},
        "plan/agree/": {"side": "candidate", "version": "1"},
    }[name]


ACTS = ["messages/", "files/", "dates/", "plan/", "plan/agree/"]


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_for_those_in_the_space(act, both, stranger, moderator, client):
    for who in (stranger, moderator):
        assert as_user(who).post(path(both, act), sent(act)).status_code == 404
    assert client.post(path(both, act), sent(act)).headers["Location"].startswith("/accounts/login")
    assert as_user(both.asked).get(path(both, act)).status_code == 405
    counts = [model.objects.count() for model in (SpaceMessage, SpaceFile, Meeting, Plan)]
    assert counts == [0, 0, 0, 0]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", ["proposed", "withdrawn"])
def test_acts_where_nobody_is_introduced(act, status, both, broker):
    Match.objects.update(status=status)
    for who in (both.asked, both.asking, broker):
        assert as_user(who).post(path(both, act), sent(act)).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_acts_after_the_right_has_ended(act, both):
    browser = as_user(both.asked)
    Representation.objects.filter(member=both.asked).update(status="ended")
    assert browser.post(path(both, act), sent(act)).status_code == 404


@pytest.mark.parametrize("act", ACTS[:-1])
def test_acts_without_words_bring_the_page_back(act, both):
    assert as_user(both.asked).post(path(both, act), {}).status_code == 200


@pytest.mark.parametrize("text", ["\0", "x" * 20_000, "\u202e<script>"])
@pytest.mark.parametrize("act", ACTS)
def test_acts_with_hostile_texts(act, text, both):
    browser = as_user(both.asked)
    for name in sent(act):
        answer = browser.post(path(both, act), sent(act) | {name: text})
        assert answer.status_code in (200, 302)
    assertNotContains(browser.get(path(both)), "<script>\u202e")


# Messages


def test_write_once_by_token(both):
    browser = as_user(both.asked)
    for _time in range(2):
        answer = browser.post(path(both, "messages/"), {"body": "*Hello*", "token": "a"})
    assert (answer.headers["Location"], SpaceMessage.objects.count()) == (
        path(both, "#messages"),
        1,
    )
    assertContains(as_user(both.asking).get(path(both)), "<em>Hello</em>")


def test_turn_the_pages_of_messages(both):
    SpaceMessageFactory.create_batch(31, match=both.match)
    first = SpaceMessage.objects.order_by("pk")[0]
    browser = as_user(both.asked)
    assertNotContains(browser.get(path(both)), f'id="message-{first.pk}"')
    assertContains(browser.get(path(both) + "?page=2"), f'id="message-{first.pk}"')
    for number in ("0", "x", "\0", "99"):
        assert browser.get(path(both), {"page": number}).status_code == 200


def test_show_many_with_as_many_queries_as_few(both, django_assert_max_num_queries):
    def make(number):
        for kind in (SpaceMessageFactory, SpaceFileFactory, MeetingFactory):
            kind.create_batch(number, match=both.match)

    make(1)
    PlanFactory(match=both.match, version=1)
    browser = as_user(both.asked)
    browser.get(path(both))
    with django_assert_max_num_queries(12) as few:
        browser.get(path(both))
    make(3)
    with django_assert_max_num_queries(len(few)):
        browser.get(path(both))


# Files


def test_share_and_download_a_file(both, stranger, broker, client):
    picked = {"file": SimpleUploadedFile("../x.jpg", picture()), "title": "The <b>yard</b>"}
    answer = as_user(both.asked).post(path(both, "files/"), picked)
    assert answer.headers["Location"] == path(both, "#files")
    file = SpaceFile.objects.get()
    assertContains(as_user(both.asking).get(path(both)), "The &lt;b&gt;yard&lt;/b&gt;")
    url = path(both, f"files/{file.pk}/")
    for who in (both.asked, both.asking, broker):
        shown = as_user(who).get(url)
        assert {name: shown.headers[name] for name in HEADERS} == HEADERS | {
            "Content-Type": "image/jpeg",
            "Content-Disposition": f'inline; filename="match-{both.match.pk}-{file.pk}.jpeg"',
        }
        close(shown)
    assert as_user(stranger).get(url).status_code == 404
    assert client.get(url).status_code == 302
    assert as_user(both.asked).post(url).status_code == 405
    Match.objects.update(status="withdrawn")
    assert as_user(both.asked).get(url).status_code == 404


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Content-Type": "application/pdf",
    "Content-Disposition": "",
}


def test_download_a_file_of_another_match(both):
    other = SpaceFileFactory()
    assert as_user(both.asked).get(path(both, f"files/{other.pk}/")).status_code == 404
    assert as_user(both.asked).get(path(both, "files/999999/")).status_code == 404


def test_download_a_pdf_that_is_lost(both):
    as_user(both.asked).post(path(both, "files/"), sent("files/"))
    file = SpaceFile.objects.get()
    file.file.storage.delete(file.file.name)
    assert as_user(both.asked).get(path(both, f"files/{file.pk}/")).status_code == 404


def test_remove_a_file(both):
    as_user(both.asked).post(path(both, "files/"), sent("files/"))
    url = path(both, f"files/{SpaceFile.objects.get().pk}/remove/")
    other = as_user(both.asking).post(url, follow=True)
    assertContains(other, "Somebody else has put this here.")
    assert as_user(both.asked).get(url).status_code == 405
    as_user(both.asked).post(url)
    assert (SpaceFile.objects.count(), as_user(both.asked).post(url).status_code) == (0, 404)


def test_share_what_is_no_file(both):
    wrong = {"file": SimpleUploadedFile("x.exe", b"MZ"), "title": "Programme"}
    answer = as_user(both.asked).post(path(both, "files/"), wrong)
    assertContains(answer, "Send a JPEG, PNG or WebP picture, or a PDF.")


# Dates


def test_note_a_date_and_take_it_into_a_calendar(both, stranger):
    given = {"title": "Call; first, one", "day": day(), "time": "10:30", "place": "Online"}
    answer = as_user(both.asked).post(path(both, "dates/"), given)
    assert answer.headers["Location"] == path(both, "#dates")
    meeting = Meeting.objects.get()
    url = path(both, f"dates/{meeting.pk}/calendar/")
    shown = as_user(both.asking).get(url)
    assert shown.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = shown.content.decode().split("\r\n")
    assert f"DTSTART:{day().replace('-', '')}T103000Z" in lines
    assert "SUMMARY:Call\\; first\\, one" in lines
    assert as_user(stranger).get(url).status_code == 404
    assert as_user(both.asked).post(url).status_code == 405


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": day(-1)}, "This moment is over."),
        ({"day": "9999-12-31"}, "within the next five years"),
        ({"day": "nonsense"}, "Enter a valid date."),
        ({"title": ""}, "Say what the date is for."),
    ],
)
def test_note_a_date_that_makes_no_sense(change, said, both):
    assertContains(as_user(both.asked).post(path(both, "dates/"), sent("dates/") | change), said)


def test_remove_a_date(both, broker):
    meeting = MeetingFactory(match=both.match, by=both.asked)
    url = path(both, f"dates/{meeting.pk}/remove/")
    assertContains(as_user(both.asking).post(url, follow=True), "Somebody else has put this here.")
    as_user(broker).post(url)
    assert Meeting.objects.count() == 0


# The plan


def test_write_and_agree(both, broker):
    asked, asking = as_user(both.asked), as_user(both.asking)
    assert asked.post(path(both, "plan/"), sent("plan/")).headers["Location"] == path(both, "#plan")
    assertContains(asking.get(path(both)), "We agree to this plan", count=1)
    answer = asked.post(path(both, "plan/agree/"), sent("plan/agree/"), follow=True)
    assertContains(answer, "Now it is for the other one.")
    answer = asking.post(
        path(both, "plan/agree/"), {"side": "requester", "version": "1"}, follow=True
    )
    assertContains(answer, "Both cities agree to the plan.")
    assert as_user(broker).post(path(both, "plan/agree/"), sent("plan/agree/")).status_code == 403


def test_agree_for_the_other_city_or_to_nothing(both):
    PlanFactory(match=both.match, version=1)
    for wrong in ({"side": "requester", "version": "1"}, {}):
        answer = as_user(both.asked).post(path(both, "plan/agree/"), wrong, follow=True)
        assertContains(answer, "Read the plan again")
    assert Plan.objects.get().requester_agreed_at is None


def test_write_over_what_has_changed_shows_both(both):
    PlanFactory(match=both.match, version=3, text="Three visits.")
    browser = as_user(both.asked)
    answer = browser.post(path(both, "plan/"), {"text": "Four visits.", "version": "2"})
    for text in ("Somebody has changed the plan meanwhile", "Three visits.", "Four visits."):
        assertContains(answer, text)
    browser.post(path(both, "plan/"), {"text": "Four visits.", "version": "3"})
    assert (Plan.objects.get().text, Plan.objects.get().version) == ("Four visits.", 4)


def test_write_over_a_plan_that_is_not_there(both):
    """A form that names a version where there is none: what was sent is shown again."""
    sent = {"text": "Four visits.", "version": "3"}
    answer = as_user(both.asked).post(path(both, "plan/"), sent)
    for text in ("Somebody has changed the plan meanwhile", "Four visits."):
        assertContains(answer, text)
    assert not Plan.objects.exists()
