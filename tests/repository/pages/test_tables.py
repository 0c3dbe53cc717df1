"""Tables as pages show them."""

import pytest
from django.template import Context, Template
from django.utils import translation

from repository.pages.tables import English, Table


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "Ports &amp; &lt;b&gt;"),
        ("fr", '<span lang="en" dir="ltr">Ports &amp; &lt;b&gt;</span>'),
    ],
)
def test_mark_english_words_on_a_page_and_let_no_tags_through(language, shown):
    with translation.override(language):
        page = Template("{{ cell }}").render(Context({"cell": English("Ports & <b>")}))
    assert page == shown
    assert str(English("Ports & <b>")) == "Ports & <b>"


def test_show_first_rows_and_count_of_the_others():
    table = Table("k", "", "", ("City", "n"), (("A", 3), ("B", 2), ("C", 1)), urls=("a", "b", "c"))
    assert (table.first(3), table.first(3).more) == (table, 0)
    cut = table.first(2)
    assert (cut.rows, cut.urls, cut.more) == ((("A", 3), ("B", 2)), ("a", "b"), 1)
