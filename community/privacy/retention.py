"""Retention periods: daily deletion of unconfirmed accounts and other data no longer needed."""

import logging
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import DO_NOTHING, Exists, ManyToOneRel, OuterRef, Q, QuerySet
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import (
    OldHandle,
    Registration,
    RegistrationStatus,
    SavedText,
    User,
    WorkingCopy,
)
from community.writing.attachments.models import small_name
from repository.models import Appearance, PhotographKind, Speaker
from repository.photographs.models import WIDTHS

logger = logging.getLogger(__name__)

# The link in our message expires after three days; after a week nobody can use one.
UNCONFIRMED_FOR = timedelta(days=7)
# A session is saved before the note of its origin, which is no older than the visit.
SEEN_WITHIN = timedelta(days=1)


def remove_unconfirmed_accounts() -> int:
    """Delete the accounts that were never confirmed; return how many.

    Their addresses are free again: signing up with one creates a new account.
    """
    removed = 0
    waiting = EmailAddress.objects.filter(verified=False, user__in=unconfirmed())
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            # A concurrent confirmation locks one of these rows: then skip the account.
            address = (
                EmailAddress.objects.select_related("user")
                .select_for_update(skip_locked=True, of=("self", "user"))
                .filter(pk=pk, verified=False)
                .first()
            )
            if address and unconfirmed().filter(pk=address.user_id).exists():
                address.user.delete()
                removed += 1
    return removed


def unconfirmed() -> QuerySet[User]:
    """Accounts older than a week that were never used and have no data except their address.

    One closed by staff remains, so that it stays closed.
    """
    accounts = User.objects.filter(
        last_login=None,
        is_active=True,
        is_staff=False,
        is_superuser=False,
        date_joined__lt=timezone.now() - UNCONFIRMED_FOR,
        emailaddress__isnull=False,
    ).exclude(emailaddress__verified=True)
    for relation in User._meta.get_fields(include_hidden=True):
        # Events also refer to accounts, without preventing a deletion.
        if (
            isinstance(relation, ManyToOneRel)
            and relation.on_delete is not DO_NOTHING
            and relation.related_model is not EmailAddress
        ):
            rows = relation.related_model._base_manager
            accounts = accounts.filter(
                ~Exists(rows.filter(**{relation.field.name: OuterRef("pk")}))
            )
    return accounts.distinct()


def forget_ended_sessions() -> int:
    """Delete records of ended sessions; return how many."""
    ended = UserSession.objects.filter(
        ~Exists(Session.objects.filter(session_key=OuterRef("session_key"))),
        last_seen_at__lt=timezone.now() - SEEN_WITHIN,
    )
    return ended.delete()[0]


# Unsaved text is not needed for longer.
COPIES_KEPT_FOR = timedelta(days=90)
# A form opened longer ago only learns that the text has changed, without a merge.
TEXTS_KEPT_FOR = timedelta(days=90)
# A file is written shortly before its row.
FILES_WITHOUT_ROW_FOR = timedelta(days=1)
ORPHANS_KEPT_FOR = timedelta(days=30)


def forget_old_copies() -> int:
    """Delete unsaved input after three months; return how many.

    Also deletes earlier versions of saved cases, the bases for merges.
    """
    now = timezone.now()
    copies, _rows = WorkingCopy.objects.filter(kept_at__lt=now - COPIES_KEPT_FOR).delete()
    SavedText.objects.filter(saved_at__lt=now - TEXTS_KEPT_FOR).delete()
    return copies


def forget_old_handles() -> int:
    """Delete former handles that no longer redirect; return how many."""
    return OldHandle.objects.exclude(pk__in=OldHandle.objects.redirecting()).delete()[0]


# Long enough for the survey, and for requests about the data we held.
GUESTS_KEPT_FOR = timedelta(days=180)


def forget_guests() -> int:
    """Erase the identity of guests of webinars after half a year; return how many.

    What figures are counted from remains: place, gender, whether there was a seat. An unconfirmed
    registration is deleted after a week.
    """
    now = timezone.now()
    guests = Registration.objects.filter(member=None)
    guests.filter(
        status=RegistrationStatus.UNCONFIRMED, asked_at__lt=now - UNCONFIRMED_FOR
    ).delete()
    over = guests.exclude(email="").filter(webinar__starts_at__lt=now - GUESTS_KEPT_FOR)
    return over.update(name="", email="", organization="", asked_at=None)


# A speaker may want to change what is shown much later, and then needs a new link.
SPEAKERS_KEPT_FOR = timedelta(days=365)


def forget_speakers() -> int:
    """Erase private addresses of speakers a year after the last talk; return how many."""
    since = timezone.now() - SPEAKERS_KEPT_FOR
    later = Appearance.objects.filter(
        Q(webinar__starts_at__gte=since)
        | Q(webinar__starts_at=None, webinar__updated_at__gte=since),
        speaker=OuterRef("pk"),
    )
    rows = Speaker.objects.exclude(email="").filter(~Exists(later), updated_at__lt=since)
    return rows.update(email="", correction="")


# Folders of uploaded files and the columns that refer to them: {folder: (model, field)}. Higher
# apps add their own.
FOLDERS = {
    "attachments": ("community.Attachment", "file"),
    **{
        f"photographs/{kind}-{width}": ("repository.Photograph", f"{kind}_{width}")
        for kind in PhotographKind.values
        for width in WIDTHS
    },
    "slides": ("repository.Appearance", "slides"),
    "speakers": ("repository.Speaker", "photo"),
}


# Files without a row are moved here for a while before they are deleted.
ORPHANS = "orphans"
# The key of the advisory lock of a sweep: two at once would move the same files.
SWEEP_LOCK = 7_061_714
MAX_REPORTED = 100


@task
def sweep_files() -> dict[str, Any]:
    """Find files without a row, and rows without a file, once an hour.

    Idempotent. Rows without a file are reported on the desk and in the log.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Django has no advisory locks. A transaction-level one also works through PgBouncer.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SWEEP_LOCK])
        if not cursor.fetchone()[0]:
            return {}
        missing = bring_back_missing()
        aside, deleted = quarantine_orphans(), delete_old_orphans()
    if missing:
        logger.error("Rows whose file is missing: %s", missing[:MAX_REPORTED])
    if aside or deleted:
        logger.warning("Files without a row: %d set aside, %d deleted.", aside, deleted)
    return {"missing": missing[:MAX_REPORTED], "set_aside": aside, "deleted": deleted}


def missing_files() -> list[tuple[str, int]]:
    """The rows whose file the last sweep did not find, by label of the model and primary key."""
    sweeps = DBTaskResult.objects.successful().filter(task_path=sweep_files.module_path)
    # Skip sweeps that did nothing because another one was running.
    last = sweeps.filter(return_value__has_key="missing").order_by("-finished_at").first()
    return [(label, pk) for label, pk in last.return_value["missing"]] if last else []


def quarantine_orphans() -> int:
    """Move uploaded files without a row to a folder of their own; return how many.

    They are not deleted at once: after an older database was restored, files that are still needed
    have no row either, and `bring_back_missing()` restores them.
    """
    count = 0
    for folder in FOLDERS:
        named = names_in_rows(folder)
        for name in names_in_storage(folder):
            path = f"{folder}/{name}"
            # The smaller copy of a picture belongs to the row of the picture.
            original = path.removesuffix(small_name(""))
            # A row may have been written since they were listed.
            if (
                original.removeprefix(f"{folder}/") not in named
                and is_older(path, FILES_WITHOUT_ROW_FOR)
                and original not in paths_in_rows(folder, original)
            ):
                move(path, f"{ORPHANS}/{path}")
                count += 1
    return count


def bring_back_missing() -> list[tuple[str, int]]:
    """Restore files that rows refer to and that were set aside.

    Return the rows whose file is missing, by label of the model and primary key.
    """
    missing: list[tuple[str, int]] = []
    for folder, (label, field) in FOLDERS.items():
        # List the rows first: a file is written before its row.
        named = names_in_rows(folder)
        for name in sorted(named - names_in_storage(folder)):
            path = f"{folder}/{name}"
            if default_storage.exists(f"{ORPHANS}/{path}"):
                move(f"{ORPHANS}/{path}", path)
            elif not default_storage.exists(path):
                rows = apps.get_model(label)._base_manager.filter(**{field: path})
                missing += [(label, pk) for pk in rows.values_list("pk", flat=True)]
    return missing


def delete_old_orphans() -> int:
    """Delete files that were set aside a month ago; return how many."""
    count = 0
    for folder in FOLDERS:
        for name in names_in_storage(f"{ORPHANS}/{folder}"):
            path = f"{ORPHANS}/{folder}/{name}"
            if is_older(path, ORPHANS_KEPT_FOR):
                default_storage.delete(path)
                count += 1
    return count


def names_in_rows(folder: str) -> set[str]:
    """The names of files of a folder that rows refer to."""
    return {path.removeprefix(f"{folder}/") for path in paths_in_rows(folder)}


def paths_in_rows(folder: str, *wanted: str) -> set[str]:
    label, field = FOLDERS[folder]
    rows = apps.get_model(label)._base_manager.exclude(**{f"{field}__in": ["", None]})
    if wanted:
        rows = rows.filter(**{f"{field}__in": wanted})
    return set(rows.values_list(field, flat=True))


def names_in_storage(folder: str) -> set[str]:
    try:
        return set(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return set()


def is_older(path: str, age: timedelta) -> bool:
    return default_storage.get_modified_time(path) < timezone.now() - age


def move(path: str, target: str) -> None:
    """Move a file within the storage, which may only support copying."""
    with default_storage.open(path) as content:
        # An interrupted move may have left an incomplete copy.
        default_storage.delete(target)
        default_storage.save(target, content)
    default_storage.delete(path)
