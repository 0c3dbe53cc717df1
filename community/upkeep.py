"""What is removed once a day: accounts that nobody confirmed, notes on sessions that ended."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import DO_NOTHING, Exists, ManyToOneRel, OuterRef, Q, QuerySet
from django.utils import timezone

from repository.models import Appearance, Speaker

from .models import (
    OldHandle,
    Registration,
    RegistrationStatus,
    SavedText,
    User,
    WorkingCopy,
)

# The link in our message ends after three days, so after a week nobody can follow one.
UNCONFIRMED_FOR = timedelta(days=7)
# A session is written before the note of where it is from, which is no older than the visit.
SEEN_WITHIN = timedelta(days=1)


def remove_unconfirmed_accounts() -> int:
    """Delete the accounts that were never confirmed; return how many.

    Their addresses are free again: whoever signs up with one gets a new account.
    """
    removed = 0
    waiting = EmailAddress.objects.filter(verified=False, user__in=unconfirmed())
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            # Who confirms the address at this moment holds one of the rows: then it is left alone.
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
    """Accounts of a week ago that nobody has used, and that nothing but their address belongs to.

    One that staff have closed stays, so that it stays closed.
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
        # History points to accounts too, and keeps none.
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
    """Delete the notes on where ended sessions were from; return how many."""
    ended = UserSession.objects.filter(
        ~Exists(Session.objects.filter(session_key=OuterRef("session_key"))),
        last_seen_at__lt=timezone.now() - SEEN_WITHIN,
    )
    return ended.delete()[0]


# Nobody comes back to unsaved text after that time.
COPIES_KEPT_FOR = timedelta(days=90)
# A form that was opened longer ago is told that the text has changed, without what it was.
TEXTS_KEPT_FOR = timedelta(days=90)
# A file is written a moment before its row.
FILES_WITHOUT_ROW_FOR = timedelta(days=1)


def forget_old_copies() -> int:
    """Delete what members typed and never saved, after three months; return how many.

    With it goes what saved cases were before, which forms are compared with.
    """
    now = timezone.now()
    copies, _rows = WorkingCopy.objects.filter(kept_at__lt=now - COPIES_KEPT_FOR).delete()
    SavedText.objects.filter(saved_at__lt=now - TEXTS_KEPT_FOR).delete()
    return copies


def forget_old_handles() -> int:
    """Delete the handles that members gave up and that lead on no more; return how many."""
    return OldHandle.objects.exclude(pk__in=OldHandle.objects.leading()).delete()[0]


# Long enough for the survey, and for who asks what we held of them.
GUESTS_KEPT_FOR = timedelta(days=180)


def forget_guests() -> int:
    """Erase who the guests of webinars were, half a year after; return how many.

    What figures are counted from stays: place, gender, whether there was a seat. A registration
    that nobody confirmed goes altogether, after a week.
    """
    now = timezone.now()
    guests = Registration.objects.filter(member=None)
    guests.filter(
        status=RegistrationStatus.UNCONFIRMED, asked_at__lt=now - UNCONFIRMED_FOR
    ).delete()
    over = guests.exclude(email="").filter(webinar__starts_at__lt=now - GUESTS_KEPT_FOR)
    return over.update(name="", email="", organization="", asked_at=None)


# A speaker may want to change what is shown long after, and asks for a new link then.
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


# Where files of members are kept, and the column that names them: {folder: (model, field)}.
# A higher app adds its own.
FOLDERS = {
    "attachments": ("community.Attachment", "file"),
    "slides": ("repository.Appearance", "slides"),
    "speakers": ("repository.Speaker", "photo"),
}


def remove_orphaned_files() -> int:
    """Delete files of members that no row names any more; return how many."""
    removed = 0
    for folder, (label, field) in FOLDERS.items():
        rows = apps.get_model(label)._base_manager
        try:
            _folders, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        for name in names:
            path = f"{folder}/{name}"
            written = default_storage.get_modified_time(path)
            if (
                written < timezone.now() - FILES_WITHOUT_ROW_FOR
                and not rows.filter(**{field: path}).exists()
            ):
                default_storage.delete(path)
                removed += 1
    return removed
