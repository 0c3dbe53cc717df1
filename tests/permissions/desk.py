"""The cast of the partnership desk: who speaks for which city, and who brokers.

Two cities that a request may bring together, and a third; an organisation that facilitates; a
broker who also speaks for the city that asks, and somebody whose last day as its focal point, and
as who speaks for the organisation, was yesterday.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from community.accounts import roles as accounts_roles
from repository.models import City, Organization, Practice, Theme
from tests.conftest import staff
from tests.factories import (
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    PracticeFactory,
    RepresentationFactory,
    ThemeFactory,
    UserFactory,
)
from tests.permissions.cast import Cast

# Who acts, and the city they speak for now.
SPEAKS_FOR = {"requester": "asking", "partial": "asking", "candidate": "asked", "third": "third"}
MEMBERS = ["member", "former", "requester", "candidate", "third", "helper"]
ROLES = ["anonymous", *MEMBERS, "moderator", "broker", "partial", "administrator"]

# Representatives of the requesting city and of the other one; one broker is impartial.
ASKING, ASKED = {"requester", "partial"}, {"candidate"}
BOTH = ASKING | ASKED
# Who speaks for the organisation.
HELPING = {"helper"}
IMPARTIAL = {"broker", "administrator"}
BROKERS = IMPARTIAL | {"partial"}
# What a decision says.
REASONED = {"reason": "other", "message": "This is about something else."}


@dataclass
class Desk(Cast):
    """What was made, by name."""

    cities: dict[str, City] = field(default_factory=dict)
    practice: Practice = field(default_factory=PracticeFactory)
    theme: Theme = field(default_factory=ThemeFactory)
    organization: Organization = field(default_factory=OrganizationFactory)
    another: Organization = field(default_factory=OrganizationFactory)


def make() -> Desk:
    """All of it, in the database that is worked on."""
    desk = Desk()
    for name, iso2 in (("asking", "KE"), ("asked", "BR"), ("third", "IN")):
        country = CountryFactory(iso2=iso2)
        desk.cities[name] = CityFactory(slug=name, name=name.capitalize(), country=country)
    for name in MEMBERS:
        desk.people[name] = UserFactory(email=f"{name}@example.org", handle=name)
    for name, role in (
        ("moderator", accounts_roles.MODERATORS),
        ("broker", accounts_roles.BROKERS),
        ("partial", accounts_roles.BROKERS),
    ):
        desk.people[name] = staff(role, name)
    desk.people["administrator"] = UserFactory(
        superuser=True, email="administrator@example.org", handle="administrator"
    )
    for name, city in SPEAKS_FOR.items():
        RepresentationFactory(member=desk.people[name], city=desk.cities[city])
    yesterday = timezone.localdate() - timedelta(days=1)
    RepresentationFactory(member=desk.people["former"], city=desk.cities["asking"], until=yesterday)
    of_body = {"city": None, "organization": desk.organization}
    RepresentationFactory(member=desk.people["helper"], **of_body)
    RepresentationFactory(member=desk.people["former"], **of_body, until=yesterday)
    desk.sign_in()
    return desk
