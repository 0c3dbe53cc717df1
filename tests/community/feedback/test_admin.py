import pytest
from django.utils import timezone

from community.models import PageFeedback
from tests.desk_client import DeskClient
from tests.factories import TranslationReportFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/admin/community/pagefeedback/"


def signed_in(user):
    client = DeskClient()
    client.force_login(user)
    return client


@pytest.fixture
def desk(moderator):
    return signed_in(moderator)


@pytest.fixture
def about_page():
    return PageFeedback.objects.create(page="/cases/", answer="no", message="Costs?")


def listed(client, query="") -> list[list[str]]:
    """The message, the language and the status of each row."""
    rows = page_of(client.get(f"{URL}?{query}")).select("#result_list tbody tr")
    cells = [[cell.text for cell in row.select("th, td")] for row in rows]
    return [[row[number] for number in (3, 7, 4)] for row in cells]


def act(client, action, *chosen):
    return client.post(
        URL, {"action": action, "_selected_action": [row.pk for row in chosen]}, follow=True
    )


def test_list_feedback_by_kind(desk, about_page):
    for text, language in (("Save", "fr"), ("Open", "es")):
        TranslationReportFactory(text=text, language=language)
    reports = [["Open", "español", "Open"], ["Save", "français", "Open"]]
    assert listed(desk) == [*reports, ["Costs?", "-", "-"]]
    assert listed(desk, "kind__exact=translation") == reports
    assert listed(desk, "language__exact=fr") == reports[1:]
    assert listed(desk, "status__exact=done") == []
    assert listed(desk, "q=Costs") == [["Costs?", "-", "-"]]


def test_show_a_report(desk):
    report = TranslationReportFactory(text="Save", quoted="Enregistrer", message="Garder")
    page = page_of(desk.get(f"{URL}{report.pk}/change/"))
    shown = page.one("main").text
    told = ["Save", "Enregistrer", "Garder", report.by.display_name, "/fr/cases/"]
    assert [part for part in told if part not in shown] == []


def test_show_feedback_about_a_page(desk, about_page):
    page = page_of(desk.get(f"{URL}{about_page.pk}/change/"))
    assert [row.text for row in page.select("main .readonly")][1:] == ["/cases/", "No", "Costs?"]
    assert page.select("form.retry") == []


def test_finish_and_reopen(desk, moderator):
    report, other = TranslationReportFactory(), TranslationReportFactory()
    same = TranslationReportFactory(text=report.text)
    page = page_of(act(desk, "finish_selected", report, same))
    assert page.one(".messagelist").text.strip() == "1 text marked as done."
    report.refresh_from_db()
    assert (report.status, report.done_by) == ("done", moderator)
    # Those that are open already are not counted.
    page = page_of(act(desk, "reopen_selected", report, other))
    assert page.one(".messagelist").text.strip() == "1 text reopened."
    assert set(PageFeedback.objects.values_list("status", flat=True)) == {"open"}


def test_finish_on_the_page_of_a_report(desk):
    report = TranslationReportFactory()
    page = page_of(desk.get(f"{URL}{report.pk}/change/"))
    form = page.form(URL)
    assert page.one("form.retry button").text.strip() == "Mark as done"
    fields = {"_selected_action": form.fields["_selected_action"], "action": "finish_selected"}
    desk.post(URL, fields)
    report.refresh_from_db()
    assert report.status == "done"
    page = page_of(desk.get(f"{URL}{report.pk}/change/"))
    assert page.one("form.retry button").text.strip() == "Reopen"


def test_delete_feedback_about_pages_and_no_reports(desk, about_page):
    report = TranslationReportFactory()
    confirmed = {"action": "delete_selected", "post": "yes"}
    for row, status in ((report, 403), (about_page, 302)):
        response = desk.post(URL, confirmed | {"_selected_action": [row.pk]})
        assert response.status_code == status
    assert desk.post(f"{URL}{report.pk}/delete/", {"post": "yes"}).status_code == 403
    assert list(PageFeedback.objects.all()) == [report]


def test_refuse_others(member, broker):
    report = TranslationReportFactory()
    for user in (member, broker):
        act(signed_in(user), "finish_selected", report)
        assert signed_in(user).get(URL).status_code in (302, 403)
    report.refresh_from_db()
    assert report.status == "open"


def test_lead_on_from_the_earlier_list_of_reports(desk):
    for path in ("", "1/change/", "?status__exact=open"):
        response = desk.get(f"/admin/community/reportedtext/{path}")
        assert response["Location"] == f"{URL}?kind__exact=translation"


def test_say_on_the_overview_how_many_texts_are_open(desk, broker):
    def shown(client):
        links = page_of(client.get("/admin/")).select("main a[href*=pagefeedback]")
        return [link.text.strip() for link in links if "exact=open" in link["href"]]

    assert shown(desk) == []
    TranslationReportFactory(status="done", done_at=timezone.now())
    first = TranslationReportFactory()
    TranslationReportFactory(text=first.text)
    assert shown(desk) == ["1 text with a reported translation"]
    TranslationReportFactory()
    assert shown(desk) == ["2 texts with reported translations"]
    assert shown(signed_in(broker)) == []


@pytest.mark.parametrize("number", [1, 3])
def test_list_with_the_same_queries(desk, moderator, number, django_assert_max_num_queries):
    for _ in range(number):
        TranslationReportFactory(status="done", done_by=moderator, done_at=timezone.now())
    desk.get(URL)
    with django_assert_max_num_queries(12):
        assert len(listed(desk)) == number
