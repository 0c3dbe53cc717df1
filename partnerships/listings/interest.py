from typing import Any

from django.utils.translation import gettext as _

from community.models import NoticeKind, User
from partnerships.desk.notices import brokers
from partnerships.matches.actions import (
    Recipients,
    check_open,
    checked,
    lock_request,
    notify_recipients,
)
from partnerships.models import (
    TO_PROPOSE,
    Interest,
    Match,
    MatchOrigin,
    MatchStatus,
    PartnershipRequest,
)
from partnerships.ranking.loading import ranking_for
from partnerships.representation.rights import check_speaks
from repository.models import City
from repository.samples import check_samples_apart
from repository.workflow import ActionRefused, action


@action
def express(
    *,
    partnership_request: PartnershipRequest,
    city: City,
    by: User,
    cooperation: str,
    about: str,
    unclear: str = "",
) -> Match:
    """Notify the brokers, once for each city and request, that a city is interested.

    The requesting city sees it only when a broker proposes the match.
    """
    # Checked again under the lock; here it saves ranking for a request that is closed.
    check_open(partnership_request)
    # The same ranking as for other candidates, computed before any lock is taken.
    ranking = ranking_for(partnership_request.pk, city.pk)
    partnership_request = lock_request(partnership_request.pk)
    check_open(partnership_request)
    check_speaks(by, city)
    check_samples_apart(partnership_request, city)
    if city.pk == partnership_request.city_id:
        raise ActionRefused(_("Choose a different city: this one made the request."))
    if Interest.objects.filter(match__request=partnership_request, match__city=city).exists():
        raise ActionRefused(_("Your city has already expressed interest."))
    match = candidate(partnership_request, city, ranking)
    interest = Interest(match=match, by=by)
    for name, text in (("cooperation", cooperation), ("about", about), ("unclear", unclear)):
        setattr(interest, name, checked(interest, name, text))
    if not (interest.cooperation and interest.about):
        raise ActionRefused(
            _("Describe the cooperation you have in mind, and your office. The broker needs both.")
        )
    interest.save()
    notify_recipients(
        match, Recipients("match.interest", brokers(), NoticeKind.BROKERING), key="interest"
    )
    return match


def candidate(
    partnership_request: PartnershipRequest, city: City, ranking: dict[str, Any]
) -> Match:
    """Return the match of an interested city with a locked request; create it if necessary."""
    match = (
        partnership_request.matches.live().filter(city=city).select_for_update(of=("self",)).first()
    )
    if match is None:
        return Match.objects.create(
            request=partnership_request,
            city=city,
            origin=MatchOrigin.INTEREST,
            status=MatchStatus.INTEREST,
            ranking=ranking,
        )
    if match.status not in TO_PROPOSE:
        raise ActionRefused(
            _("Your city has already been proposed for this request. Answer the proposal instead.")
        )
    match.origin, match.ranking = MatchOrigin.INTEREST, match.ranking or ranking
    match.save(update_fields=["origin", "ranking"])
    match.request = partnership_request
    return match
