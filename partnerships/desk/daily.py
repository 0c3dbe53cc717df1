"""What is done once a day for the partnership desk: last days noted, letters forgotten."""

from datetime import timedelta

from django.db.models import QuerySet

from community.models import NoticeKind
from community.notices.notify import notify
from partnerships.listings.pages import show
from partnerships.models import Need, Offer, Representation, RepresentationStatus
from partnerships.representation import actions
from repository.dates import clock
from repository.workflow import acting, action, lock_or_none

# After an answer the letter is kept for so long, in case the member asks about it.
LETTERS_KEPT_FOR = timedelta(days=30)
WARNED_BEFORE = timedelta(days=30)
ANSWERED = [RepresentationStatus.DECLINED, RepresentationStatus.ENDED]


def end_lapsed() -> int:
    """Mark as ended whose last day is over, and tell them; return how many."""
    return sum(
        actions.lapse(representation=representation)
        for representation in Representation.objects.lapsed().order_by("pk")
    )


def warn_ending() -> None:
    """Tell members, once for each last day, that it comes within a month."""
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
    """Delete letters of what was declined or ended a month ago; return how many."""
    old = Representation.objects.filter(
        status__in=ANSWERED, decided_at__lt=clock.now() - LETTERS_KEPT_FOR
    ).exclude(letter="")
    return sum(forget_letter(among=old, pk=pk) for pk in old.values_list("pk", flat=True))


@action
def forget_letter(*, among: QuerySet[Representation], pk: int) -> bool:
    """Delete one letter; False if the row is no longer `among` those whose time is over."""
    representation = lock_or_none(among, pk)
    if representation is None:
        return False
    actions.forget_letter(representation)
    representation.save(update_fields=["letter"])
    return True


# Days that the daily run may have been left out.
LOOKED_BACK = timedelta(days=7)


def show_ended() -> None:
    """Make the pages new on which an offer or need stood until its last day, which is over."""
    today = clock.today()
    for model in (Offer, Need):
        ended = model.objects.published().filter(
            valid_until__lt=today, valid_until__gte=today - LOOKED_BACK
        )
        for row in ended.select_related("city", "country").order_by("pk"):
            with acting():
                show(row)
