import pytest
from babel.lists import format_list
from django.conf import settings
from django.utils import translation

from repository.pages.tags import listed
from repository.text.lists import list_of, list_with_and, sign, with_commas, with_plain_commas

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("language", LANGUAGES)
def test_join_with_and_by_cldr(language, count):
    words = ["Kisumu", "Recife", "Minsk", "Zhengzhou"][:count]
    locale = "en_GB" if language == "en" else language
    with translation.override(language):
        assert list_with_and(words) == format_list(words, locale=locale)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["a and b", "a, b and c", "a, b", "a, b", ",;."]),
        ("fr", ["a et b", "a, b et c", "a, b", "a, b", ",;."]),
        ("ar", ["a وb", "a وb وc", "a، b", "a، b", "،؛."]),
        ("zh", ["a和b", "a、b和c", "a、b", "a，b", "、；。"]),
    ],
)
def test_join_with_the_signs_of_a_language(language, expected):
    with translation.override(language):
        assert [
            list_with_and("ab"),
            list_with_and("abc"),
            list_of("ab"),
            with_commas(["a", "", None, "b"]),
            "".join(map(sign, ",;.")),
        ] == expected


@pytest.mark.parametrize(
    ("language", "names", "expected"),
    [
        ("en", ["China", "China, Macao"], "China; China, Macao"),
        ("fr", ["Chine", "Chine, Macao"], "Chine; Chine, Macao"),
        ("ar", ["الصين", "الصين، ماكاو"], "الصين؛ الصين، ماكاو"),
        ("zh", ["中国", "郑州，中国"], "中国；郑州，中国"),
        ("zh", ["中国", "China, Macao"], "中国；China, Macao"),
        ("en", ["1,240 traders", "2 ports"], "1,240 traders, 2 ports"),
    ],
)
def test_separate_names_with_commas_by_semicolons(language, names, expected):
    with translation.override(language):
        assert list_of(names) == listed(names) == expected


def test_escape_what_a_template_lists():
    assert listed(["<b>", "c"]) == "&lt;b&gt;, c"
    with translation.override("zh"):
        assert listed(["<b>", "c"]) == "&lt;b&gt;、c"


def test_read_commas_of_other_scripts():
    assert with_plain_commas("基苏木，肯尼亚") == "基苏木,肯尼亚"
    assert with_plain_commas("كيسومو، كينيا") == "كيسومو, كينيا"
