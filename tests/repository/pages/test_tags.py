"""Template tags of the site."""

import pytest
from django.utils.translation import override

from repository.pages.tags import other_language, unbroken


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("An e-commerce hub", 'An <span class="unbroken">e-commerce</span> hub'),
        (
            "E-commerce, e-mail",
            '<span class="unbroken">E-commerce,</span> <span class="unbroken">e-mail</span>',
        ),
        ("The “e-hub”: so", 'The <span class="unbroken">“e-hub”:</span> so'),
        # Longer words may break.
        ("cross-border trade", "cross-border trade"),
        ("e-" + "m" * 16, "e-" + "m" * 16),
        ("2-day <b>&", "2-day &lt;b&gt;&amp;"),
    ],
)
def test_keep_words_that_begin_with_one_letter_on_one_line(text, html):
    assert unbroken(text) == html


def test_name_the_language_of_what_is_quoted():
    assert other_language("en") == other_language("") == ""
    assert other_language("fr") == "<small>(French)</small>"
    with override("fr"):
        assert other_language("fr") == ""
        assert other_language("en") == "<small>(Anglais)</small>"
