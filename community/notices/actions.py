"""What members do with their notices: read them, choose how they are mailed, follow subjects."""

from collections.abc import Collection, Mapping

from django.db import models
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import Delivery, Follow, NoticeKind, NoticeSetting, Notification, User
from community.notices.models import NotificationQuerySet, chosen_by
from repository.dates import clock
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action, lock, lock_all


@action
def mark_read(*, notices: Collection[int], by: User) -> int:
    """Mark a member's notices as read, by primary key; return how many were unread."""
    return _mark(Notification.objects.filter(pk__in=notices, member=by))


@action
def mark_all_read(*, newest: int, by: User) -> int:
    """Mark as read all notices up to the newest that the member has seen."""
    # Notices that arrived after the page was rendered stay unread.
    return _mark(Notification.objects.filter(pk__lte=newest, member=by))


def _mark(notices: NotificationQuerySet) -> int:
    # In one order: several may be deleted at the same time.
    unread = [notice.pk for notice in lock_all(notices.unread())]
    return Notification.objects.filter(pk__in=unread).update(read_at=clock.now())


@action
def choose_deliveries(*, member: User, by: User, chosen: Mapping[str, str]) -> None:
    """Set the e-mail settings of a member for the given kinds of notices."""
    if by != member:
        raise ActionRefused(_("You can only change your own settings."))
    # Lock the member to serialise changes from two windows.
    lock(User, member.pk, no_key=True)
    for kind, delivery in chosen.items():
        NoticeSetting.objects.update_or_create(
            member=member, kind=kind, defaults={"delivery": delivery}
        )


@action
def stop(*, member: User, what: str) -> None:
    """Unsubscribe a member from one kind of e-mail: one kind of notice, or all digests."""
    # Lock the member so that concurrent clicks are idempotent.
    lock(User, member.pk, no_key=True)
    chosen = chosen_by(member)
    for kind in [kind for kind in NoticeKind if kind == what or chosen[kind] == what]:
        NoticeSetting.objects.update_or_create(
            member=member, kind=kind, defaults={"delivery": Delivery.NONE}
        )


# Following


MAX_FOLLOWED = 500


@action
def follow(*, subject: models.Model, by: User) -> None:
    """Follow a subject. Idempotent."""
    by = lock_author(by)
    if subject == by:
        raise ActionRefused(_("You can’t follow yourself."))
    if isinstance(subject, CaseStudy) and not subject.is_published:
        raise ActionRefused(_("This case isn’t public, so you can’t follow it."))
    followed = Follow.objects.filter(member=by)
    if followed.about(subject).exists():
        return
    if followed.count() >= MAX_FOLLOWED:
        raise ActionRefused(
            _("You can follow up to %(most)d pages. Unfollow one first.") % {"most": MAX_FOLLOWED}
        )
    Follow.objects.create(subject=subject, member=by)


@action
def unfollow(*, subject: models.Model, by: User) -> None:
    """Stop following a subject. Idempotent."""
    by = lock_author(by)
    Follow.objects.filter(member=by).about(subject).delete()
