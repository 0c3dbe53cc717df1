"""The values of a facet in columns are those of objects."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from repository.cases import columns as module
from repository.cases.columns import Columns
from repository.cases.facets import facet_index
from repository.cases.values import Value, Values
from tests.factories import CaseStudyFactory, CityFactory

SIZE = 12
sets = st.frozensets(st.integers(0, SIZE - 1), min_size=1)


# With the first, cases are counted value by value, with the second case by case.
@pytest.mark.parametrize("small", [10**9, 0])
@examples(deadline=None)
@given(
    values=st.dictionaries(st.text(max_size=3), sets),
    some=sets,
    other=st.text(max_size=3),
    most=st.integers(1, 5),
)
def test_tell_the_same_as_objects(small, values, some, other, most):
    columns = Columns()
    for key, cases in values.items():
        columns.append(key, key.upper(), "{}", cases)
    columns = columns.sorted()
    expected = Values(
        (key, Value(key, key.upper(), {}, FrozenBitMap(cases))) for key, cases in values.items()
    )
    assert (dict(columns), len(columns), list(columns)) == (expected, len(values), sorted(values))
    assert columns.get(other) == expected.get(other)
    assert (other in columns) is (other in values)
    assert columns.total(other) == expected.total(other) == len(values.get(other, ()))
    newest = {key: max(cases) for key, cases in values.items()}
    assert columns.newest() == expected.newest() == newest
    assert columns.totals() == expected.totals()
    assert columns.union() == expected.union() == FrozenBitMap(frozenset().union(*values.values()))
    assert columns.of(other) == expected.of(other) == FrozenBitMap(values.get(other, ()))
    counts = {key: len(cases & some) for key, cases in values.items() if cases & some}
    asked = FrozenBitMap(some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALL", small)
        assert columns.counts(asked) == expected.counts(asked) == counts
        for among, all_counts in ((asked, counts), (None, columns.totals())):
            last = sorted(all_counts.values(), reverse=True)[:most][-1:]
            largest = {key: count for key, count in all_counts.items() if [count] >= last}
            for each in (columns, expected):
                assert each.largest(among, most) == (largest, len(all_counts))
    rows = [sorted(key for key in values if place in values[key]) for place in range(SIZE)]
    for each in (columns, expected):
        assert [each.keys_of(place) for place in range(SIZE)] == rows


@pytest.mark.django_db
def test_know_the_names_of_cities():
    for slug, names in (("zz", {"zh": "郑州"}), ("aa", {})):
        city = CityFactory(slug=slug, name=f"{slug}é", names=names)
        CaseStudyFactory(published=True, cities=[city])
    cities = facet_index(1).values["city"]
    assert [(key, city.name, city.names) for key, city in cities.items()] == [
        ("aa", "aaé", {}),
        ("zz", "zzé", {"zh": "郑州"}),
    ]
