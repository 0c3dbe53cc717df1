from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from community.models import Membership
from partnerships.models import (
    Match,
    Meeting,
    Plan,
    Question,
    Representation,
    SpaceFile,
    SpaceMessage,
)
from partnerships.spaces.tabs import Tab
from repository.dates import clock
from repository.models import City
from tests.community.writing.drafts.cases import as_user
from tests.factories import CountryFactory
from tests.factories.partnerships import (
    MeetingFactory,
    PartnershipFactory,
    PartyFactory,
    PlanFactory,
    QuestionFactory,
    RecordedAgreementFactory,
    RepresentationFactory,
    SpaceFileFactory,
    SpaceMessageFactory,
)
from tests.files import PDF, picture
from tests.office import office, ooxml, packed
from tests.page import page_of
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


def tab(both, name: str) -> str:
    return path(both, f"?tab={name}")


def day(days=3) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def sent(name: str) -> dict:
    return {
        "messages/": {"body": "Hello", "token": "a"},
        "files/": {"file": SimpleUploadedFile("x.pdf", PDF), "title": "Programme"},
        "dates/": {"title": "Call", "day": day(), "time": "10:00", "zone": "UTC"},
        "plan/": {"text": "A visit.", "version": "0"},
        "plan/agree/": {"side": "candidate", "version": "1"},
    }[name]


ACTS = ["messages/", "files/", "dates/", "plan/", "plan/agree/"]


@pytest.mark.parametrize("act", ACTS)
def test_acts_after_the_right_has_ended(act, both):
    browser = as_user(both.asked)
    Representation.objects.filter(member=both.asked).update(status="ended")
    assert browser.post(path(both, act), sent(act)).status_code == 404


@pytest.mark.parametrize("act", ACTS[:-1])
def test_acts_without_data_show_the_form_again(act, both):
    page = page_of(as_user(both.asked).post(path(both, act), {}))
    assert page.status == 200
    assert page.form(path(both, act)).errors


@pytest.mark.parametrize("text", ["\0", "x" * 20_000, "\u202e<script>"])
@pytest.mark.parametrize("act", ACTS)
def test_acts_with_hostile_texts(act, text, both):
    browser = as_user(both.asked)
    for name in sent(act):
        answer = browser.post(path(both, act), sent(act) | {name: text})
        assert answer.status_code in (200, 302)
    for name in ALL:
        page = page_of(browser.get(tab(both, name)))
        assert (page.status, "<script>\u202e" in page.html) == (200, False)


# Parts of the page

ALL = ["messages", "agreement", "progress", "files"]
HEADINGS = {
    "messages": [
        "Messages",
        "Before the introduction",
        "The request",
        "The other city",
        "Contacts",
    ],
    "agreement": ["Plan", "Agreement"],
    "progress": [],
    "files": ["Meetings", "Files"],
}


def shown_tabs(page) -> list[str]:
    return [url.rpartition("=")[2] for _text, url in page.one("nav.tabs").links]


@pytest.mark.parametrize("name", ALL)
def test_each_part_has_an_address(name, both):
    page = page_of(as_user(both.asked).get(tab(both, name)))
    assert (page.status, shown_tabs(page)) == (200, ALL)
    assert page.one("nav.tabs [aria-current=page]").text == Tab(name).label
    headings = [each.text for each in page.main.select("h2")]
    assert headings == ["Write the first message", *HEADINGS[name]]


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("plan", "agreement#plan"),
        ("dates", "files#dates"),
        ("milestones", "progress#milestones"),
        ("reports", "progress"),
        ("introduction", "messages#introduction"),
    ],
)
def test_former_addresses_lead_to_the_four_parts(former, now, both):
    answer = as_user(both.asked).get(tab(both, former))
    assert (answer.status_code, answer.headers["Location"]) == (302, tab(both, now))


@pytest.mark.parametrize("word", ["", "?tab=", "?tab=../x", "?tab=%00"])
def test_messages_and_contacts_come_first(word, both):
    page = page_of(as_user(both.asked).get(path(both, word)))
    assert page.one("nav.tabs [aria-current=page]").text == "Messages"


@pytest.mark.parametrize("name", ALL)
def test_parts_end_with_the_right_to_see_them(name, both, stranger, moderator):
    browser = as_user(both.asked)
    assert browser.get(tab(both, name)).status_code == 200
    for who in (stranger, moderator):
        assert as_user(who).get(tab(both, name)).status_code == 404
    Representation.objects.filter(member=both.asked).update(status="ended")
    assert browser.get(tab(both, name)).status_code == 404


def test_only_the_city_that_has_not_confirmed_is_asked_to(both, broker):
    RecordedAgreementFactory(match=both.match, by=both.asking)
    url = path(both, "agree/")
    asks, reads = "Confirm your agreement", "View or correct the recorded agreement"
    for who, name in ((both.asked, asks), (both.asking, reads), (broker, reads)):
        page = page_of(as_user(who).get(tab(both, "agreement")))
        assert page.link(name) == url
        assert [each.text[:1] for each in page.select(".agreed li")] == ["✓", "–"]


@pytest.fixture
def partners(both):
    """The two cities with their partnership."""
    made = PartnershipFactory(match=both.match, is_public=False)
    for city, role in ((both.request.city, "requester"), (both.match.city, "provider")):
        PartyFactory(partnership=made, city=city, role=role)
    return both


def test_the_space_continues_on_the_page_of_the_partnership(partners, broker):
    url = partners.match.partnership.get_absolute_url()
    browser = as_user(partners.asked)
    # Old addresses lead there.
    assert browser.get(path(partners)).headers["Location"] == url
    for former in (tab(partners, "plan"), f"{url}?tab=plan"):
        assert browser.get(former).headers["Location"] == f"{url}?tab=agreement#plan"
    for who in (partners.asked, partners.asking, broker):
        page = page_of(as_user(who).get(url))
        assert shown_tabs(page) == ALL
        assert page.one("nav.tabs [aria-current=page]").text == "Messages"
    answer = browser.post(path(partners, "messages/"), sent("messages/"))
    assert answer.headers["Location"] == f"{url}?tab=messages"
    page = page_of(browser.post(path(partners, "files/"), {}))
    assert page.form(path(partners, "files/")).errors
    assert (shown_tabs(page), page.one("nav.tabs [aria-current=page]").text) == (
        ALL,
        "Files and meetings",
    )


@pytest.mark.parametrize("name", ALL)
def test_parts_of_a_partnership_end_with_the_right(name, partners, stranger):
    url = f"{partners.match.partnership.get_absolute_url()}?tab={name}"
    browser = as_user(partners.asked)
    assert page_of(browser.get(url)).one("nav.tabs [aria-current=page]").text == Tab(name).label
    assert as_user(stranger).get(url).status_code == 404
    Representation.objects.filter(member=partners.asked).update(status="ended")
    assert browser.get(url).status_code == 404
    # Of a public one they read what everybody can.
    type(partners.match.partnership).objects.update(is_public=True)
    assert page_of(browser.get(url)).select("nav.tabs") == []


def test_facilitators_do_not_enter_the_space(partners):
    helper = RepresentationFactory()
    PartyFactory(partnership=partners.match.partnership, city=helper.city, role="facilitator")
    SpaceMessageFactory(match=partners.match, body="Among us two")
    url = partners.match.partnership.get_absolute_url()
    browser = as_user(helper.member)
    for name in ("", "?tab=messages", "?tab=files"):
        page = page_of(browser.get(url + name))
        assert shown_tabs(page) == ["agreement", "progress"]
        assert "Among us two" not in page.html
    assert browser.get(path(partners)).status_code == 404


def test_a_stalled_partnership_shows_brokers_whom_to_write_to(partners, broker):
    made = partners.match.partnership
    type(made).objects.filter(pk=made.pk).update(status="stalled", reason="Floods")
    page = page_of(as_user(broker).get(made.get_absolute_url()))
    assert page.one(".notice.warning").text == "Floods"
    names = [each.text for each in page.select(".contact strong")]
    assert sorted(names) == sorted([partners.asked.display_name, partners.asking.display_name])
    assert page.form(path(partners, "messages/"))


def test_look_at_the_public_page_before_it_is_public(partners, stranger):
    url = f"{partners.match.partnership.get_absolute_url()}?tab=public"
    page = page_of(as_user(partners.asked).get(url))
    assert len(page.select(".notice")) == 1
    assert (page.select("nav.tabs"), page.main.forms) == ([], [])
    assert as_user(stranger).get(url).status_code == 404


def test_contacts_show_what_their_profiles_share(both):
    shared = {"organization": "Port office", "place": "12 Quay Street"}
    profile = Membership.objects.create(member=both.asking, **shared, place_shown="nobody")
    contact = page_of(as_user(both.asked).get(path(both))).select(".contact")[0]
    assert contact.link("Asking 1") == both.asking.get_absolute_url()
    assert ("Port office" in contact.text, "12 Quay Street" in contact.text) == (True, False)
    type(profile).objects.update(organization_shown="nobody", place_shown="members")
    contact = page_of(as_user(both.asked).get(path(both))).select(".contact")[0]
    assert ("Port office" in contact.text, "12 Quay Street" in contact.text) == (False, True)


# Messages


def test_write_once_by_token(both):
    browser = as_user(both.asked)
    for _time in range(2):
        answer = browser.post(path(both, "messages/"), {"body": "*Hello*", "token": "a"})
    assert (answer.headers["Location"], SpaceMessage.objects.count()) == (
        tab(both, "messages"),
        1,
    )
    page = page_of(as_user(both.asking).get(path(both)))
    assert page.one(".comments .prose em").text == "Hello"


def test_page_through_the_messages(both):
    SpaceMessageFactory.create_batch(31, match=both.match)
    first, *newer = [
        f"message-{key}" for key in sorted(SpaceMessage.objects.values_list("pk", flat=True))
    ]
    browser = as_user(both.asked)
    for query, expected in (("", {*newer}), ("?page=2", {first})):
        page = page_of(browser.get(path(both) + query))
        assert {each["id"] for each in page.select(".comments > li")} == expected
    for number in ("0", "x", "\0", "99"):
        assert browser.get(path(both), {"page": number}).status_code == 200


def test_show_with_a_fixed_number_of_queries(both, django_assert_max_num_queries):
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
    assert answer.headers["Location"] == tab(both, "files")
    file = SpaceFile.objects.get()
    url = path(both, f"files/{file.pk}/")
    assert page_of(as_user(both.asking).get(tab(both, "files"))).link("The <b>yard</b>") == url
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


def test_office_documents_are_downloads(both):
    for kind, content_type in (
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ):
        picked = {"file": SimpleUploadedFile("a.html", office(kind)), "title": kind}
        as_user(both.asked).post(path(both, "files/"), picked)
        file = SpaceFile.objects.get(title=kind)
        shown = as_user(both.asking).get(path(both, f"files/{file.pk}/"))
        assert {name: shown.headers[name] for name in HEADERS} == HEADERS | {
            "Content-Type": content_type,
            "Content-Disposition": f'attachment; filename="match-{both.match.pk}-{file.pk}.{kind}"',
        }
        close(shown)


def test_office_document_with_macros_shows_why_it_is_refused(both):
    hostile = packed(ooxml(more={"word/vbaProject.bin": b"x"}))
    picked = {"file": SimpleUploadedFile("a.docx", hostile), "title": "Draft"}
    page = page_of(as_user(both.asked).post(path(both, "files/"), picked))
    assert page.wrong_fields == ["file"]
    assert SpaceFile.objects.count() == 0


def test_download_a_file_of_another_match(both):
    other = SpaceFileFactory()
    assert as_user(both.asked).get(path(both, f"files/{other.pk}/")).status_code == 404
    assert as_user(both.asked).get(path(both, "files/999999/")).status_code == 404


def test_download_a_lost_pdf(both):
    as_user(both.asked).post(path(both, "files/"), sent("files/"))
    file = SpaceFile.objects.get()
    file.file.storage.delete(file.file.name)
    assert as_user(both.asked).get(path(both, f"files/{file.pk}/")).status_code == 404


def test_remove_a_file(both):
    as_user(both.asked).post(path(both, "files/"), sent("files/"))
    url = path(both, f"files/{SpaceFile.objects.get().pk}/remove/")
    page = page_of(as_user(both.asking).post(url, follow=True))
    assert (page.outcomes, SpaceFile.objects.count()) == (["error"], 1)
    assert as_user(both.asked).get(url).status_code == 405
    as_user(both.asked).post(url)
    assert (SpaceFile.objects.count(), as_user(both.asked).post(url).status_code) == (0, 404)


def test_share_a_file_of_another_type(both):
    wrong = {"file": SimpleUploadedFile("x.exe", b"MZ"), "title": "Programme"}
    page = page_of(as_user(both.asked).post(path(both, "files/"), wrong))
    assert page.wrong_fields == ["file"]


# Dates


def test_note_a_date_and_download_it_for_a_calendar(both, stranger):
    given = {"title": "Call; first, one", "day": day(), "time": "10:30", "place": "Online"}
    answer = as_user(both.asked).post(path(both, "dates/"), given)
    assert answer.headers["Location"] == tab(both, "files#dates")
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
    ("change", "message"),
    [
        ({"day": day(-1)}, "Choose a time in the future."),
        ({"day": "9999-12-31"}, "within the next five years"),
        ({"day": "nonsense"}, "Enter a valid date."),
        ({"title": ""}, "Enter what the meeting is about."),
    ],
)
def test_note_an_invalid_date(change, message, both):
    page = page_of(as_user(both.asked).post(path(both, "dates/"), sent("dates/") | change))
    [error] = page.form(path(both, "dates/")).errors
    assert message in error


def test_cancel_a_date(both, broker):
    meeting = MeetingFactory(match=both.match, by=both.asked)
    url = path(both, f"dates/{meeting.pk}/cancel/")
    page = page_of(as_user(both.asking).post(url, follow=True))
    assert page.outcomes == ["error"]
    assert as_user(broker).get(url).status_code == 405
    page = page_of(as_user(broker).post(url, follow=True))
    assert Meeting.objects.get().is_cancelled
    shown = page.one("[aria-labelledby=dates] li.shared")
    assert ("cancelled" in shown.text, shown.select(".acts")) == (True, [])
    Meeting.objects.update(at=timezone.now() - timedelta(days=1))
    page = page_of(as_user(both.asked).get(tab(both, "files")))
    assert page.select("[aria-labelledby=dates] li.shared") == []


@pytest.fixture
def places(both):
    """Cotonou asks Zhengzhou: Benin is at UTC+1, and China has two time zones."""
    benin, china = CountryFactory(iso2="BJ"), CountryFactory(iso2="CN")
    City.objects.filter(pk=both.request.city_id).update(name="Cotonou", country=benin)
    City.objects.filter(pk=both.city.pk).update(name="Zhengzhou", country=china)
    return both


@pytest.fixture
def january(monkeypatch):
    """It is January 2027: dates may be noted for the next five years only."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 4, 12, tzinfo=UTC))


def test_show_a_date_in_both_time_zones(places, broker):
    at = datetime(2027, 3, 2, 23, 30, tzinfo=UTC)
    MeetingFactory(match=places.match, at=at, place="Call: https://meet.example/a")
    benin = "Wednesday 3 March 2027, 00:30 (Benin Time, UTC+1)"
    china = "Wednesday 3 March 2027, 07:30 (China (Shanghai) Time, UTC+8)"
    for who, order in (
        (places.asked, [f"Zhengzhou {china}", f"Cotonou {benin}"]),
        (places.asking, [f"Cotonou {benin}", f"Zhengzhou {china}"]),
        (broker, [f"Cotonou {benin}", f"Zhengzhou {china}"]),
    ):
        page = page_of(as_user(who).get(tab(places, "files")))
        assert [each.text for each in page.select(".times li")] == order
    assert page.link("https://meet.example/a") == "https://meet.example/a"


@pytest.mark.usefixtures("january")
def test_warn_before_a_meeting_at_night(places):
    browser, url = as_user(places.asked), path(places, "dates/")
    # 22:30 in Zhengzhou and 15:30 in Cotonou.
    given = {"title": "Call", "day": "2027-03-02", "time": "14:30", "zone": "UTC"}
    form = page_of(browser.post(url, given)).form(url)
    [error] = form.errors
    assert error.startswith("It is night in Zhengzhou (22:30). Choose a time between 7:00 and")
    assert ("Plan it at this time anyway" in form.text, Meeting.objects.count()) == (True, 0)
    for accepted in (given | {"anyway": "on"}, given | {"time": "13:00"}):
        browser.post(url, accepted)
    assert [meeting.at.hour for meeting in Meeting.objects.all()] == [13, 14]
    # The title of what is planned at night changes without a warning.
    late = Meeting.objects.get(at__hour=14)
    edit = path(places, f"dates/{late.pk}/edit/")
    form = page_of(browser.get(edit)).form("")
    browser.post(edit, form.fields | {"title": "Late call"})
    assert Meeting.objects.get(pk=late.pk).title == "Late call"


@pytest.mark.usefixtures("january")
def test_note_a_date_in_the_time_of_ones_city(places):
    page = page_of(as_user(places.asked).get(tab(places, "files")))
    form = page.form(path(places, "dates/"))
    assert form.fields["zone"] == "Asia/Shanghai"
    given = {"title": "Call", "day": "2027-03-03", "time": "07:30", "zone": "Asia/Shanghai"}
    as_user(places.asked).post(path(places, "dates/"), given | {"anyway": "on"})
    assert Meeting.objects.get().at == datetime(2027, 3, 2, 23, 30, tzinfo=UTC)
    page = page_of(as_user(places.asked).post(path(places, "dates/"), given | {"zone": "x"}))
    assert page.form(path(places, "dates/")).errors


@pytest.mark.usefixtures("january")
def test_change_a_date(places, broker, stranger):
    at = datetime(2027, 3, 2, 23, 30, tzinfo=UTC)
    meeting = MeetingFactory(match=places.match, by=places.asked, at=at, title="Call")
    url = path(places, f"dates/{meeting.pk}/edit/")
    browser = as_user(places.asked)
    assert page_of(browser.get(tab(places, "files"))).link("Change: Call") == url
    fields = page_of(browser.get(url)).form("").fields
    assert fields == {
        "title": "Call",
        "day": "2027-03-03",
        "time": "07:30",
        "zone": "Asia/Shanghai",
        "place": "",
        "sequence": "0",
    }
    answer = browser.post(url, fields | {"time": "08:30", "anyway": "on"})
    assert answer.headers["Location"] == tab(places, "files#dates")
    assert Meeting.objects.get().at == at + timedelta(hours=1)
    # The form that was loaded before shows what has changed since.
    page = page_of(as_user(broker).post(url, fields | {"place": "Hall", "anyway": "on"}))
    assert page.wrong_fields == [""]
    assert (page.form("").fields["sequence"], Meeting.objects.get().place) == ("1", "")
    assert as_user(places.asking).get(url).status_code == 403
    assert as_user(stranger).get(url).status_code == 404
    page = page_of(browser.post(url, fields | {"title": "", "sequence": "1"}))
    assert page.form("").errors


# The plan


def test_write_and_agree(both, broker):
    asked, asking = as_user(both.asked), as_user(both.asking)
    assert asked.post(path(both, "plan/"), sent("plan/")).headers["Location"] == tab(
        both, "agreement#plan"
    )
    url = path(both, "plan/agree/")
    form = page_of(asking.get(tab(both, "agreement"))).form(url)
    assert form.fields == {"side": "requester", "version": "1"}
    page = page_of(asked.post(url, sent("plan/agree/"), follow=True))
    assert page.outcomes[-1] == "success"
    page = page_of(asking.post(url, form.fields, follow=True))
    assert page.outcomes == ["success"]
    assert as_user(broker).post(path(both, "plan/agree/"), sent("plan/agree/")).status_code == 403


def test_agree_for_the_other_city_or_to_nothing(both):
    PlanFactory(match=both.match, version=1)
    for wrong in ({"side": "requester", "version": "1"}, {}):
        page = page_of(as_user(both.asked).post(path(both, "plan/agree/"), wrong, follow=True))
        assert page.outcomes == ["error"]
    assert Plan.objects.get().requester_agreed_at is None


def test_write_over_a_changed_plan_shows_both(both):
    PlanFactory(match=both.match, version=3, text="Three visits.")
    browser = as_user(both.asked)
    url = path(both, "plan/")
    page = page_of(browser.post(url, {"text": "Four visits.", "version": "2"}))
    assert page.wrong_fields == [""]
    assert page.one("[aria-labelledby=plan] .prose").text == "Three visits."
    assert page.form(url).fields["text"] == "Four visits."
    browser.post(path(both, "plan/"), {"text": "Four visits.", "version": "3"})
    assert (Plan.objects.get().text, Plan.objects.get().version) == ("Four visits.", 4)


def test_write_over_a_missing_plan(both):
    """A form that names a version although there is no plan: its text is shown again."""
    url = path(both, "plan/")
    page = page_of(as_user(both.asked).post(url, {"text": "Four visits.", "version": "3"}))
    assert page.wrong_fields == [""]
    assert page.form(url).fields["text"] == "Four visits."
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("address", "expected"), [("reply@exchange.example", [1, 0]), ("", [0, 0])]
)
def test_say_where_replies_by_email_are_possible(address, expected, both, broker, settings):
    settings.REPLY_ADDRESS = address
    pages = [page_of(as_user(reader).get(path(both))) for reader in (both.asking, broker)]
    assert [len(page.select(".by-email")) for page in pages] == expected


# Questions before the introduction


@pytest.fixture
def answered(both):
    """A question of the candidate that was forwarded, answered and returned."""
    return QuestionFactory(
        match=both.match,
        words="Who pays? Call Ms A.",
        passed_words="Who pays?",
        passed_at=clock.now(),
        answer="We do. Call Ms B.",
        answered_at=clock.now(),
        passed_answer="They do.",
        returned_at=clock.now(),
    )


def test_read_the_questions_after_the_introduction(both, answered):
    shown = [
        page_of(as_user(who).get(tab(both, "messages"))).one(".question").lines
        for who in (both.asked, both.asking)
    ]
    assert shown == [
        ["Your city asks:", "Who pays? Call Ms A.", "Answer:", "They do."],
        ["The other city asks:", "Who pays?", "Your city answered:", "We do. Call Ms B."],
    ]


def test_read_the_questions_of_a_partnership(partners, answered):
    page = page_of(as_user(partners.asking).get(tab(partners, "introduction"), follow=True))
    assert page.one(".question").lines[:2] == ["The other city asks:", "Who pays?"]


def test_a_question_that_was_not_forwarded_stays_with_its_city(both):
    QuestionFactory(match=both.match)
    people = (both.asked, both.asking)
    pages = [page_of(as_user(who).get(tab(both, "messages"))) for who in people]
    assert [each.lines for each in pages[0].select(".question")] == [
        ["Your city asks:", "Who pays for the journey?", "It was not forwarded."]
    ]
    assert pages[1].select(".question") == []
    assert "Questions" not in pages[1].headings


def test_a_question_without_an_answer_has_no_form_after_the_introduction(both, answered):
    Question.objects.update(answer="", answered_at=None, passed_answer="", returned_at=None)
    question = page_of(as_user(both.asking).get(tab(both, "messages"))).one(".question")
    assert (question.lines, question.select("form")) == (["The other city asks:", "Who pays?"], [])


# The next step


def step_of(who, url: str) -> str:
    return page_of(as_user(who).get(url)).one("#next-step").text


def test_the_next_step_follows_from_what_there_is(both, broker):
    assert step_of(both.asked, path(both)) == "Write the first message"
    SpaceMessageFactory(match=both.match)
    assert step_of(both.asked, path(both)) == "Write a plan together"
    plan = PlanFactory(match=both.match, version=1)
    assert step_of(both.asked, path(both)) == "Agree to the plan"
    waiting = f"Waiting for {both.request.city}, {both.city} to agree to the plan"
    assert step_of(broker, path(both)) == waiting
    Plan.objects.update(candidate_agreed_at=timezone.now())
    waiting = f"Waiting for {both.request.city} to agree to the plan"
    assert step_of(both.asked, path(both)) == waiting
    Plan.objects.filter(pk=plan.pk).update(requester_agreed_at=timezone.now())
    assert step_of(both.asked, path(both)) == "Record your agreement"
    RecordedAgreementFactory(match=both.match, by=both.asking)
    assert step_of(both.asked, path(both)) == "Confirm the agreement"
    waiting = f"Waiting for {both.city} to confirm the agreement"
    assert step_of(both.asking, path(both)) == waiting


def test_a_completed_partnership_opens_on_its_outcome(partners, broker):
    made = partners.match.partnership
    assert step_of(partners.asked, made.get_absolute_url()) == "Add a milestone"
    today = timezone.localdate()
    type(made).objects.update(status="completed", outcome="Nine days less", ended_on=today)
    page = page_of(as_user(partners.asked).get(made.get_absolute_url()))
    assert page.one("nav.tabs [aria-current=page]").text == "Progress"
    assert page.one("[aria-labelledby=outcome] h2").text == "Outcome"
    assert page.one("#next-step").text == "Write a case about the outcome"
    # Brokers do not write it.
    assert page_of(as_user(broker).get(made.get_absolute_url())).select("#next-step") == []
