import pytest
from django.utils import translation

from repository.text.sorting import sort_key

# In English, in the wrong order.
NAMES = ["Zambia", "côte", "Cote", "cote", "Œuvre", "Österreich", "Olinda", "a-b", "ab", "a b", "9"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["9", "a b", "a-b", "ab", "cote", "Cote", "côte", "Œuvre", "Olinda", "Österreich"]),
        ("es", ["Nicaragua", "nube", "Ñuble", "Omán"]),
        ("ru", ["ёж", "Ереван", "Ижевск", "Йемен", "Кения", "Abuja"]),
        ("ar", ["آيسلندا", "إثيوبيا", "أرمينيا", "ألمانيا", "بنن", "تونس", "Abuja"]),
        ("zh", ["阿尔及利亚", "巴西", "白俄罗斯", "重庆", "镕", "郑州", "中国", "Abuja"]),
    ],
)
def test_sort_names_in_each_language(language, expected):
    with translation.override(language):
        assert sorted({*expected}, key=sort_key) == expected


def test_sort_names_that_differ_in_case_or_accents():
    """Always in the same order, whatever it was before."""
    for names in (NAMES, NAMES[::-1]):
        found = sorted(names, key=sort_key)
        assert found[4:7] == ["cote", "Cote", "côte"]
