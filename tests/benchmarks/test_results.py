"""The benchmark says which target was missed, and by how much."""

import pytest

from benchmarks.pages import MOST_HOME_BYTES, Page
from benchmarks.results import (
    Result,
    missed_by_pages,
    missed_with_many_cases,
    pages_table,
    scale_table,
)


def result(name="home", *, target=0.05, is_repeated=False, seconds=(0.1, 0.1), **values) -> Result:
    """Return a result that meets its target exactly."""
    page = Page(name, ["/"], target, is_repeated=is_repeated)
    usual = {"rates": [10.0], "ratios": [target], "queries": 1, "size": MOST_HOME_BYTES}
    return Result(page, seconds=list(seconds), **(usual | values))


def test_miss_nothing_at_the_targets():
    assert missed_by_pages([result(), result("case", target=0.9, is_repeated=True)]) == []
    assert missed_with_many_cases({"case": result()}, {"case": result(seconds=[0.2, 0.2])}) == []


@pytest.mark.parametrize(
    ("missed", "sentence"),
    [
        (result(ratios=[0.04, 0.01, 0.06]), "home reaches 0.040 of the one-query view, not 0.05"),
        (result("case", is_repeated=True, queries=3), "case makes 3 queries, not 1"),
        (result(size=70_001), "home has 70,001 bytes, not 70,000"),
    ],
)
def test_report_a_page_that_missed_its_target(missed, sentence):
    assert missed_by_pages([missed]) == [sentence]


def test_report_pages_that_are_slow_with_many_cases():
    few = {name: result(name) for name in ("case", "list")}
    many = {name: result(name, seconds=[1.1, 1.1]) for name in few}
    assert missed_with_many_cases(few, many) == [
        "case takes 11.0 times as long as with 10,000 cases",
        "list takes 1100 ms at the 95th percentile",
    ]


def test_write_a_row_for_each_page():
    assert pages_table([result()]).splitlines()[2:] == [
        "| home | 10 | 0.050 | 0.05 | 100.0 | 100.0 | 1 | 70,000 |"
    ]
    many = {"home": result(seconds=[0.2, 0.2], queries=2)}
    assert scale_table({"home": result()}, many).splitlines()[2:] == [
        "| home | 100 | 200 | 100 | 200 | 1 | 2 |"
    ]
