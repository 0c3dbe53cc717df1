"""Who may do what at the partnership desk. Which state allows it is the matter of `actions/`."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from partnerships.models import (
    Cluster,
    ClusterNews,
    Match,
    Partnership,
    Party,
    Representation,
    Side,
)
from repository.models import City, Organization


def can_broker(user: Any) -> bool:
    """May bring cities together: staff who are brokers."""
    return user.has_perm("partnerships.broker")


def speaks_for(user: Any, whom: Any) -> bool:
    """Whether a person speaks for a city or an organisation now: asked of the database each time.

    For a country nobody does.
    """
    held = Representation.objects.held_by(user)
    if isinstance(whom, City):
        return held.filter(city=whom).exists()
    return isinstance(whom, Organization) and held.filter(organization=whom).exists()


def speaks_for_one_of(user: Any, cities: Collection[Any]) -> bool:
    """Whether a person speaks for any of these cities now."""
    return Representation.objects.held_by(user).filter(city__in=cities).exists()


def is_spoken_for(organization: Organization) -> bool:
    """Whether anybody speaks for an organisation now, who then writes what it offers."""
    current = Representation.objects.current()
    return current.filter(organization=organization, member__is_active=True).exists()


def can_keep(user: Any, listing: Any) -> bool:
    """May change and close an offer or a need: who speaks for its city or organisation."""
    return speaks_for(user, listing.owner) or keeps_as_broker(user, listing)


def keeps_as_broker(user: Any, listing: Any) -> bool:
    """Keeps it as staff: brokers, what is of a country, or of an organisation for which nobody
    speaks."""
    if listing.city_id is not None or not can_broker(user):
        return False
    organization = getattr(listing, "organization", None)
    return organization is None or not is_spoken_for(organization)


def can_adopt(user: Any, suggestion: Any) -> bool:
    """May make a suggestion an offer or need of the city: its focal points."""
    return suggestion.city is not None and speaks_for(user, suggestion.city)


def can_decline(user: Any, suggestion: Any) -> bool:
    """May remove a suggestion: the city's focal points, and brokers."""
    return can_adopt(user, suggestion) or can_broker(user)


# Partnerships


def parties_of(user: Any, partnership: Partnership) -> list[Party]:
    """The parties of a partnership for which a person speaks now."""
    cities = Representation.objects.cities_of(user)
    organizations = Representation.objects.organizations_of(user)
    mine = Q(city__in=cities) | Q(organization__in=organizations)
    return list(partnership.parties.filter(mine))


def can_run_partnership(user: Any, partnership: Partnership) -> bool:
    """May write what belongs to a partnership: who speaks for a party of it, and brokers."""
    return can_broker(user) or bool(parties_of(user, partnership))


def acts_as_staff(user: Any, partnership: Partnership) -> bool:
    """Decides about a partnership of others: brokers who speak for no party of it."""
    return can_broker(user) and not parties_of(user, partnership)


def can_record_agreement(user: Any, match: Match) -> bool:
    """May write down what came of an introduction: who speaks for one of the two, and brokers."""
    return can_broker(user) or speaks_for_one_of(user, [match.city_id, match.request.city_id])


# Clusters


def can_post_news(user: Any, cluster: Cluster, city: City | None = None) -> bool:
    """May tell the cluster something: who speaks for one of its cities, or for this one of them."""
    cities = cluster.cities.filter(pk__in=Representation.objects.cities_of(user))
    return (cities if city is None else cities.filter(pk=city.pk)).exists()


def can_take_down(user: Any, news: ClusterNews) -> bool:
    """May show news of a cluster no longer: who wrote it, and brokers."""
    return user.is_authenticated and (news.by_id == user.pk or can_broker(user))


def can_read_letter(user: Any, request: Any) -> bool:
    """May read the letter of endorsement of a request: its city, and brokers."""
    return can_broker(user) or speaks_for(user, request.city)


# Matches


def sides_of(user: Any, match: Match) -> list[Side]:
    """The sides of a match that a person speaks for now, as far as they know of it."""
    mine = Representation.objects.held_by(user)
    cities = set(
        mine.filter(city__in=[match.request.city_id, match.city_id]).values_list("city", flat=True)
    )
    by_side = {Side.REQUESTER: match.request.city_id, Side.CANDIDATE: match.city_id}
    return [side for side, city in by_side.items() if city in cities and match.is_known_to(side)]


def can_enter(user: Any, match: Match) -> bool:
    """May be in the space of two introduced cities: who speaks for one of them now, and brokers."""
    return match.is_introduced and (can_broker(user) or bool(sides_of(user, match)))
