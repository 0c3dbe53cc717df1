"""The similarity of two settings, and of one setting with many, are the same."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.places.likeness import Settings
from repository.places.setting import INCOMES, SETTING, SURROUNDINGS, Facts, shares

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


@given(own=FACTS, others=st.lists(FACTS, min_size=1, max_size=5))
def test_compare_one_and_many_places_alike(own, others):
    columns = Settings(others).likenesses(own)
    for row, other in enumerate(others):
        found = shares(own, other)
        known = {name for name, part in columns.items() if part.is_known[row]}
        assert found.keys() == known
        for name, share in found.items():
            assert share == pytest.approx(columns[name].shares[row])
    total = Settings(others).likeness(own, np.zeros(len(others))).shares
    for row, other in enumerate(others):
        points = sum(SETTING[name] * share for name, share in shares(own, other).items())
        assert points / sum(SETTING.values()) == pytest.approx(total[row])


@given(own=FACTS, other=FACTS)
def test_compare_settings_symmetrically(own, other):
    assert shares(own, other) == shares(other, own)


@given(own=FACTS)
def test_find_a_setting_most_similar_to_itself(own):
    assert set(shares(own, own).values()) <= {1.0, 0.5}
    # Without a sub-region, the same region counts half.
    near = replace(own, subregion=own.subregion or "Western Africa")
    assert set(shares(near, near).values()) == {1.0}
