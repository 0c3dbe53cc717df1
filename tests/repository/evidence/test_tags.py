"""How large figures are written, so that none is broken inside a word."""

import pytest

from repository.evidence.tags import breakable, sizes


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        ("24\xa0hours", "24 hours"),
        ("12\u202f064\xa0tonnes", "12\u202f064 tonnes"),
        ("90.1\xa0%", "90.1\xa0%"),
        ("超过5万元人民币", "超过5万元人民币"),
    ],
)
def test_break_a_large_figure_before_its_unit(figure, shown):
    assert breakable(figure) == shown


@pytest.mark.parametrize(
    ("figure", "classes"),
    [
        ("⅙", "short"),
        ("24\xa0hours", ""),
        ("more than 13\xa0million", "long"),
        ("aproximadamente 7.730 dólares", "long wordy"),
        ("$13,780,000", " wordy"),
    ],
)
def test_size_a_large_figure_by_its_longest_word(figure, classes):
    assert sizes(figure) == classes
