"""Notify members, on the site and by e-mail.

`notify` stores one notice for each member; pages and messages are rendered in the reader's
language. Names and titles in them are texts of members: they are escaped and isolated.
"""

import secrets
from collections.abc import Collection, Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.utils import timezone

from community.models import Delivery, Follow, NoticeKind, Notification, User
from community.notices.digests import send_at_once
from community.notices.events import EVENTS
from community.notices.models import deliveries
from repository.models import CaseStudy
from repository.workflow import lock_all

# An account may be deleted at the same time. This lock allows all other writes, so that those who
# notify the same members do not wait for each other; the ORM has only stronger ones.
KEEP = "SELECT FROM community_user WHERE id = ANY(%s) FOR KEY SHARE"


def notify(
    members: Iterable[int],
    *,
    kind: NoticeKind,
    event: str,
    subject: models.Model,
    actor: User | None = None,
    key: str = "",
    **details: str,
) -> None:
    """Notify members, by primary key, of an event, in the transaction of the caller.

    Skips `actor` and members whose account is closed. A member is notified once for each `key`;
    without one, for each call. `details` are plain texts, such as a moderator's `message`;
    `comment` and `experience` are primary keys of contributions that the notice is about: once
    these are hidden, so is the notice. Raises KeyError for an event that is not in EVENTS.
    """
    if event not in EVENTS:
        raise KeyError(event)
    recipients = set(members) - {actor.pk if actor else None}
    if not recipients:
        return
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [list(recipients)])
    wanted = deliveries(recipients, kind)
    now = timezone.now()
    Notification.objects.bulk_create(
        [
            Notification(
                member_id=member,
                kind=kind,
                event=event,
                actor=actor,
                subject=subject,
                details=details,
                key=key or secrets.token_urlsafe(16),
                # Mark it as mailed: a later change of the setting must not send old notices.
                mailed_at=now if delivery == Delivery.NONE else None,
            )
            for member, delivery in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    if Delivery.NOW in wanted.values():
        send_at_once.enqueue()


def withdraw(subject: models.Model, keys: Collection[str]) -> set[int]:
    """Delete the notices about a subject with these keys, for what has been undone.

    Returns the primary keys of the members who had already read one.
    """
    kind = ContentType.objects.get_for_model(subject)
    notices = Notification.objects.filter(content_type=kind, object_id=subject.pk, key__in=keys)
    # One of the members may be reading it.
    readers = {notice.member_id for notice in lock_all(notices) if notice.read_at}
    notices.delete()
    return readers


def followers(*subjects: models.Model) -> set[int]:
    """Primary keys of members who follow any of the subjects."""
    if not subjects:
        return set()
    any_of_them = models.Q()
    for content_type, pks in _by_kind(subjects).items():
        any_of_them |= models.Q(content_type=content_type, object_id__in=pks)
    return set(Follow.objects.filter(any_of_them).values_list("member", flat=True))


def _by_kind(subjects: Iterable[models.Model]) -> dict[ContentType, set[int]]:
    pks: dict[ContentType, set[int]] = {}
    for subject in subjects:
        pks.setdefault(ContentType.objects.get_for_model(subject), set()).add(subject.pk)
    return pks


def notify_followers_of_case(case: CaseStudy) -> None:
    """Notify the followers of a newly published case.

    Call it in the transaction that publishes. A case that is archived and restored is announced
    once.
    """
    notify(
        followers_of_case(case),
        kind=NoticeKind.FOLLOWED,
        event="case.new",
        subject=case,
        key=f"case-new-{case.pk}",
    )


def followers_of_case(case: CaseStudy) -> set[int]:
    """Followers of its themes, cities, practices, tags and authors, without its authors."""
    authors = list(case.authors.all())
    subjects = [
        *case.themes.all(),
        *case.cities.all(),
        *case.practices.all(),
        *case.tags.all(),
        *authors,
    ]
    return followers(*subjects) - {author.pk for author in authors}


# The staff to notify of new work


def moderators() -> list[int]:
    """Primary keys of members who may moderate."""
    return staff_with("community.moderate")


def staff_with(right: str) -> list[int]:
    """Primary keys of staff with a permission such as "community.moderate"."""
    return list(members_with(right).order_by("pk").values_list("pk", flat=True))


def members_with(right: str) -> QuerySet[User]:
    """Active staff with a permission such as "community.moderate"."""
    app_label, codename = right.split(".")
    allowed = {"content_type__app_label": app_label, "codename": codename}
    by_group = {f"groups__permissions__{name}": value for name, value in allowed.items()}
    by_person = {f"user_permissions__{name}": value for name, value in allowed.items()}
    staff = User.objects.filter(is_active=True, is_staff=True)
    may = staff.filter(Q(is_superuser=True) | Q(**by_group) | Q(**by_person))
    return may.distinct()
