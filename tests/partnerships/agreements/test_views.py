from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from community.models import Comment
from partnerships.agreements import links as agreements_links
from partnerships.models import Partnership, ProgressReport, RecordedAgreement, Representation
from tests.community.writing.drafts.cases import as_user
from tests.desk_client import DeskClient
from tests.factories import (
    CityFactory,
    MilestoneFactory,
    OrganizationFactory,
    PartyFactory,
    PlanFactory,
    PracticeFactory,
    ProgressReportFactory,
)
from tests.files import PDF
from tests.page import page_of
from tests.partnerships.agreements.agreements import REPORT, put
from tests.responses import close

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def path(partnership):
    return partnership.get_absolute_url()


def statuses(path: str, people: list, *, post: bool = False) -> list[int | str]:
    """The status for a visitor and each of the people; "login" for a redirect to the login."""
    found = []
    for client in [Client(), *map(as_user, people)]:
        response = client.post(path) if post else client.get(path)
        to = response.headers.get("Location", "")
        found.append("login" if to.startswith("/accounts/login/") else response.status_code)
    return found


def test_show_it_to_its_cities_and_brokers(path, focal_point, colleague, stranger, broker):
    people = [focal_point, colleague, broker, stranger]
    assert statuses(path, people) == [404, 200, 200, 200, 404]


def test_show_a_public_one_to_all(partnership, path, stranger):
    partnership.is_public = True
    partnership.save()
    assert statuses(path, [stranger]) == [200, 200]
    response = Client().get(path)
    assert Client(headers={"if-none-match": response.headers["ETag"]}).get(path).status_code == 304


def test_page_is_not_found_once_the_right_has_ended(path, focal_point):
    client = as_user(focal_point)
    assert client.get(path).status_code == 200
    Representation.objects.filter(member=focal_point).update(
        until=timezone.localdate() - timedelta(days=1)
    )
    assert client.get(path).status_code == 404
    assert client.post(f"{path}start/").status_code == 404


def test_hide_problems_and_names_from_readers(partnership, path, focal_point, stranger):
    partnership.is_public = True
    partnership.save()
    report = partnership.reports.get()
    report.by = focal_point
    for name, value in (REPORT | {"problems": "Too few vans"}).items():
        setattr(report, name, value)
    report.submitted_at = timezone.now()
    report.save()
    page = page_of(as_user(stranger).get(path))
    assert page.one(".said").lines == ["5 days", "Ten shops are trained."]
    assert "Too few vans" not in page.html
    assert focal_point.display_name not in page.html
    own = page_of(as_user(focal_point).get(f"{path}?tab=progress"))
    assert "Problems: Too few vans" in own.one(".said").lines


def test_record_and_confirm_an_agreement(introduced, focal_point, colleague, stranger, broker):
    page = f"/partnerships/matches/{introduced.pk}/agree/"
    desk_page = f"/admin/partnerships/matches/{introduced.pk}/"
    assert as_user(stranger).get(page).status_code == 404
    client, other = as_user(focal_point), as_user(colleague)
    sent = {
        "title": "Village shops",
        "agreed_on": "2026-03-02",
        "agreement_kind": "memorandum",
        "agreement": SimpleUploadedFile("a.pdf", PDF),
    }
    response = client.post(page, sent)
    assert (response.headers["Location"], Partnership.objects.count()) == (page, 0)
    shown = page_of(client.get(page))
    for reader, place in ((client, introduced.get_absolute_url()), (as_user(broker), desk_page)):
        assert "Waiting for confirmation" in page_of(reader.get(place)).text
    asking, asked = [line.text for line in shown.select(".agreed li")]
    assert (asking[:9], date_format(timezone.localdate()) in asking) == ("✓ Cotonou", True)
    assert asked.startswith("– Qingdao")
    assert [form.action for form in shown.forms].count(f"{page}confirm/") == 0
    # Brokers see it, and confirm nothing.
    shown = page_of(as_user(broker).get(page))
    assert [form.action for form in shown.forms].count(f"{page}confirm/") == 0
    fields = page_of(other.get(page)).form(f"{page}confirm/").fields
    assert fields == {"side": "candidate", "version": "1"}
    assert as_user(broker).post(f"{page}confirm/", fields).status_code == 403
    for who, status in ((other, 200), (as_user(broker), 200), (as_user(stranger), 404)):
        response = who.get(f"{page}file/")
        assert response.status_code == status
        close(response)
    for wrong in ({"side": "requester", "version": "1"}, {}, fields | {"version": "2"}):
        response = other.post(f"{page}confirm/", wrong)
        assert (response.headers["Location"], Partnership.objects.count()) == (page, 0)
    response = other.post(f"{page}confirm/", fields)
    made = Partnership.objects.get()
    assert response.headers["Location"] == f"{made.get_absolute_url()}?tab=agreement"
    # Six months after the agreement, which may be over already.
    day = date_format(date(2026, 9, 2))
    message = page_of(other.get(response.headers["Location"])).messages[-1]
    assert message == f"Partnership recorded. The first progress reports are due on {day}."
    assert other.get(f"{page}file/").status_code == 404
    # Later visits are redirected to it.
    assert client.get(page).headers["Location"] == f"{made.get_absolute_url()}?tab=agreement"
    assert client.post(page, sent).headers["Location"] == f"{made.get_absolute_url()}?tab=agreement"
    assert Partnership.objects.count() == 1


def test_the_plan_becomes_the_description(introduced, focal_point, colleague):
    page = f"/partnerships/matches/{introduced.pk}/agree/"
    assert page_of(as_user(focal_point).get(page)).form("").fields["summary"] == ""
    text = "Ten visits. " * 400
    PlanFactory(match=introduced, version=1, text=f"**{text.strip()}**\n\n* Who\n* When")
    fields = page_of(as_user(focal_point).get(page)).form("").fields
    assert fields["summary"] == f"{text.strip()}\n\n- Who\n- When"
    sent = fields | {"agreed_on": "2026-03-02", "agreement_kind": "memorandum"}
    as_user(focal_point).post(page, sent | {"summary": text + "And one more."})
    recorded = RecordedAgreement.objects.get()
    assert recorded.summary == text + "And one more."
    # What is recorded is corrected, not the plan.
    fields = page_of(as_user(colleague).get(page)).form("").fields
    assert fields["summary"] == recorded.summary
    as_user(colleague).post(f"{page}confirm/", {"side": "candidate", "version": "1"})
    assert Partnership.objects.get().summary == recorded.summary


def test_correct_or_delete_what_is_recorded(introduced, focal_point, colleague):
    page = f"/partnerships/matches/{introduced.pk}/agree/"
    sent = {"title": "Shops", "agreed_on": "2026-03-02", "agreement_kind": "memorandum"}
    as_user(focal_point).post(page, sent)
    other = as_user(colleague)
    # The form of somebody who had loaded it before.
    shown = page_of(other.post(page, sent | {"title": "Others"}))
    assert shown.wrong_fields == [""]
    fields = shown.form("").fields
    assert (fields["title"], fields["version"]) == ("Others", "1")
    other.post(page, fields | {"title": "Ten shops"})
    recorded = RecordedAgreement.objects.get()
    assert (recorded.title, recorded.requester_confirmed_at) == ("Ten shops", None)
    response = other.post(f"{page}take-back/")
    assert response.headers["Location"] == f"{introduced.get_absolute_url()}?tab=agreement"
    assert RecordedAgreement.objects.count() == 0


def test_refuse_an_invalid_agreement(introduced, focal_point):
    url = f"/partnerships/matches/{introduced.pk}/agree/"
    sent = {
        "title": "Village shops",
        "agreed_on": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "agreement_kind": "memorandum",
    }
    page = page_of(as_user(focal_point).post(url, sent))
    assert page.wrong_fields == [""]
    gif = sent | {"agreed_on": "2026-03-02", "agreement": SimpleUploadedFile("a.pdf", b"GIF89a")}
    page = page_of(as_user(focal_point).post(url, gif))
    assert page.wrong_fields == ["agreement"]
    assert (Partnership.objects.count(), RecordedAgreement.objects.count()) == (0, 0)


def test_steps_require_a_text(partnership, path, focal_point):
    client = as_user(focal_point)
    page = page_of(client.post(f"{path}stall/"))
    assert page.form(f"{path}stall/").errors == ["This field is required."]
    response = client.post(f"{path}stall/", {"words": "No visas."})
    assert response.headers["Location"] == f"{path}?tab=progress"
    partnership.refresh_from_db()
    assert (partnership.status, partnership.reason) == ("stalled", "No visas.")
    # Repeated: refused.
    page = page_of(client.post(f"{path}stall/", {"words": "Again."}, follow=True))
    assert page.messages[-1].endswith("because its status is now “Stalled”.")
    assert client.post(f"{path}burn/").status_code == 404


@pytest.mark.parametrize(
    ("status", "verb", "message"),
    [
        ("active", "stall", "Partnership marked as stalled."),
        ("stalled", "resume", "Partnership resumed."),
        ("active", "complete", "Partnership completed."),
        ("active", "discontinue", "Partnership discontinued."),
    ],
)
def test_steps_say_what_happened(partnership, path, focal_point, status, verb, message):
    put(partnership, status)
    sent = {"words": "Three days."}
    page = page_of(as_user(focal_point).post(f"{path}{verb}/", sent, follow=True))
    assert page.messages == [message]


def test_steps_of_brokers_require_a_reason_as_well(partnership, path, focal_point, broker):
    client = as_user(broker)
    reports = f"{path}?tab=progress"
    assert page_of(client.get(reports)).select("[name=reason]")
    assert page_of(as_user(focal_point).get(reports)).select("[name=reason]") == []
    page = page_of(client.post(f"{path}stall/", {"words": "No visas."}))
    assert (page.status, page.errors) == (200, ["This field is required."])
    client.post(f"{path}stall/", {"words": "No visas.", "reason": "capacity"})
    reason = "No capacity at the moment"
    page = page_of(as_user(focal_point).get(path))
    assert page.one(".notice.warning").lines == [reason, "No visas."]
    Partnership.objects.update(is_public=True)
    assert reason not in page_of(Client().get(path)).html


def test_show_the_decisions_of_brokers_to_the_cities(partnership, path, focal_point, broker):
    Partnership.objects.update(is_public=True)
    Partnership.objects.update(status="stalled", reason="No visas.")
    as_user(broker).post(f"{path}resume/", {"words": "Well done, both of you."})
    as_user(broker).post(f"{path}complete/", {"words": "Three days."})
    page = page_of(as_user(focal_point).get(f"{path}?tab=progress"))
    decisions = page.one("[aria-labelledby=decided]")
    assert decisions.name == "Brokers’ decisions"
    verbs = [each.text for each in decisions.select("strong")]
    assert (verbs[0], len(verbs)) == ("Complete", 2)
    assert "Well done, both of you." in [each.text for each in decisions.select(".words")]
    assert "Brokers’ decisions" not in page_of(Client().get(path)).html
    # Cities are asked for a text only where a step needs one.
    assert page.select("[name=words]") == []


def test_run_milestones(partnership, path, focal_point):
    client = as_user(focal_point)
    client.post(f"{path}milestones/add/", {"title": "Ten shops", "due_on": "2026-06-01"})
    step = partnership.milestones.get()
    client.post(f"{path}milestones/{step.pk}/mark/", {"done": "yes"})
    step.refresh_from_db()
    assert step.done_on == timezone.localdate()
    response = client.post(f"{path}milestones/add/", {"title": "x", "due_on": "soon"}, follow=True)
    message = "Enter the milestone and its due date."
    assert page_of(response).messages[-1] == message


def test_add_facilitator_as_broker(partnership, path, broker):
    bank = OrganizationFactory(country=None, name="Bank of all")
    as_user(broker).post(f"{path}facilitators/add/", {"organization": bank.pk})
    page = page_of(as_user(broker).get(f"{path}?tab=agreement"))
    assert "Triangular" in [each.text for each in page.select("dd")]
    party = partnership.parties.get(organization=bank)
    as_user(broker).post(f"{path}facilitators/{party.pk}/remove/")
    assert partnership.parties.count() == 2
    city = CityFactory(name="Rotterdam")
    for sent, message in (
        ({}, "Choose an organisation or enter a city."),
        ({"city": "Nowhere"}, "We can’t find a city called “Nowhere”."),
    ):
        response = as_user(broker).post(f"{path}facilitators/add/", sent, follow=True)
        assert page_of(response).messages == [message]
    as_user(broker).post(f"{path}facilitators/add/", {"city": "Rotterdam"})
    assert partnership.parties.get(city=city).role == "facilitator"


def test_make_it_public_together(partnership, path, focal_point, colleague):
    messages = []
    for member, is_public in ((focal_point, False), (colleague, True)):
        answer = as_user(member).post(f"{path}public/", {"public": "yes"}, follow=True)
        messages += page_of(answer).messages
        assert Client().get(path).status_code == (200 if is_public else 404)
    assert messages == [
        "Choice saved. A partnership becomes public when all its cities want it.",
        "This partnership has a public page that everyone can read.",
    ]


def test_write_it_up_as_a_case(partnership, path, focal_point, colleague, broker):
    put(partnership, "completed")
    assert as_user(broker).post(f"{path}case/").status_code == 403
    response = as_user(focal_point).post(f"{path}case/")
    partnership.refresh_from_db()
    edit = f"/cases/{partnership.resulting_case.slug}/edit/"
    assert response.headers["Location"] == edit
    response = as_user(colleague).post(f"{path}case/")
    assert response.headers["Location"] == f"{path}?tab=progress"
    partnership.is_public = True
    partnership.save()
    assert partnership.resulting_case.slug not in page_of(Client().get(path)).html


def test_copy_problems_to_the_case_only_when_confirmed(partnership, path, focal_point, colleague):
    ProgressReport.objects.update(
        submitted_at=timezone.now(), by=focal_point, **REPORT | {"problems": "Customs is slow."}
    )
    put(partnership, "completed")
    form = page_of(as_user(focal_point).get(f"{path}?tab=progress")).form(f"{path}case/")
    assert list(form.choices("include_problems")) == ["on"]
    assert form.fields == {}, "the box is not ticked"
    assert form.select("[name=include_problems]")
    # The other city has reported nothing that it could publish.
    other = page_of(as_user(colleague).get(f"{path}?tab=progress")).form(f"{path}case/")
    assert [each["name"] for each in other.controls] == ["csrfmiddlewaretoken"]
    as_user(focal_point).post(f"{path}case/", {"include_problems": "on"})
    partnership.refresh_from_db()
    assert partnership.resulting_case.what_did_not_work == "Customs is slow."


# Reports by the link in an email


@pytest.fixture
def signed(partnership, focal_point):
    return agreements_links.path(partnership.reports.get(), focal_point)


def test_hand_in_by_the_link_without_signing_in(partnership, signed, focal_point):
    assert Client().get(signed).status_code == 200
    response = Client().post(signed, REPORT)
    assert response.headers["Location"] == signed
    report = partnership.reports.get()
    assert (report.by, report.progress) == (focal_point, REPORT["progress"])
    assert page_of(Client().get(signed)).main.headings == ["Progress report submitted"]
    Client().post(signed, REPORT | {"progress": "Another"})
    assert partnership.reports.get().progress == REPORT["progress"]


COMPLETED = REPORT | {"light": "done", "outcome": "Five days instead of twelve."}


def test_a_report_that_says_completed_completes_the_partnership(partnership, path, focal_point):
    put(partnership, "active")
    report = f"{path}reports/{partnership.reports.get().pk}/"
    page = page_of(as_user(focal_point).post(report, COMPLETED, follow=True))
    partnership.refresh_from_db()
    assert (partnership.status, partnership.outcome) == ("completed", COMPLETED["outcome"])
    assert page.messages == ["Progress report submitted. The partnership is completed."]
    assert page.one("#outcome").text == "Outcome"
    assert page.one("h1 + p").text == "Completed"


def test_a_report_that_says_completed_requires_the_outcome(partnership, path, focal_point):
    report = f"{path}reports/{partnership.reports.get().pk}/"
    page = page_of(as_user(focal_point).post(report, COMPLETED | {"outcome": " "}))
    assert page.errors == ["Describe the outcome, compared with the baseline."]
    assert partnership.reports.get().submitted_at is None
    partnership.refresh_from_db()
    assert partnership.status == "active"


def test_brokers_find_active_partnerships_reported_as_completed(partnership, broker):
    """A report said so before reports asked for the outcome, which nobody else can state."""
    Partnership.objects.filter(pk=partnership.pk).update(status="active")
    partnership.reports.update(light="done", progress="Done.", submitted_at=timezone.now())
    desk = DeskClient()
    desk.force_login(broker)
    url = "/admin/partnerships/partnership/?light=done&status__exact="
    found = [
        [link.text for link in page_of(desk.get(url + status)).select("#result_list tbody a")]
        for status in ("active", "stalled")
    ]
    assert found == [[str(partnership)], []]


def test_complete_it_by_the_link_without_signing_in(partnership, signed):
    Client().post(signed, COMPLETED)
    partnership.refresh_from_db()
    assert partnership.status == "completed"
    thanks = page_of(Client().get(signed)).main
    assert thanks.lines[-1] == "Thank you. The partnership is completed."


def test_thanks_announce_a_further_report_only_if_one_is_due(partnership, signed):
    Client().post(signed, REPORT)
    assert page_of(Client().get(signed)).main.lines[-1] == "Thank you. This was the last report."
    ProgressReportFactory(partnership=partnership, month=24, due_on=date(2028, 3, 2))
    assert "until the next report" in page_of(Client().get(signed)).main.lines[-1]


def test_no_report_is_offered_after_the_end(partnership, signed, path, focal_point):
    put(partnership, "completed")
    report = f"{path}reports/{partnership.reports.get().pk}/"
    for page in (page_of(Client().get(signed)), page_of(as_user(focal_point).get(report))):
        assert page.main.forms == []
        assert page.main.one(".notice").text.startswith("This partnership has ended")


def test_expired_and_revoked_links_are_gone(partnership, signed, focal_point, monkeypatch):
    assert Client().get(signed[:-2] + "x/").status_code == 410
    over = replace(agreements_links.LINK, lasts=timedelta(seconds=-1))
    monkeypatch.setattr(agreements_links, "LINK", over)
    assert Client().get(signed).status_code == 410
    monkeypatch.undo()
    Representation.objects.filter(member=focal_point).update(status="ended")
    assert Client().get(signed).status_code == 410
    assert Client().post(signed, REPORT).status_code == 410
    assert partnership.reports.get().submitted_at is None


def test_keep_the_text_of_an_invalid_report(signed):
    page = page_of(Client().post(signed, REPORT | {"light": "purple", "problems": "Too few vans"}))
    assert page.status == 200
    [form] = page.main.forms
    assert form.fields["problems"] == "Too few vans"
    assert len(form.errors) == 1


def test_link_opens_nothing_else(partnership, signed, path):
    token = signed.split("/")[-2]
    other = ProgressReportFactory(partnership=partnership, month=12, due_on=date(2027, 3, 2))
    Client().post(signed, REPORT)
    assert ProgressReport.objects.get(pk=other.pk).submitted_at is None
    assert token
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("hostile", ["\0", "a\u202eb", "x" * 1_000_000, "{{ 7|add:1 }}"])
def test_accept_hostile_texts(partnership, path, focal_point, hostile):
    client = as_user(focal_point)
    for page, sent in (
        ("stall/", {"words": hostile}),
        ("milestones/add/", {"title": hostile, "due_on": hostile}),
        (f"reports/{partnership.reports.get().pk}/", REPORT | {"progress": hostile}),
        ("edit/", {"title": hostile, "practices": [hostile]}),
        ("public/", {"public": hostile}),
    ):
        assert client.post(path + page, sent).status_code in (200, 302)


def fill(partnership, number: int) -> None:
    MilestoneFactory.create_batch(number, partnership=partnership)
    there = partnership.reports.count()
    for month in range(100 + there, 100 + there + number):
        ProgressReportFactory(partnership=partnership, month=month)
    partnership.practices.add(*PracticeFactory.create_batch(number))
    for _each in range(number):
        PartyFactory(partnership=partnership, city=CityFactory())


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_take_a_fixed_number_of_queries(partnership, path, focal_point, broker):
    partnership.is_public = True
    partnership.save()
    counted = []
    for number in (1, 2):
        fill(partnership, number)
        parts = ["", *(f"?tab={name}" for name in ("agreement", "progress"))]
        clients = [Client(), as_user(focal_point), as_user(broker)]
        counted.append([queries(client, path + part) for client in clients for part in parts])
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 16
    assert Comment.objects.count() == 0
