"""Offers and needs of cities, and offers of organisations.

Brokers review them once before publication; later changes are published at once and reviewed
afterwards.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, NoticeKind, User, Verb
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.notices.notify import followers, notify
from community.translating.edits import edit_of
from partnerships.desk.notices import brokers, speakers
from partnerships.listings.keys import whose
from partnerships.listings.models import COUNTED, MAX_OPEN
from partnerships.models import Listing, ListingStatus, Need, Offer
from partnerships.permissions import speaks_for
from partnerships.representation.rights import check_broker, check_keeps, check_speaks
from repository.dates import clock
from repository.models import City, Organization
from repository.workflow import ActionRefused, Step, action, lock, lock_or_none

# From which states a verb leads to which. A published listing stays published when it is changed,
# and a broker reviews it afterwards.
PENDING, PUBLISHED = ListingStatus.PENDING, ListingStatus.PUBLISHED
OPEN = frozenset({PENDING, ListingStatus.CHANGES_REQUESTED, PUBLISHED})
READABLE = frozenset({PENDING, PUBLISHED})
REFUSED = gettext_lazy("You can’t change “%(title)s” this way because its status is “%(status)s”.")
STEPS = {
    "change": Step(OPEN, PENDING, REFUSED, unchanged=frozenset({PUBLISHED})),
    "close": Step(OPEN, ListingStatus.CLOSED, REFUSED),
    Verb.APPROVE: Step(READABLE, PUBLISHED, REFUSED),
    Verb.REQUEST_CHANGES: Step(READABLE, ListingStatus.CHANGES_REQUESTED, REFUSED),
    Verb.DECLINE: Step(READABLE, ListingStatus.DECLINED, REFUSED),
}
EVENTS = {
    ListingStatus.PUBLISHED: "listing.published",
    ListingStatus.CHANGES_REQUESTED: "listing.changes-requested",
    ListingStatus.DECLINED: "listing.declined",
}
LINKS = ("practices", "themes", "cases", "experiences")


def lock_for(verb: str, listing: Listing) -> Any:
    """Lock the row of the listing in a state that allows the verb, and set its new status."""
    # A focal point and a broker may act concurrently: the second must see what the first did.
    locked = lock(type(listing), listing.pk, no_key=True)
    locked.status = STEPS[verb].check(locked, title=locked.title)
    return locked


@action
def create(
    *, model: Any, owner: City | Organization, by: User, links: Mapping[str, Any], **values: Any
) -> Any:
    """Create an offer or a need, pending review. Idempotent for the same text."""
    # Listings are counted under this lock: two people may create one concurrently.
    lock(type(owner), owner.pk, no_key=True)
    check_speaks(by, owner)
    same = model._default_manager.filter(
        **whose(owner),
        title=values["title"],
        description=values["description"],
        created_by=by,
        status=ListingStatus.PENDING,
    )
    if (written := same.first()) is not None:
        return written
    check_room(owner)
    listing = model._default_manager.create(**whose(owner), created_by=by, **values)
    set_links(listing, links)
    ask_brokers(listing, by)
    return listing


def check_room(owner: City | Organization) -> None:
    """Refuse another listing if its owner, whose row must be locked, has the maximum."""
    models: list[Any] = [Offer, Need] if isinstance(owner, City) else [Offer]
    count = sum(model.objects.filter(**whose(owner)).counted().count() for model in models)
    if count < MAX_OPEN:
        return
    refusal = (
        _(
            "Your city has %(most)d offers and needs, which is the maximum. Close one "
            "before you add another."
        )
        if isinstance(owner, City)
        else _(
            "Your organisation has %(most)d offers, which is the maximum. Close one "
            "before you add another."
        )
    )
    raise ActionRefused(refusal % {"most": MAX_OPEN})


@action
def change(*, listing: Listing, by: User, links: Mapping[str, Any], **values: Any) -> Any:
    """Change text and links. Changes of a published listing are reviewed afterwards."""
    before = listing.status
    listing = lock_for("change", listing)
    check_keeps(by, listing)
    changed = [name for name, value in values.items() if getattr(listing, name) != value]
    if set_links(listing, links):
        changed.append("changed_at")
    if not changed and before == listing.status:
        return listing
    for name in changed:
        if name in values:
            setattr(listing, name, values[name])
    if listing.is_published and listing.reviewed_at is None:
        # Published by the city in an earlier release, without a review: only the change is new.
        listing.reviewed_at = listing.published_at
    listing.changed_at = clock.now()
    own = ["status", "changed_at", "reviewed_at", "rendered"]
    with edit_of(listing):
        listing.save(update_fields=[*{*changed, *own}])
    if listing.status == ListingStatus.PENDING and before != ListingStatus.PENDING:
        ask_brokers(listing, by)
    return listing


@action
def close(*, listing: Listing, by: User) -> Any:
    """Close a listing, which removes it from the board."""
    listing = lock_for("close", listing)
    check_keeps(by, listing)
    listing.save(update_fields=["status"])
    return listing


def fingerprint(listing: Listing) -> str:
    """Return a hash of the text that a broker has read."""
    return f"{listing.changed_at.isoformat()} {listing.status}"


@action
def decide(
    *,
    listing: Listing,
    verb: Verb,
    by: User,
    reason: str = "",
    message: str = "",
    seen: str | None = None,
) -> Decision:
    """Publish a pending or changed listing, ask for changes, or decline it."""
    if verb not in (Verb.APPROVE, Verb.REQUEST_CHANGES, Verb.DECLINE):
        raise ActionRefused(_("This isn’t possible here."))
    listing = lock_for(verb, listing)
    # Under the lock: its focal points may be changing the text.
    before: Any = type(listing)._default_manager.get(pk=listing.pk)
    check_broker(by)
    if seen is not None and seen != fingerprint(before):
        raise ActionRefused(
            _("The text changed after you opened this page. Read it again before you decide.")
        )
    if by.pk == listing.created_by_id:
        raise ActionRefused(
            _("You can’t decide on your own city or contribution. Another broker will review it.")
        )
    if speaks_for(by, before.owner):
        raise ActionRefused(
            _("You represent this city, so another broker must decide.")
            if before.city is not None
            else _("You represent this organisation, so another broker must decide.")
        )
    if verb == Verb.APPROVE and before.is_read:
        raise ActionRefused(_("This is already published, and nothing has changed since."))
    check_words(verb, reason, message)
    end_claim(listing, by)
    now = clock.now()
    listing.reviewed_at = now
    listing.published_at = listing.published_at or (now if listing.is_published else None)
    listing.save(update_fields=["status", "reviewed_at", "published_at"])
    decision = Decision.objects.create(
        subject=listing,
        by=by,
        concerns=listing.created_by,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before.status,
    )
    if before.status != listing.status:
        following = followers_of(listing) if listing.is_published else set()
        notify(
            speakers(listing),
            kind=NoticeKind.PARTNERSHIP,
            event=EVENTS[ListingStatus(listing.status)],
            subject=listing,
            key=f"decision-{decision.pk}",
            decision=str(decision.pk),
            reason=decision.reason,
            message=decision.message,
        )
        # Once for each offer, also if it is published again.
        notify(
            following,
            kind=NoticeKind.FOLLOWED,
            event="offer.new",
            subject=listing,
            key=f"offer-new-{listing.pk}",
        )
    return decision


def followers_of(listing: Listing) -> set[int]:
    """Return the followers of what an offer is about, apart from those who make it."""
    if not isinstance(listing, Offer):
        return set()
    about = [*listing.practices.all(), *listing.themes.all()]
    return followers(*about) - {*speakers(listing)}


def lock_to_restore(listing: Any) -> Any:
    """Lock the row of the listing, after that of its owner, whose listings are counted."""
    owner = listing.owner
    lock_or_none(type(owner), owner.pk, no_key=True)
    locked = lock(type(listing), listing.pk, no_key=True)
    return locked


def restore_listing(listing: Any, decision: Decision) -> None:
    """Restore the state of the locked listing from before a decision."""
    if listing.changed_at > decision.created_at:
        raise ActionRefused(_("This has changed since the decision. Make a new decision instead."))
    if isinstance(listing.owner, City | Organization) and listing.status not in COUNTED:
        check_room(listing.owner)
    listing.status = ListingStatus(decision.before)
    if listing.is_published:
        # Changes since the review are pending again.
        listing.reviewed_at = listing.published_at
    listing.save(update_fields=["status", "reviewed_at"])


def publish_as_broker(offer: Offer, *, by: User) -> None:
    """Publish an offer that a broker maintains for an organisation or a country."""
    now = clock.now()
    offer.created_by = offer.created_by or by
    offer.status, offer.changed_at, offer.reviewed_at = ListingStatus.PUBLISHED, now, now
    offer.published_at = offer.published_at or now


def set_links(listing: Any, links: Mapping[str, Any]) -> bool:
    """Set the links to practices, themes, cases and experiences; return whether they changed."""
    changed = False
    for name in LINKS:
        relation = getattr(listing, name)
        wanted = {row.pk for row in links.get(name, ())}
        if wanted != set(relation.values_list("pk", flat=True)):
            relation.set(wanted)
            changed = True
    return changed


def ask_brokers(listing: Listing, by: User) -> None:
    notify(
        brokers(),
        kind=NoticeKind.BROKERING,
        event="listing.submitted",
        subject=listing,
        actor=by,
        key=f"{listing._meta.model_name}-{listing.pk}-{listing.changed_at.isoformat()}",
    )
