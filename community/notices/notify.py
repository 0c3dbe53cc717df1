"""What members are told, on the site and by e-mail.

`notify` stores one notice for each member; pages and messages make words of it in the reader's
language. Names and titles in them are texts of members: they are escaped, and stand alone.
"""

import secrets
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from community.models import Delivery, Follow, NoticeKind, Notification, User
from community.notices.deliveries import deliveries
from community.notices.digests import send_at_once
from community.notices.events import EVENTS
from community.pages.stamps import touch_members
from repository.models import CaseStudy


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
    """Tell members, by primary key, of an event, in the transaction of the caller.

    Nobody is told of what they did themselves, nor anybody whose account is closed. A member is
    told once for each `key`; without one, of each call. `details` are plain texts, such as a
    moderator's `message`; `comment` and `experience` are primary keys of what the news is about:
    once that is hidden, so is the notice. KeyError for an event that has no words in EVENTS.
    """
    if event not in EVENTS:
        raise KeyError(event)
    told = set(members) - {actor.pk if actor else None}
    wanted = deliveries(told, kind)
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
                # Nothing is left to mail to who wants no e-mail, whatever they choose later.
                mailed_at=now if delivery == Delivery.NONE else None,
            )
            for member, delivery in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    touch_members(wanted)
    if Delivery.NOW in wanted.values():
        send_at_once.enqueue()


def followers(*subjects: models.Model) -> set[int]:
    """The members, by primary key, who follow any of the subjects."""
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


def tell_followers_of_case(case: CaseStudy) -> None:
    """Tell of a case that is now published those who follow what it belongs to.

    To be called in the transaction that publishes; a case that is archived and restored is told
    of once.
    """
    notify(
        followers_of_case(case),
        kind=NoticeKind.FOLLOWED,
        event="case.new",
        subject=case,
        key=f"case-new-{case.pk}",
    )


def followers_of_case(case: CaseStudy) -> set[int]:
    """Who follows its themes, cities, practices, tags or authors, but its authors themselves."""
    authors = list(case.authors.all())
    subjects = [
        *case.themes.all(),
        *case.cities.all(),
        *case.practices.all(),
        *case.tags.all(),
        *authors,
    ]
    return followers(*subjects) - {author.pk for author in authors}
