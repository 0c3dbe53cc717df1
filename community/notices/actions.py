from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from community.models import Delivery, NoticeKind, NoticeSetting, Notification, User
from community.notices.deliveries import chosen_by
from community.notices.models import NotificationQuerySet
from repository.dates import clock
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
