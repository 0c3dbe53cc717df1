import pytest

from partnerships.models import PartnershipKind, Party, PartyRole, kind_of
from repository.models import City, Country, Organization


def party(country: str, role: PartyRole, *, organization: bool = False) -> Party:
    """A party of a country of the South (S) or the North (N), or of an unknown country."""
    place = {"S": Country(development="developing"), "N": Country(development="developed")}
    if organization:
        return Party(role=role, organization=Organization(country=place.get(country)))
    return Party(role=role, city=City(country=place.get(country, Country())))


ASKS, GIVES, HELPS = PartyRole.REQUESTER, PartyRole.PROVIDER, PartyRole.FACILITATOR


@pytest.mark.parametrize(
    ("parties", "kind"),
    [
        ([("S", ASKS), ("S", GIVES)], PartnershipKind.SOUTH_SOUTH),
        ([("S", ASKS), ("S", GIVES), ("S", HELPS)], PartnershipKind.SOUTH_SOUTH),
        ([("S", ASKS), ("S", GIVES), ("N", HELPS)], PartnershipKind.TRIANGULAR),
        ([("S", ASKS), ("N", GIVES)], PartnershipKind.NORTH_SOUTH),
        ([("S", ASKS), ("N", GIVES), ("N", HELPS)], PartnershipKind.NORTH_SOUTH),
        ([("N", ASKS), ("N", GIVES)], PartnershipKind.NORTH_NORTH),
        ([("S", ASKS), ("?", GIVES)], PartnershipKind.UNKNOWN),
        ([("N", HELPS)], PartnershipKind.UNKNOWN),
        ([], PartnershipKind.UNKNOWN),
    ],
)
def test_derive_kind_from_cities(parties, kind):
    assert kind_of([party(*row) for row in parties]) == kind


def test_organisation_of_many_countries_makes_it_triangular():
    parties = [party("S", ASKS), party("S", GIVES), party("", HELPS, organization=True)]
    assert kind_of(parties) == PartnershipKind.TRIANGULAR


@pytest.mark.parametrize("kind", ["un", "intergovernmental"])
def test_organisation_of_states_is_of_no_country(kind):
    bank = Organization(kind=kind, country=Country(development="developing"))
    parties = [party("S", ASKS), party("S", GIVES), Party(role=HELPS, organization=bank)]
    assert kind_of(parties) == PartnershipKind.TRIANGULAR
