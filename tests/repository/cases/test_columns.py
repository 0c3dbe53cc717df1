"""The values of a facet in columns are those of a dict."""

from array import array

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from repository.cases.bitmaps import bits
from repository.cases.columns import Columns
from repository.cases.facets import facet_index
from repository.cases.values import Value
from tests.factories import CaseStudyFactory, CityFactory

SIZE = 12
sets = st.frozensets(st.integers(0, SIZE - 1), min_size=1)


@examples(deadline=None)
@given(values=st.dictionaries(st.text(max_size=3), sets), some=sets, other=st.text(max_size=3))
def test_read_as_a_dict(values, some, other):
    columns = Columns()
    for key, cases in values.items():
        columns.append(key, key.upper(), "{}", cases)
    columns = columns.sorted()
    expected = {
        key: Value(key, key.upper(), {}, array("I", sorted(cases))) for key, cases in values.items()
    }
    assert (dict(columns), len(columns), list(columns)) == (expected, len(values), sorted(values))
    assert columns.get(other) == expected.get(other)
    assert (other in columns) is (other in values)
    assert columns.total(other) == len(values.get(other, ()))
    assert columns.totals() == {key: len(cases) for key, cases in values.items()}
    flagged = bytes(place in some for place in range(SIZE))
    counts = {key: len(cases & some) for key, cases in values.items() if cases & some}
    assert columns.counts(flagged) == counts
    assert bits(columns.sets.items) == bits(frozenset().union(*values.values()))


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
