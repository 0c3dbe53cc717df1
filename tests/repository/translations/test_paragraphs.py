import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from repository.translations.paragraphs import digest, join, split

# Texts with what matters for splitting, more often than by chance.
PIECES = st.sampled_from(
    ["\n", "\n\n", " ", "\t", "- ", "* ", "12. ", "3) ", "1210", "%", "word", "城市", "ü", "- - "]
)
TEXTS = st.lists(PIECES, max_size=20).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One.\n\nTwo.", [("", "One."), ("\n\n", "Two.")]),
        (
            "Before:\n\n- **One.** First\n  line two\n- Two",
            [("", "Before:"), ("\n\n- ", "**One.** First\n  line two"), ("\n- ", "Two")],
        ),
        ("1. One\n   - nested", [("1. ", "One"), ("\n   - ", "nested")]),
        ("One\r\n\r\nTwo", [("", "One"), ("\r\n\r\n", "Two")]),
    ],
)
def test_paragraphs_end_at_empty_lines_and_list_items(text, expected):
    assert split(text) == expected


@given(TEXTS)
def test_joined_paragraphs_are_the_text(text):
    rest = text.removeprefix(join(split(text)))
    assert text == join(split(text)) + rest
    assert split(rest) == []


@pytest.mark.django_db
@given(TEXTS)
def test_the_database_splits_in_the_same_way(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5(words) FROM repository_paragraphs(%s) AS words", [text])
        found = [row[0] for row in cursor.fetchall()]
    assert found == [digest(each.text) for each in split(text) if each.is_translated]
