"""The similarity of two settings."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from repository.places.setting import INCOMES, SURROUNDINGS, Facts, shares

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
