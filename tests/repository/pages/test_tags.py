"""Template tags of the site."""

import pytest

from repository.pages.tags import unbroken


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
