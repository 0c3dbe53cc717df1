"""Daily tasks of the partnership desk: end representations, delete letters."""

from datetime import timedelta

from django.db.models import QuerySet

from community.models import NoticeKind
from community.notices.notify import notify
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation import actions
from repository.dates import clock
from repository.workflow import action, lock_or_none

# Letters are retained this long after the decision, in case the member has questions.
LETTERS_KEPT_FOR = timedelta(days=30)
WARNED_BEFORE = timedelta(days=30)
ANSWERED = [RepresentationStatus.DECLINED, RepresentationStatus.ENDED]


def end_lapsed() -> int:
    """End representations whose last day has passed, notify their members; return the number."""
    return sum(
        actions.lapse(representation=representation)
        for representation in Representation.objects.lapsed().order_by("pk")
    )


def warn_ending() -> None:
    """Notify members once for each last day that is less than a month away."""
    today = clock.today()
    ending = Representation.objects.current().filter(until__lte=today + WARNED_BEFORE)
    for representation in ending.order_by("pk"):
        warn(representation=representation)


@action
def warn(*, representation: Representation) -> None:
    notify(
        [representation.member_id],
        kind=NoticeKind.PARTNERSHIP,
        event="representation.ending",
        subject=representation,
        key=f"representation-ending-{representation.pk}-{representation.until}",
    )


def forget_letters() -> int:
    """Delete letters of requests declined or ended a month ago; return the number."""
    old = Representation.objects.filter(
        status__in=ANSWERED, decided_at__lt=clock.now() - LETTERS_KEPT_FOR
    ).exclude(letter="")
    return sum(forget_letter(among=old, pk=pk) for pk in old.values_list("pk", flat=True))


@action
def forget_letter(*, among: QuerySet[Representation], pk: int) -> bool:
    """Delete a letter; return False if the row is no longer `among` those to be deleted."""
    representation = lock_or_none(among, pk)
    if representation is None:
        return False
    actions.forget_letter(representation)
    representation.save(update_fields=["letter"])
    return True
