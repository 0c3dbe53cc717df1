"""The audit log of staff, for administrators: reading, filtering, exporting."""

import csv
from datetime import timedelta
from io import StringIO

import pghistory
import pytest
from django.utils import timezone

from community.models import CannedText, Verb
from community.moderation.audit_log.events import entries, event_models
from community.moderation.decisions.actions import decide
from repository.cases.actions import publish
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, CommentFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

WORDS = {"reason": "spam", "message": "=HYPERLINK(1)"}


@pytest.fixture
def client():
    return DeskClient()


@pytest.fixture
def done(member, moderator, administrator):
    """A decision, a publication and a changed text by staff; an action of a member."""
    comment, case = CommentFactory(author=member), CaseStudyFactory()
    decide(subject=comment, verb=Verb.HIDE, by=moderator, **WORDS)
    publish(case=case, by=administrator)
    with pghistory.context(user=administrator.pk):
        text = CannedText.objects.create(reason="spam", language="en", title="Ad", text="Old")
        text.text = "New"
        text.save()
    with pghistory.context(user=member.pk):
        member.display_name = "Changed"
        member.save()


def seen(**filters) -> set:
    return {(entry.who, entry.noun, entry.verb) for entry in entries(start=0, stop=50, **filters)}


MODERATED = {("Moderator", "Decision", "added"), ("Moderator", "Comment", "changed")}
ADMINISTERED = {
    ("Administrator", "Case study", "changed"),
    ("Administrator", "Canned response", "added"),
    ("Administrator", "Canned response", "changed"),
}


def test_record_of_staff_only(done):
    assert seen() == MODERATED | ADMINISTERED


def test_filter_by_who_what_and_when(done, moderator, administrator):
    assert seen(who=moderator.pk) == MODERATED
    assert seen(what="community.decision") == {("Moderator", "Decision", "added")}
    assert seen(who=administrator.pk, what="community.decision") == set()
    today = timezone.now().date()
    assert seen(since=today - timedelta(days=1), until=today + timedelta(days=1)) == seen()
    assert seen(since=today + timedelta(days=2)) == set()
    assert seen(until=today - timedelta(days=2)) == set()


def test_changes_list_the_changed_fields(done):
    changed = entries(start=0, stop=50, what="community.cannedtext")
    assert [entry.changes for entry in changed if entry.verb == "changed"] == [
        [("Message", "Old", "New")]
    ]


def test_record_keeps_former_staff(done, moderator):
    moderator.is_staff = False
    moderator.save()
    assert seen(who=None) >= MODERATED


def test_record_of_every_table_in_one_query(done, django_assert_num_queries):
    assert len(event_models()) > 20
    with django_assert_num_queries(3):  # who is staff, the events, and the names
        assert len(entries(start=0, stop=50)) == 5


def test_pages_of_the_record_do_not_overlap(done):
    pieces = [entries(start=start, stop=start + 2) for start in (0, 2, 4)]
    assert [entry for piece in pieces for entry in piece] == entries(start=0, stop=50)


def test_record_page_shows_and_filters(client, administrator, moderator, done):
    client.force_login(administrator)
    response = client.get("/admin/record/")
    assert {entry.noun for entry in response.context["entries"]} >= {"Decision", "Canned response"}
    changes = page_of(response).select(".differences dd:has(del + ins)")
    (change,) = [each for each in changes if each.text == "Old → New"]
    assert (change.one("del").text, change.one("ins").text) == ("Old", "New")
    one = client.get("/admin/record/", {"who": moderator.pk, "what": "community.decision"})
    assert [entry.noun for entry in one.context["entries"]] == ["Decision"]
    assert client.post("/admin/record/").status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        "who=x&what=y&since=z&p=q",
        "who=99999999999999999999",
        "p=0",
        "since=0001-01-01&until=9999-12-31",
    ],
)
def test_record_accepts_any_filter(query, client, administrator, done):
    client.force_login(administrator)
    assert client.get(f"/admin/record/?{query}").status_code == 200
    assert client.get(f"/admin/record/export/?{query}").status_code == 200


def test_export_as_csv_without_formulas(client, administrator, done):
    client.force_login(administrator)
    response = client.get("/admin/record/export/", {"what": "community.decision"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(StringIO(response.getvalue().decode())))
    assert rows[0] == ["when", "who", "number of member", "what", "number", "done", "changes"]
    assert [row[1:4:2] for row in rows[1:]] == [["Moderator", "Decision"]]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_export_escapes_names_that_look_like_formulas(client, administrator, moderator, done):
    moderator.display_name = "=1+1"
    moderator.save()
    client.force_login(administrator)
    text = client.get("/admin/record/export/", {"who": moderator.pk}).getvalue().decode()
    assert {row[1] for row in list(csv.reader(StringIO(text)))[1:]} == {"'=1+1"}
