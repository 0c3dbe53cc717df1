"""Propose cities for several requests at once."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from community.models import User
from partnerships.matches.actions import propose, suggest
from partnerships.matches.bulk import MOST
from partnerships.models import MatchOrigin, PartnershipRequest
from partnerships.ranking.loading import gather
from partnerships.ranking.matching import compare
from partnerships.representation.rights import check_broker
from repository.models import City
from repository.workflow import ActionRefused


class Asked(NamedTuple):
    """The number of requests for which both cities were asked, and the refusals."""

    proposed: int
    refused: list[str]


def propose_all(*, chosen: Mapping[int, int], by: User, message: str, reply_by: date) -> Asked:
    """Propose a city, by primary key, for each request.

    Each is proposed in a transaction of its own, in the common locking order: a refusal does not
    affect the others.
    """
    check_broker(by)
    keys = sorted(chosen)[:MOST]
    gathered = gather(keys, cities={chosen[pk] for pk in keys})
    places = {place.pk: place for place in gathered.places}
    asks = {ask.pk: ask for ask in gathered.asks}
    cities = City.objects.in_bulk({chosen[pk] for pk in keys})
    requests = PartnershipRequest.objects.select_related("city").in_bulk(keys)
    count, refused = 0, []
    for pk in keys:
        if pk not in requests or chosen[pk] not in cities:
            continue
        asked, city = requests[pk], cities[chosen[pk]]
        found = (
            compare(asks[pk], [places[city.pk]], gathered.weights, served=gathered.served)
            if city.pk in places
            else ()
        )
        # Store the current ranking: both cities read it, whatever changes later.
        ranking = found[0].as_data() if found else None
        try:
            match = suggest(
                partnership_request=asked,
                city=city,
                origin=MatchOrigin.RANKING,
                by=by,
                ranking=ranking,
            )
            if match.is_proposed:
                # Another broker has asked the same cities at the same moment.
                continue
            propose(match=match, by=by, message=message, reply_by=reply_by, ranking=ranking)
        except ActionRefused as refusal:
            refused.append(f"{asked}: {refusal}")
        else:
            count += 1
    return Asked(count, refused)
