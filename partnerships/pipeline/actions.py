"""Actions of brokers on the pipeline board: owner, snooze, reminders.

None of these changes the request itself, its status or its pages. The row of the request is locked
first, so that its `Handling` is created once. Saved views are each broker's own.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.discussion.trust import lock_author
from community.models import NoticeKind, Notification, User
from community.notices.notify import notify
from partnerships.desk.notices import focal_points
from partnerships.matches.actions import Recipients, notify_recipients
from partnerships.models import (
    LIVE,
    Handling,
    Match,
    PartnershipRequest,
    RequestStatus,
    SavedView,
    Side,
    SnoozeReason,
)
from partnerships.permissions import can_broker
from partnerships.representation.rights import as_now, check_broker
from repository.dates import clock
from repository.workflow import ActionRefused, Step, action, lock, lock_all, lock_or_none

# The longest time for which a request can be snoozed.
MAX_SNOOZE = timedelta(days=366)
# The maximum number of saved views of a broker.
MAX_VIEWS = 20
# Brokers have nothing to do with drafts.
HANDLED = frozenset(RequestStatus) - {RequestStatus.DRAFT}


def step(sources: frozenset[RequestStatus]) -> Step[RequestStatus]:
    """Return a step that leaves the status of the request as it is."""
    return Step(
        sources,
        RequestStatus.OPEN,
        gettext_lazy("You can’t do this with “%(title)s” because its status is “%(status)s”."),
        unchanged=sources,
        by="a broker",
    )


STEPS = {
    "assign": step(HANDLED),
    "snooze": step(HANDLED),
    "wake": step(HANDLED),
    "remind": step(frozenset({RequestStatus.OPEN, RequestStatus.CHANGES_REQUESTED})),
}
# Snoozing a request for which no city is suitable.
NO_MATCH = step(frozenset({RequestStatus.OPEN}))


def lock_for(verb: str, partnership_request: PartnershipRequest, by: User) -> PartnershipRequest:
    """Lock the request in a state that allows the verb, which is for brokers."""
    locked = lock(PartnershipRequest, partnership_request.pk)
    check_broker(by)
    STEPS[verb].check(locked, title=locked.title)
    return locked


def change(partnership_request: PartnershipRequest, **values: object) -> Handling:
    """Save how a locked request is handled."""
    handling, is_new = Handling.objects.get_or_create(request=partnership_request, defaults=values)
    if not is_new:
        for name, value in values.items():
            setattr(handling, name, value)
        handling.save(update_fields=list(values))
    return handling


@action
def assign(*, partnership_request: PartnershipRequest, owner: User | None, by: User) -> Handling:
    """Make a broker the owner of a request, or nobody; notify a new owner."""
    partnership_request = lock_for("assign", partnership_request, by)
    if owner is not None and not can_broker(as_now(owner)):
        raise ActionRefused(_("The owner of a request must be a broker."))
    before = Handling.objects.filter(request=partnership_request).values_list("owner", flat=True)
    is_new = owner is not None and owner.pk != before.first()
    handling = change(partnership_request, owner=owner)
    if owner is not None and is_new:
        notify(
            {owner.pk} - {by.pk},
            kind=NoticeKind.BROKERING,
            event="request.assigned",
            subject=partnership_request,
        )
    return handling


@action
def snooze(
    *, partnership_request: PartnershipRequest, until: date, reason: SnoozeReason, by: User
) -> Handling:
    """Show a request as neither waiting nor late until a day.

    "No match for now" is for open requests without candidates, and ends with the next candidate.
    """
    partnership_request = lock_for("snooze", partnership_request, by)
    if not clock.today() < until <= clock.today() + MAX_SNOOZE:
        raise ActionRefused(_("Choose a date from tomorrow up to a year from now."))
    if reason == SnoozeReason.NO_MATCH:
        NO_MATCH.check(partnership_request, title=partnership_request.title)
        if partnership_request.matches.live().exists():
            raise ActionRefused(
                _("“%(title)s” has candidates. Withdraw them first.")
                % {"title": partnership_request.title}
            )
    noted = clock.now() if reason == SnoozeReason.NO_MATCH else None
    return change(
        partnership_request, snoozed_until=until, snooze_reason=reason, nobody_suits_at=noted
    )


@action
def wake(*, partnership_request: PartnershipRequest, by: User) -> Handling:
    """End the snooze of a request."""
    locked = lock_for("wake", partnership_request, by)
    return change(locked, snoozed_until=None, snooze_reason="", nobody_suits_at=None)


def possible(partnership_request: PartnershipRequest, matches: Collection[Match]) -> set[str]:
    """Return which of "wake" and "remind" would do something now, given all its matches."""
    handling = getattr(partnership_request, "handling", None)
    is_snoozed = handling is not None and handling.is_snoozing(matches)
    acts = {"wake": is_snoozed, "remind": can_remind(partnership_request, matches)}
    return {name for name, is_possible in acts.items() if is_possible}


def can_remind(partnership_request: PartnershipRequest, matches: Iterable[Match]) -> bool:
    """Return whether a city is due that has not been reminded today."""
    cities, keys = {partnership_request.city_id}, set()
    if partnership_request.status == RequestStatus.CHANGES_REQUESTED:
        keys = {f"request-reminded-{partnership_request.pk}-{clock.today()}"}
    elif partnership_request.status == RequestStatus.OPEN:
        live = [match for match in matches if match.status in LIVE]
        asked = [match for match in live if match.is_proposed and not match.is_late]
        cities |= {match.city_id for match in asked}
        keys = {f"match-{match.pk}-reminded-on-{clock.today()}" for match in asked}
    if not keys:
        return False
    # By member, because notices are indexed by member and key.
    sent = Notification.objects.filter(member__in=focal_points(*cities), key__in=keys)
    return bool(keys - set(sent.values_list("key", flat=True)))


@action
def remind(*, partnership_request: PartnershipRequest, by: User) -> bool:
    """Remind the cities that have an answer or changes to make, at most once a day.

    Return whether anyone was reminded who had not been today.
    """
    partnership_request = lock_for("remind", partnership_request, by)
    if partnership_request.status == RequestStatus.CHANGES_REQUESTED:
        is_first = can_remind(partnership_request, [])
        notify(
            focal_points(partnership_request.city_id),
            kind=NoticeKind.PARTNERSHIP,
            event="request.reminded",
            subject=partnership_request,
            key=f"request-reminded-{partnership_request.pk}-{clock.today()}",
        )
        return is_first
    asked = Match.objects.proposed().filter(request=partnership_request)
    matches = lock_all(asked.filter(reply_by__gte=clock.today()).select_related("city"))
    if not matches:
        raise ActionRefused(
            _("No city is due to answer about “%(title)s”.") % {"title": partnership_request.title}
        )
    is_first = can_remind(partnership_request, matches)
    for match in matches:
        match.request = partnership_request
        silent = [side for side in Side if not getattr(match, f"{side}_answer")]
        members = focal_points(*(match.city_of(side).pk for side in silent))
        notify_recipients(
            match, Recipients("match.reminded", members), key=f"reminded-on-{clock.today()}"
        )
    return is_first


# Saved views


@action
def save_view(*, name: str, parameters: dict[str, str], by: User) -> SavedView:
    """Save filters under a name. Idempotent for the same filters and name."""
    lock_author(by)
    check_broker(by)
    same_name = by.saved_views.filter(name__iexact=name).first()
    if same_name is not None and same_name.parameters == parameters:
        return same_name
    check_name(name, by)
    if by.saved_views.count() >= MAX_VIEWS:
        raise ActionRefused(
            _("You have %(count)d saved views, which is the maximum. Delete one first.")
            % {"count": MAX_VIEWS}
        )
    return SavedView.objects.create(member=by, name=name, parameters=parameters)


@action
def rename_view(*, view: SavedView, name: str, by: User) -> SavedView:
    """Give a view another name."""
    found = lock_view(view, by)
    if found is None:
        raise ActionRefused(_("This no longer exists."))
    check_name(name, by, but=found)
    found.name = name
    found.save(update_fields=["name"])
    return found


@action
def delete_view(*, view: SavedView, by: User) -> None:
    """Delete a view. Idempotent."""
    found = lock_view(view, by)
    if found is not None:
        found.delete()


def lock_view(view: SavedView, by: User) -> SavedView | None:
    # The names of one member are compared under the member's lock.
    lock_author(by)
    check_broker(by)
    return lock_or_none(SavedView.objects.visible_to(by), view.pk)


def check_name(name: str, by: User, *, but: SavedView | None = None) -> None:
    others = by.saved_views.exclude(pk=but.pk if but else None)
    if others.filter(name__iexact=name).exists():
        raise ActionRefused(_("You already have a view with this name."))
