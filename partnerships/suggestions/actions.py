"""Suggestions of the editors: a city adopts one as its own offer or need, or declines it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import User
from partnerships import permissions
from partnerships.listings import actions as listing_actions
from partnerships.models import (
    Listing,
    Need,
    Offer,
    Suggestion,
    SuggestionKind,
    SuggestionStatus,
)
from partnerships.representation.rights import as_now, check_broker, check_speaks
from repository.dates import clock
from repository.models import City
from repository.workflow import ActionRefused, Step, action, lock

# The legal steps. A decision is final: loading a series does not change it.
OPEN = frozenset({SuggestionStatus.OPEN})
DECIDED = gettext_lazy("This suggestion has already been decided: %(status)s.")
STEPS = {
    "adopt": Step(OPEN, SuggestionStatus.ADOPTED, DECIDED),
    "decline": Step(OPEN, SuggestionStatus.DECLINED, DECIDED),
}
MODELS: dict[str, type[Listing]] = {SuggestionKind.OFFER: Offer, SuggestionKind.NEED: Need}


@action
def adopt(*, suggestion: Suggestion, by: User, links: Mapping[str, Any], **values: Any) -> Listing:
    """Adopt a suggestion as an offer or need of its city, in the city's own words.

    As for any listing, a broker reviews it before publication. Idempotent for the same form.
    """
    city = suggestion.city
    if city is None:
        raise ActionRefused(_("Only a city can adopt a suggestion."))
    # Lock the city first: `create` counts its listings under this lock.
    lock(City, city.pk, no_key=True)
    suggestion = lock(Suggestion, suggestion.pk, no_key=True)
    check_speaks(by, city)
    made = suggestion.listing
    if made is not None and made.created_by_id == by.pk and made.title == values["title"]:
        return made
    suggestion.status = STEPS["adopt"].check(suggestion)
    listing = listing_actions.create(
        model=MODELS[suggestion.kind], owner=city, by=by, links=links, **values
    )
    setattr(suggestion, suggestion.kind, listing)
    suggestion.decided_at, suggestion.decided_by = clock.now(), by
    suggestion.save(update_fields=["status", suggestion.kind, "decided_at", "decided_by"])
    return listing


@action
def decline(*, suggestion: Suggestion, by: User) -> Suggestion:
    """Decline a suggestion, which removes it from all public pages. Idempotent."""
    suggestion = lock(Suggestion, suggestion.pk, no_key=True)
    if not permissions.can_decline(as_now(by), suggestion):
        if suggestion.city is not None:
            check_speaks(by, suggestion.city)
        check_broker(by)
    if suggestion.status == SuggestionStatus.DECLINED:
        return suggestion
    suggestion.status = STEPS["decline"].check(suggestion)
    suggestion.decided_at, suggestion.decided_by = clock.now(), by
    suggestion.save(update_fields=["status", "decided_at", "decided_by"])
    return suggestion
