"""Actions of brokers on the page of a request: calls and notes, emails to both cities."""

from datetime import date

from django.utils.translation import gettext as _

from community.models import User
from partnerships.desk.notices import focal_points
from partnerships.matches.actions import (
    Recipients,
    check_not_involved,
    checked_deadline,
    extend,
    lock_request,
    notify_recipients,
    propose,
    suggest,
)
from partnerships.models import (
    EntryKind,
    Match,
    MatchOrigin,
    MatchStatus,
    PartnershipRequest,
    Side,
    TimelineEntry,
)
from partnerships.representation.rights import check_broker
from partnerships.timeline.timeline import ASKED_OR_INTRODUCED
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock


@action
def add_entry(
    *,
    partnership_request: PartnershipRequest,
    kind: EntryKind,
    words: str,
    by: User,
    follow_up_on: date | None = None,
) -> TimelineEntry:
    """Record a call or a note about a request, in any state."""
    check_broker(by)
    if follow_up_on is not None and follow_up_on < clock.today():
        raise ActionRefused(_("Choose a day from today to follow up."))
    return TimelineEntry.objects.create(
        request=partnership_request, kind=kind, words=words, follow_up_on=follow_up_on, by=by
    )


@action
def follow_up(*, entry: TimelineEntry, by: User) -> TimelineEntry:
    """Mark a follow-up as done. Idempotent."""
    check_broker(by)
    entry = lock(TimelineEntry, entry.pk)
    if entry.follow_up_on is not None and entry.followed_up_at is None:
        entry.followed_up_at = clock.now()
        entry.save(update_fields=["followed_up_at"])
    return entry


@action
def email_cities(*, match: Match, texts: dict[Side, str], by: User) -> Match:
    """Write to both cities of a match, to each its own text. Neither sees an address."""
    lock_request(match.request_id)
    match = lock(Match.objects.select_related("request__city", "city"), match.pk)
    check_broker(by)
    check_not_involved(match, by)
    if match.status not in ASKED_OR_INTRODUCED:
        raise ActionRefused(
            _("You can’t write about “%(match)s” because its status is “%(status)s”.")
            % {"match": match, "status": match.get_status_display()}
        )
    for side in Side:
        city, words = match.city_of(side), texts[side].strip()
        members = focal_points(city.pk)
        if not members:
            raise ActionRefused(
                _("No one represents %(city)s, so no one can answer.")
                % {"city": city.localized_name}
            )
        entry = TimelineEntry.objects.create(
            request=match.request, kind=EntryKind.EMAIL, city=city, words=words, by=by
        )
        notify_recipients(
            match, Recipients("match.message", members), key=f"entry-{entry.pk}", message=words
        )
    return match


@action
def ask_again(*, match: Match, by: User) -> Match:
    """Ask both cities again after the deadline, with the same message and the usual term."""
    if match.status == MatchStatus.PROPOSED:
        return extend(match=match, by=by, reply_by=checked_deadline(None))
    lock_request(match.request_id)
    if match.status != MatchStatus.EXPIRED:
        raise ActionRefused(_("This is no longer possible. Check the match again."))
    candidate = suggest(
        partnership_request=match.request,
        city=match.city,
        # The interest of a city stays with its first match.
        origin=MatchOrigin.STAFF,
        by=by,
        ranking=match.ranking,
    )
    return propose(
        match=candidate,
        by=by,
        message=match.message,
        ranking=match.ranking or None,
        facilitator=match.facilitator,
    )
