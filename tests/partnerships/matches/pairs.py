"""Pairs of cities in a match, and the members who speak for them."""

from dataclasses import dataclass

from community.models import Notification, User
from partnerships.models import Match, PartnershipRequest
from repository.models import City
from tests.factories import CityFactory, UserFactory
from tests.factories.partnerships import (
    MatchFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
)


@dataclass
class Pair:
    """A match, and a member who speaks for each of its cities."""

    match: Match
    asking: User
    asked: User

    @property
    def request(self) -> PartnershipRequest:
        return self.match.request

    @property
    def city(self) -> City:
        return self.match.city

    def now(self) -> Match:
        """The match as stored in the database."""
        return Match.objects.select_related("request", "city").get(pk=self.match.pk)


def pair(**match) -> Pair:
    """A match with traits of its factory; both cities have somebody who speaks for them."""
    match.setdefault("city__name", "Kisumu")
    if "request" not in match:
        match.setdefault("request__city__name", "Cotonou")
    made = MatchFactory(**match)
    number = Match.objects.count()
    asking = speaker(made.request.city, f"asking-{number}")
    asked = speaker(made.city, f"asked-{number}")
    return Pair(made, asking, asked)


def speaker(city: City, name: str) -> User:
    member = UserFactory(
        email=f"{name}@example.org", handle=name, display_name=name.replace("-", " ").capitalize()
    )
    RepresentationFactory(member=member, city=city, official_email=f"{name}@city.example")
    return member


def rival(pair: Pair, **match) -> Match:
    """Another candidate for the same request."""
    return MatchFactory(request=pair.request, city=CityFactory(), **match)


def another_request(pair: Pair, **match) -> Pair:
    """A match of the same city with the request of a third one."""
    partnership_request = PartnershipRequestFactory(opened=True)
    made = MatchFactory(request=partnership_request, city=pair.city, **match)
    return Pair(made, speaker(partnership_request.city, f"third-{made.pk}"), pair.asked)


def notified() -> list[tuple[str, str]]:
    """The notifications: (handle, event), sorted."""
    return sorted(Notification.objects.values_list("member__handle", "event"))
