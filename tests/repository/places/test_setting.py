"""The similarity of two settings."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from repository.places.setting import INCOMES, SURROUNDINGS, Facts, comparisons, magnitude, shares

FACTS = st.builds(
    Facts,
    region=st.sampled_from(["", "Africa", "Asia"]),
    subregion=st.sampled_from(["", "Western Africa", "Eastern Asia"]),
    income_group=st.sampled_from(["", *INCOMES]),
    is_ldc=st.booleans(),
    is_lldc=st.booleans(),
    is_sids=st.booleans(),
    is_country_landlocked=st.sampled_from([None, False, True]),
    has_sea_port=st.sampled_from([None, False, True]),
    has_dry_port=st.sampled_from([None, False, True]),
    has_rail_hub=st.sampled_from([None, False, True]),
    population=st.none() | st.integers(0, 30_000_000),
    setting=st.sampled_from(["", *SURROUNDINGS]),
    corridors=st.frozensets(st.sampled_from(["northern", "central"])),
)


@given(own=FACTS, other=FACTS)
def test_compare_settings_symmetrically(own, other):
    assert shares(own, other) == shares(other, own)


@given(own=FACTS)
def test_find_a_setting_most_similar_to_itself(own):
    assert set(shares(own, own).values()) <= {1.0, 0.5}
    # Without a sub-region, the same region counts half.
    near = replace(own, subregion=own.subregion or "Western Africa")
    assert set(shares(near, near).values()) == {1.0}


# Statements about two cities, and the facts about both that make them true.
SAID_OF_BOTH = {
    "landlocked": lambda city: city.is_landlocked is True,
    "port": lambda city: city.has_sea_port is True,
    "rail": lambda city: city.has_rail_hub is True,
    "dry-port": lambda city: city.has_dry_port is True,
    "urban": lambda city: city.setting == "urban",
    "mixed": lambda city: city.setting == "mixed",
    "rural": lambda city: city.setting == "rural",
    "ldc": lambda city: city.is_ldc,
    "lldc": lambda city: city.is_lldc,
    "sids": lambda city: city.is_sids,
}
SHARED = {
    "income": lambda own, city: own.income_group == city.income_group != "",
    "region": lambda own, city: own.region == city.region != "",
    "subregion": lambda own, city: own.subregion == city.subregion != "",
    "corridor": lambda own, city: bool(own.corridors & city.corridors),
    "size": lambda own, city: abs(magnitude(own.population) - magnitude(city.population)) <= 0.5,
}
DIFFERENT = {
    "coast.port": lambda own, city: own.is_landlocked and city.has_sea_port,
    "coast.landlocked": lambda own, city: own.has_sea_port and city.is_landlocked,
    "surroundings.urban": lambda own, city: own.setting == "rural" and city.setting == "urban",
    "surroundings.rural": lambda own, city: own.setting == "urban" and city.setting == "rural",
    "size.larger": lambda own, city: city.population >= 10 * own.population > 0,
    "size.smaller": lambda own, city: own.population >= 10 * city.population > 0,
}


@given(own=FACTS, other=FACTS)
def test_say_of_two_cities_only_what_is_true_of_both(own, other):
    for code, _facts in comparisons(own, other):
        if code in SAID_OF_BOTH:
            is_true = SAID_OF_BOTH[code]
            assert is_true(own), code
            assert is_true(other), code
        else:
            assert (SHARED | DIFFERENT)[code](own, other), code


@given(own=FACTS, other=FACTS)
def test_say_the_same_of_two_cities_from_either_side(own, other):
    there, back = (
        {code for code, _facts in comparisons(*pair) if code not in DIFFERENT}
        for pair in ((own, other), (other, own))
    )
    assert there == back
