from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from community.models import Delivery, NoticeKind, NoticeSetting, Notification, User
from community.notices.deliveries import chosen_by
from community.notices.models import NotificationQuerySet
from community.pages.stamps import touch_members
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock


@action
def mark_read(*, notices: Collection[int], by: User) -> int:
    """Mark notices of a member as read, by primary key; return how many were not."""
    return _mark(Notification.objects.filter(pk__in=notices, member=by), by)


@action
def mark_all_read(*, newest: int, by: User) -> int:
    """Mark as read all notices up to the newest that the member has seen."""
    # What came since the page was made is still news.
    return _mark(Notification.objects.filter(pk__lte=newest, member=by), by)


def _mark(notices: NotificationQuerySet, by: User) -> int:
    marked = notices.unread().update(read_at=clock.now())
    if marked:
        touch_members([by.pk])
    return marked


@action
def choose_deliveries(*, member: User, by: User, chosen: Mapping[str, str]) -> None:
    """Set how a member wants e-mail, for each kind of notice named."""
    if by != member:
        raise ActionRefused(_("Settings are changed by the member they belong to."))
    # Locked: what is chosen in two windows at once is taken one after the other.
    lock(User, member.pk, no_key=True)
    for kind, delivery in chosen.items():
        NoticeSetting.objects.update_or_create(
            member=member, kind=kind, defaults={"delivery": delivery}
        )


@action
def stop(*, member: User, what: str) -> None:
    """Send a member no more of one kind: of notices, or of all that a digest gathers."""
    # Lock the member so that concurrent clicks are idempotent.
    lock(User, member.pk, no_key=True)
    chosen = chosen_by(member)
    for kind in [kind for kind in NoticeKind if kind == what or chosen[kind] == what]:
        NoticeSetting.objects.update_or_create(
            member=member, kind=kind, defaults={"delivery": Delivery.NONE}
        )
