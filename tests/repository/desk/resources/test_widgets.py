import pytest
from django.utils.translation import override

from repository.desk.resources.widgets import ListWidget, YesNoWidget


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *[(word, True) for word in ("yes", "YES", "true", "1", 1.0, "oui", "sí", "Si", "sim")],
        *[(word, True) for word in ("نعم", "是", "да", "Да")],
        *[(word, False) for word in ("no", "false", "0", "non", "não", "nao", "لا", "否", "нет")],
        ("", None),
        (None, None),
    ],
)
def test_read_yes_and_no_in_each_language(word, value):
    with override("ru"):
        assert YesNoWidget().clean(word) is value


@pytest.mark.parametrize("word", ["maybe", "peut-être", "2", "ja", "!"])
def test_refuse_other_words_than_yes_and_no(word):
    with pytest.raises(ValueError, match="Enter yes or no"):
        YesNoWidget().clean(word)


@pytest.mark.parametrize("value", [True, False, None])
def test_read_what_was_exported(value):
    with override("fr"):
        assert YesNoWidget().clean(YesNoWidget().render(value)) is value


def test_separate_a_list_by_the_semicolons_of_each_script():
    assert ListWidget().clean("郑州；开封; Kaifeng, Henan ؛ الرياض;") == [
        *("郑州", "开封", "Kaifeng, Henan", "الرياض"),
    ]
