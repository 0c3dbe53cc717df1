"""The values of a facet in columns are those of objects."""

from array import array

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from repository.cases.bitmaps import bits
from repository.cases.columns import Columns
from repository.cases.facets import facet_index
from repository.cases.values import Value, Values
from tests.factories import CaseStudyFactory, CityFactory

SIZE = 12
sets = st.frozensets(st.integers(0, SIZE - 1), min_size=1)


@examples(deadline=None)
@given(values=st.dictionaries(st.text(max_size=3), sets), some=sets, other=st.text(max_size=3))
def test_tell_the_same_as_objects(values, some, other):
    columns = Columns()
    for key, cases in values.items():
        columns.append(key, key.upper(), "{}", cases)
    columns = columns.sorted()
    expected = Values(
        (key, Value(key, key.upper(), {}, array("I", sorted(cases))))
        for key, cases in values.items()
    )
    assert (dict(columns), len(columns), list(columns)) == (expected, len(values), sorted(values))
    assert columns.get(other) == expected.get(other)
    assert (other in columns) is (other in values)
    assert columns.total(other) == expected.total(other) == len(values.get(other, ()))
    assert columns.totals() == expected.totals()
    assert columns.union() == expected.union() == bits(frozenset().union(*values.values()))
    flagged = bytes(place in some for place in range(SIZE))
    counts = {key: len(cases & some) for key, cases in values.items() if cases & some}
    assert columns.counts(bits(some), flagged) == expected.counts(bits(some), flagged) == counts
    rows = [sorted(key for key in values if place in values[key]) for place in range(SIZE)]
    for each in (columns, expected):
        found = each.rows(SIZE)
        assert [list(found[place]) for place in range(SIZE)] == rows


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
