import pytest
from django.utils import timezone

from community.models import ReportedText
from tests.desk_client import DeskClient
from tests.factories import ReportedTextFactory, TranslationReportFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/admin/community/reportedtext/"


def signed_in(user):
    client = DeskClient()
    client.force_login(user)
    return client


@pytest.fixture
def desk(moderator):
    return signed_in(moderator)


def listed(client, query="") -> list[list[str]]:
    rows = page_of(client.get(f"{URL}?{query}")).select("#result_list tbody tr")
    return [[cell.text for cell in row.select("th, td")][1:4] for row in rows]


def act(client, action, *texts):
    return client.post(
        URL, {"action": action, "_selected_action": [text.pk for text in texts]}, follow=True
    )


def test_list_reports_by_message(desk):
    text = ReportedTextFactory(text="Save")
    for _ in range(2):
        TranslationReportFactory(text=text)
    TranslationReportFactory(text=ReportedTextFactory(text="Open", language="es"))
    assert listed(desk) == [["Open", "español", "1"], ["Save", "français", "2"]]
    assert listed(desk, "language__exact=fr") == [["Save", "français", "2"]]
    assert listed(desk, "status__exact=done") == []


def test_show_the_reports_of_a_message(desk):
    text = ReportedTextFactory(text="Save")
    report = TranslationReportFactory(text=text, quoted="Enregistrer", suggestion="Garder")
    page = page_of(desk.get(f"{URL}{text.pk}/change/"))
    shown = page.one("main").text
    assert [part for part in ("Save", "Enregistrer", "Garder") if part not in shown] == []
    assert report.by.display_name in shown
    assert page.one("main .inline-group a[dir=ltr]")["href"] == "/fr/cases/"


def test_finish_and_reopen(desk, moderator):
    text, other = ReportedTextFactory(), ReportedTextFactory()
    page = page_of(act(desk, "finish_selected", text))
    assert page.one(".messagelist").text.strip() == "1 text marked as done."
    text.refresh_from_db()
    assert (text.status, text.done_by) == ("done", moderator)
    # Those that are open already are not counted.
    page = page_of(act(desk, "reopen_selected", text, other))
    assert page.one(".messagelist").text.strip() == "1 text reopened."
    assert set(ReportedText.objects.values_list("status", flat=True)) == {"open"}


def test_finish_on_the_page_of_a_text(desk):
    text = ReportedTextFactory()
    page = page_of(desk.get(f"{URL}{text.pk}/change/"))
    form = page.form(URL)
    assert page.one("form.retry button").text.strip() == "Mark as done"
    fields = {"_selected_action": form.fields["_selected_action"], "action": "finish_selected"}
    desk.post(URL, fields)
    text.refresh_from_db()
    assert text.status == "done"
    page = page_of(desk.get(f"{URL}{text.pk}/change/"))
    assert page.one("form.retry button").text.strip() == "Reopen"


def test_refuse_others(member, broker):
    text = ReportedTextFactory()
    for user in (member, broker):
        act(signed_in(user), "finish_selected", text)
        assert signed_in(user).get(URL).status_code in (302, 403)
    text.refresh_from_db()
    assert text.status == "open"


def test_show_only_what_a_reviewer_may_see(member, moderator):
    ReportedTextFactory()
    assert ReportedText.objects.visible_to(member).count() == 0
    assert ReportedText.objects.visible_to(moderator).count() == 1


def test_say_on_the_overview_how_many_are_open(desk, broker):
    def shown(client):
        links = page_of(client.get("/admin/")).select("main a[href*=reportedtext]")
        return [link.text.strip() for link in links if "exact=open" in link["href"]]

    assert shown(desk) == []
    ReportedTextFactory(status="done", done_at=timezone.now())
    ReportedTextFactory()
    assert shown(desk) == ["1 text with a reported translation"]
    ReportedTextFactory()
    assert shown(desk) == ["2 texts with reported translations"]
    assert shown(signed_in(broker)) == []


@pytest.mark.parametrize("number", [1, 3])
def test_list_with_the_same_queries(desk, moderator, number, django_assert_max_num_queries):
    for _ in range(number):
        text = ReportedTextFactory(status="done", done_by=moderator, done_at=timezone.now())
        TranslationReportFactory(text=text)
    desk.get(URL)
    with django_assert_max_num_queries(12):
        assert len(listed(desk)) == number
