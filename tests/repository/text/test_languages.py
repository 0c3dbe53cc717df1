from django.utils import translation

from repository.text.languages import lang_attribute, marked


def test_leave_unmarked_what_is_in_the_language_of_the_page():
    assert (lang_attribute("en"), marked("Rail & road", "en")) == ("", "Rail & road")


def test_mark_what_is_in_another_language():
    with translation.override("fr"):
        assert lang_attribute("en") == ' lang="en"'
        assert marked("Rail & road", "en") == '<span lang="en">Rail &amp; road</span>'
        assert marked("Rail et route", "fr") == "Rail et route"


def test_mark_a_language_that_is_not_known():
    assert lang_attribute("") == ' lang=""'
