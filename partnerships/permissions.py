"""Permission checks of the partnership desk. `actions.py` of each package checks the state."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from partnerships.models import (
    Cluster,
    ClusterNews,
    Match,
    Meeting,
    Partnership,
    Party,
    Representation,
    Side,
)
from repository.models import City, Organization

BROKER = "partnerships.broker"


def can_broker(user: Any) -> bool:
    """Whether the user is a broker, who must be staff."""
    return user.has_perm(BROKER)


def speaks_for(user: Any, represented: Any) -> bool:
    """Whether the user currently represents a city or an organisation; queries the database.

    Nobody represents a country.
    """
    held = Representation.objects.held_by(user)
    if isinstance(represented, City):
        return held.filter(city=represented).exists()
    return isinstance(represented, Organization) and held.filter(organization=represented).exists()


def speaks_for_one_of(user: Any, cities: Collection[Any]) -> bool:
    """Whether the user currently represents any of these cities."""
    return Representation.objects.held_by(user).filter(city__in=cities).exists()


def is_spoken_for(organization: Organization) -> bool:
    """Whether an organisation currently has focal points, who then write its offers."""
    current = Representation.objects.current()
    return current.filter(organization=organization, member__is_active=True).exists()


def can_keep(user: Any, listing: Any) -> bool:
    """Whether the user represents the owner of a listing, and so may change and close it."""
    return speaks_for(user, listing.owner) or keeps_as_broker(user, listing)


def keeps_as_broker(user: Any, listing: Any) -> bool:
    """Whether a broker may edit a listing.

    Brokers edit those of countries, and of organisations without a focal point.
    """
    if listing.city_id is not None or not can_broker(user):
        return False
    organization = getattr(listing, "organization", None)
    return organization is None or not is_spoken_for(organization)


def can_adopt(user: Any, suggestion: Any) -> bool:
    """Whether the user may adopt a suggestion as a listing: focal points of the city."""
    return suggestion.city is not None and speaks_for(user, suggestion.city)


def can_decline(user: Any, suggestion: Any) -> bool:
    """Whether the user may decline a suggestion: focal points of the city, and brokers."""
    return can_adopt(user, suggestion) or can_broker(user)


# Partnerships


def parties_of(user: Any, partnership: Partnership) -> list[Party]:
    """Return the parties of a partnership that the user currently represents."""
    cities = Representation.objects.cities_of(user)
    organizations = Representation.objects.organizations_of(user)
    mine = Q(city__in=cities) | Q(organization__in=organizations)
    return list(partnership.parties.filter(mine))


def can_run_partnership(user: Any, partnership: Partnership) -> bool:
    """Whether the user may edit a partnership: focal points of its parties, and brokers."""
    return can_broker(user) or bool(parties_of(user, partnership))


def acts_as_staff(user: Any, partnership: Partnership) -> bool:
    """Whether the user decides about a partnership of others: brokers who speak for no party."""
    return can_broker(user) and not parties_of(user, partnership)


def can_record_agreement(user: Any, match: Match) -> bool:
    """Whether the user may record an agreement: focal points of the two cities, and brokers."""
    return can_broker(user) or speaks_for_one_of(user, [match.city_id, match.request.city_id])


# Clusters


def can_post_news(user: Any, cluster: Cluster, city: City | None = None) -> bool:
    """Whether the user may post news: focal points of the cluster's cities or the given city."""
    cities = cluster.cities.filter(pk__in=Representation.objects.cities_of(user))
    return (cities if city is None else cities.filter(pk=city.pk)).exists()


def cities_that_can_join(user: Any, cluster: Cluster) -> QuerySet[City]:
    """The cities that the user represents, that are not in the cluster and have not asked yet."""
    mine = City.objects.filter(pk__in=Representation.objects.cities_of(user))
    asking = cluster.applications.pending().values("city")
    return mine.exclude(clusters=cluster).exclude(pk__in=asking).order_by("name", "pk")


def can_remove_news(user: Any, news: ClusterNews) -> bool:
    """Whether the user may remove news of a cluster: its author, and brokers."""
    return user.is_authenticated and (news.by_id == user.pk or can_broker(user))


def is_own_application(user: Any, application: Any) -> bool:
    """Whether the user asked for a city to join a cluster, or represents it: another broker
    decides about it."""
    return application.by_id == user.pk or speaks_for(user, application.city)


def is_own_request(user: Any, partnership_request: Any) -> bool:
    """Whether the user wrote a request or represents its city: another broker decides about it.

    Members can resign as focal points at any time.
    """
    is_author = partnership_request.created_by_id == user.pk
    return is_author or speaks_for(user, partnership_request.city)


def can_read_letter(user: Any, partnership_request: Any) -> bool:
    """Whether the user may read the letter of endorsement: the city's focal points, and brokers."""
    return can_broker(user) or speaks_for(user, partnership_request.city)


# Matches


def sides_of(user: Any, match: Match) -> list[Side]:
    """Return the sides of a match that the user currently represents and that know of the match."""
    mine = Representation.objects.held_by(user)
    cities = set(
        mine.filter(city__in=[match.request.city_id, match.city_id]).values_list("city", flat=True)
    )
    by_side = {Side.REQUESTER: match.request.city_id, Side.CANDIDATE: match.city_id}
    return [side for side, city in by_side.items() if city in cities and match.is_known_to(side)]


def can_enter(user: Any, match: Match) -> bool:
    """Whether the user has access to the space: current focal points of its cities, and brokers."""
    return match.is_introduced and (can_broker(user) or bool(sides_of(user, match)))


def can_change_in_space(user: Any, row: Any) -> bool:
    """Whether a reader of a space may change a date or a file there: its author, and brokers.

    The call of a round, which a broker has arranged, belongs to both cities.
    """
    is_call = isinstance(row, Meeting) and hasattr(row, "call")
    return is_call or row.by_id == user.pk or can_broker(user)
