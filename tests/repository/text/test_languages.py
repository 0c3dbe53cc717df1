import re

import pytest
from django.conf import settings
from django.utils import translation

from repository.text.languages import lang_attribute, lang_or_auto, marked


def test_leave_unmarked_what_is_in_the_language_of_the_page():
    assert (lang_attribute("en"), marked("Rail & road", "en")) == ("", "Rail & road")


def test_mark_what_is_in_another_language():
    with translation.override("fr"):
        assert lang_attribute("en") == ' lang="en" dir="ltr"'
        assert marked("Rail & road", "en") == '<span lang="en" dir="ltr">Rail &amp; road</span>'
        assert marked("Rail et route", "fr") == "Rail et route"


def test_mark_a_language_that_is_not_known():
    assert lang_attribute("") == ' lang="" dir="auto"'


@pytest.mark.parametrize(
    ("code", "direction"),
    [*dict.fromkeys(["ar", "fa", "he", "ur"], "rtl").items(), ("zh", "ltr"), ("pt-br", "ltr")],
)
def test_state_the_direction_of_a_language(code, direction):
    assert lang_attribute(code) == f' lang="{code}" dir="{direction}"'
    assert lang_or_auto(code) == lang_attribute(code)


@pytest.mark.parametrize("code", ["en", ""])
def test_let_the_browser_find_the_direction_of_a_text_of_a_member(code):
    assert lang_or_auto(code) == ' dir="auto"'


def test_state_the_direction_beside_each_language_in_templates():
    """Languages are written by filters, which add the direction."""
    alone = {
        str(path)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for tag in re.findall(r"""<[^>]*\slang=["'][^>]*>""", path.read_text())
        if not re.search(r"\sdir=", tag)
    }
    assert alone == set()
