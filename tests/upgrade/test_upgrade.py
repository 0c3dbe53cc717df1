"""A database of bd674ec keeps its rows, and what was given away by then still holds."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core import mail, signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from community.models import Comment, Experience, Registration, Revision, User
from community.tasks import old_paths
from partnerships.models import PartnershipRequest, Round
from repository.models import CaseStudy, Speaker
from tests.community.conftest import run_queue
from tests.upgrade.conftest import STORED
from tests.upgrade.schema import differences, schema

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("upgraded")]

# Tables whose rows a migration or what follows it has to change, with the reason.
CHANGED: dict[str, str] = {}


def test_make_the_same_database_as_for_a_new_site(fresh_schema):
    found = schema()
    assert differences(found, fresh_schema) == {}
    assert len(found["functions"]) > 150
    assert len(found["triggers"]) > 300
    assert len(found["views"]) == 2


@pytest.mark.parametrize("table", STORED["tables"])
def test_keep_each_row(table, upgraded):
    stored = STORED["tables"][table]
    if table in CHANGED:
        assert upgraded.rows[table] != {"rows": stored["rows"], "sum": stored["sum"]}
    else:
        assert upgraded.rows[table] == {"rows": stored["rows"], "sum": stored["sum"]}


# Tasks


def test_the_paths_of_tasks_lead_to_the_tasks_of_today():
    for new in old_paths.PATHS.values():
        assert import_string(new).module_path == new
    assert {*STORED["tasks"].values()} == old_paths.PATHS.keys()


def test_run_each_task_that_was_queued(then):
    assert len(STORED["tasks"]) == 8
    run_queue()
    found = DBTaskResult.objects.in_bulk(STORED["tasks"])
    assert {str(key): task.status for key, task in found.items()} == dict.fromkeys(
        STORED["tasks"], "SUCCESSFUL"
    )
    subjects = [message.subject for message in mail.outbox]
    assert "Written before" in subjects
    assert any("/accounts/password/reset/key/" in message.body for message in mail.outbox)
    assert Round.objects.get().status != "running"


# Links, cookies and forms


def browser(who: str) -> Client:
    """The browser of somebody, with the cookies that it had."""
    names = {
        "sessionid": settings.SESSION_COOKIE_NAME,
        "known-device": settings.KNOWN_DEVICE_COOKIE_NAME,
    }
    client = Client()
    for name, value in STORED["cookies"].get(who, {}).items():
        client.cookies[names[name]] = value
    return client


@pytest.mark.parametrize(
    "name", ["registration", "survey", "speaker", "stop a notice", "renew a request", "report"]
)
def test_open_the_links_of_messages(name, then):
    path = STORED["links"][name]
    page = Client().get(path)
    # A wrong signature, of the same length.
    wrong = Client().get(path[:-2] + ("A" if path[-2] != "A" else "B") + "/")
    assert page.status_code == 200
    assert heading(page) != heading(wrong)


def heading(page) -> str:
    return page.text.partition("<h1")[2].partition("</h1>")[0]


def test_confirm_an_address_by_an_earlier_link(then):
    browser("member").post(STORED["links"]["confirm an address"])
    member = User.objects.get(handle="member")
    assert member.emailaddress_set.get(email="new@example.org").verified


def test_reset_a_password_by_an_earlier_link(then):
    response = Client().get(STORED["links"]["reset a password"], follow=True)
    assert response.context["form"].fields.keys() >= {"password1"}


def test_stay_signed_in(then):
    client = browser("member")
    assert client.get("/").context["user"] == User.objects.get(handle="member")
    assert browser("administrator").get("/admin/").status_code == 200


def test_know_the_browser_of_before(then):
    def read(cookie):
        return signing.loads(cookie, salt="community.known_devices")

    client = Client()
    name = settings.KNOWN_DEVICE_COOKIE_NAME
    client.cookies[name] = before = STORED["cookies"]["member"]["known-device"]
    form = {"login": "member@example.org", "password": STORED["password"]}
    assert client.post("/accounts/login/", form).status_code == 302
    assert client.cookies[name].value != before
    assert read(client.cookies[name].value) == read(before)


def send(name: str, **changes: str):
    """Send a form as it was opened, with these fields filled in since."""
    form = STORED["forms"][name]
    return browser(form["who"]).post(form["action"], form["fields"] | changes)


@pytest.mark.parametrize(
    ("name", "changes", "written"),
    [
        ("comment", {}, lambda: Comment.objects.filter(body="Written before")),
        (
            "experience",
            {"year": "2023"},
            lambda: Experience.objects.filter(worked="Written before"),
        ),
        ("case", {}, lambda: CaseStudy.objects.filter(title="Written before")),
        (
            "revision",
            {"why": "Better words."},
            lambda: Revision.objects.filter(document__title="Written before"),
        ),
        ("request", {}, lambda: PartnershipRequest.objects.filter(title="Written before")),
        (
            "registration",
            {"where": "Ethiopia", "gender": "unsaid"},
            lambda: Registration.objects.filter(email="another@example.org"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_take_the_forms_that_were_open(name, changes, written, then):
    assert not written().exists()
    response = send(name, **changes)
    assert response.status_code == 302
    assert written().count() == 1


@pytest.mark.parametrize("name", ["case", "revision", "request"])
def test_keep_for_the_member_what_a_form_sends_without_a_session(name, then):
    form = STORED["forms"][name]
    response = Client().post(form["action"], form["fields"])
    assert response.status_code == 302
    [page] = parse_qs(urlsplit(response.url).query)["next"]
    assert "Written before" in browser("member").get(page).text


def test_confirm_an_import_that_was_previewed(then):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() + interval '1 hour'")
    assert cache.get("words") == "Words"
    assert send("import").status_code == 302
    assert Speaker.objects.get(slug="written-before").name == "Written before"
