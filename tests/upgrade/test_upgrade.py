"""A database of the last release keeps its rows, and what was given away by then still holds."""

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core import mail, signing
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django_tasks_db.models import DBTaskResult

from community.models import Comment, Experience, Registration, Revision, User
from partnerships.models import PartnershipRequest, Round
from repository.models import CaseStudy, Speaker
from tests.community.conftest import run_queue
from tests.page import page_of
from tests.sampling import ALL
from tests.upgrade.conftest import STORED
from tests.upgrade.schema import differences, schema

OURS = [
    (app, name)
    for app, name in MigrationLoader(None).disk_migrations
    if app in ("repository", "community", "partnerships")
]
pytestmark = [
    pytest.mark.proof(in_turn=True, sample=ALL),
    pytest.mark.django_db,
    pytest.mark.usefixtures("upgraded"),
    pytest.mark.slow(30),
]

# Tables whose rows a migration or what follows it has to change, with the reason.
CHANGED = {
    "auth_permission": "there are new models",
    "community_cannedtext": "each has the decision that it is for",
    "community_cannedtextevent": "each has the decision that it is for",
    "django_content_type": "there are new models",
    "django_migrations": "each new migration is recorded",
    "partnerships_match": "suggested and shortlisted cities are candidates",
    "partnerships_matchevent": "that they are candidates is in their history",
    "partnerships_partnership": "those that were agreed are active",
    "partnerships_partnershipevent": "that they are active is in their history",
    "repository_original": "figures can name the practice that they measure",
    "repository_edition": "a restored view has other casts, so that `migrate` replaces it",
}
# Tables that a migration has dropped, with the reason.
DROPPED: dict[str, str] = {}


def test_make_the_same_database_as_for_a_new_site(fresh_schema):
    found = schema()
    assert differences(found, fresh_schema) == {}
    assert len(found["functions"]) > 150
    assert len(found["triggers"]) > 300
    assert len(found["views"]) == 4


def test_leave_no_migration_to_apply():
    out = io.StringIO()
    call_command("migrate", stdout=out)
    assert "No migrations to apply." in out.getvalue()
    assert {f"{app}.{name}" for app, name in OURS} <= {
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
    }


def test_refuse_a_database_from_before_the_first_release():
    """Each has the first of its migrations, whatever came after it."""
    MigrationRecorder(connection).record_applied("repository", "0001_collection")
    with pytest.raises(SystemCheckError, match=r"made before version 0\.9\.0"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_keep_each_row(upgraded):
    changed = {
        table
        for table, stored in STORED["tables"].items()
        if upgraded.get(table) != {"rows": stored["rows"], "sum": stored["sum"]}
    }
    assert changed == CHANGED.keys() | DROPPED.keys()
    assert len(STORED["tables"]) > 200


# Tasks


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
    page = page_of(Client().get(path))
    # A wrong signature, of the same length.
    wrong = page_of(Client().get(path[:-2] + ("A" if path[-2] != "A" else "B") + "/"))
    assert page.status == 200
    assert page.one("h1").text != wrong.one("h1").text


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


def test_recognize_a_known_browser(then):
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
def test_accept_forms_opened_before(name, changes, written, then):
    assert not written().exists()
    response = send(name, **changes)
    assert response.status_code == 302
    assert written().count() == 1


@pytest.mark.parametrize("name", ["case", "revision", "request"])
def test_preserve_a_form_submitted_without_a_session(name, then):
    form = STORED["forms"][name]
    response = Client().post(form["action"], form["fields"])
    assert response.status_code == 302
    [page] = parse_qs(urlsplit(response.url).query)["next"]
    shown = page_of(browser("member").get(page))
    assert "Written before" in [text for form in shown.forms for text in form.fields.values()]


def test_confirm_an_import_that_was_previewed(then):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() + interval '1 hour'")
    assert cache.get("words") == "Words"
    assert send("import").status_code == 302
    assert Speaker.objects.get(slug="written-before").name == "Written before"
