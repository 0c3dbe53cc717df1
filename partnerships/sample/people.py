"""Sample cities and members: focal points, other members, and the staff who decide."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.text import slugify

from community.accounts import roles
from community.models import Delivery, MemberKind, NoticeKind, NoticeSetting, User
from community.profiles.actions import change_membership
from partnerships.city_profiles import actions as city_profiles
from partnerships.models import Representation
from partnerships.representation import actions as representation
from partnerships.representation import review
from partnerships.sample.content import PREFIX, read
from partnerships.sample.times import Calendar, at
from repository.dates import clock
from repository.models import City
from repository.places.models import TRANSPORT

# No mail reaches this domain.
DOMAIN = "@sample.example"
SOURCE = "Sample data"
STAFF = {
    "broker": ("Sample broker", roles.BROKERS),
    "moderator": ("Sample moderator", roles.MODERATORS),
    "second-moderator": ("Second sample moderator", roles.MODERATORS),
}


class Cast:
    """The cities and members of the sample, by short names."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.cities: dict[str, City] = {}
        self.focal_points: dict[str, User] = {}
        self.members: list[User] = []
        self.staff: dict[str, User] = {}
        self.language: dict[str, str] = {}

    @property
    def broker(self) -> User:
        return self.staff["broker"]


def create_cast(calendar: Calendar) -> Cast:
    """Create the accounts, the cities, their profiles and who represents them."""
    cast = Cast(calendar)
    with at(calendar.ago(900)):
        for handle, (name, group) in STAFF.items():
            cast.staff[handle] = create_member(handle, name, "en", is_staff=True)
            cast.staff[handle].groups.add(Group.objects.get(name=group))
        for row in read("cities"):
            create_city(cast, row)
        for row in read("members"):
            cast.members.append(create_practitioner(cast, *row))
    return cast


def create_member(handle: str, name: str, language: str, **fields: Any) -> User:
    """Create an account with which nobody can sign in."""
    handle = f"{PREFIX}{handle}"
    user = User.objects.create(
        email=f"{handle}{DOMAIN}",
        handle=handle,
        display_name=name,
        language=language if language in ("en", "fr") else "",
        password=make_password(None),
        is_sample=True,
        date_joined=clock.now(),
        **fields,
    )
    # Members may write to samples later, for example in comments.
    NoticeSetting.objects.bulk_create(
        NoticeSetting(member=user, kind=kind, delivery=Delivery.NONE) for kind in NoticeKind
    )
    return user


def retire(staff: Iterable[User]) -> None:
    """Take the rights from the sample staff once they have decided everything.

    Otherwise notices about members would go to their addresses, which reach nobody.
    """
    for user in staff:
        user.groups.clear()
        user.is_staff = False
        user.save(update_fields=["is_staff"])


def create_practitioner(
    cast: Cast, name: str, kind: str, city: str, organization: str, bio: str
) -> User:
    handle = slugify(name) or f"{city}-{len(cast.members)}"
    user = create_member(handle, name, cast.language[city])
    where = cast.cities[city]
    change_membership(
        user,
        {
            "kind": kind,
            "organization": organization,
            "city": where,
            "country": where.country,
            "bio": bio,
            **{f"{name}_shown": "public" for name in ("kind", "organization", "place", "bio")},
        },
    )
    return user


def create_city(cast: Cast, row: dict[str, Any]) -> None:
    """Create a city, its focal point and its profile."""
    key = row["slug"].removeprefix(PREFIX)
    latitude, longitude = row["at"]
    city = City.objects.create(
        slug=row["slug"],
        name=row["name"],
        names=row.get("names", {}),
        spelling_languages=[*row.get("names", {})],
        country_id=row["country"],
        latitude=latitude,
        longitude=longitude,
        population=row["population"],
        population_source=SOURCE,
        is_sample=True,
    )
    language = row["language"]
    member = create_member(key, row["person"], language)
    change_membership(
        member,
        {
            "kind": MemberKind.POLICYMAKER,
            "organization": f"{row['name']}",
            "city": city,
            "country": city.country,
            "languages": row["speaks"],
            **{f"{name}_shown": "public" for name in ("kind", "organization", "place")},
        },
    )
    represent(cast, city, member, row["position"])
    base = city_profiles.values_of(city, city_profiles.profile_of(city))
    values = base | {
        "working_languages": row["speaks"],
        "setting": row["setting"],
        "corridors": row["corridors"],
        "sectors": row["sectors"],
        "exports": row["exports"],
        "platforms": row["platforms"],
        "partners_a_year": row["partners"],
        **{field: hub in row["hubs"] for hub, field in TRANSPORT.items()},
    }
    city_profiles.save(city=city, by=member, values=values, base=base)
    city.refresh_from_db()
    cast.cities[key] = city
    cast.focal_points[key] = member
    cast.language[key] = language


def represent(cast: Cast, city: City, member: User, position: str) -> Representation:
    """Let a member represent a city, as approved by the sample broker."""
    asked = representation.ask(place=city, position=position, by=member)
    return review.approve(representation=asked, by=cast.broker)
