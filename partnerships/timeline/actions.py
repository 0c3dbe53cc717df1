"""Actions of brokers on the page of a request: record calls and notes, and follow them up."""

from datetime import date

from django.utils.translation import gettext as _

from community.models import User
from partnerships.models import EntryKind, PartnershipRequest, TimelineEntry
from partnerships.representation.rights import check_broker
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
