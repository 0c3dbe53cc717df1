import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.text.differences import MAX_PAIRS, word_pieces


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "New words", [("added", "New words")]),
        ("Old words", "", [("removed", "Old words")]),
        (
            "Three days at the border",
            "Two days at the border",
            [("removed", "Three "), ("added", "Two "), ("same", "days at the border")],
        ),
        ("One.", "One.", [("same", "One.")]),
        ("a b", "a b c", [("same", "a "), ("removed", "b"), ("added", "b c")]),
        ("郑州港口", "郑州机场", [("same", "郑州"), ("removed", "港口"), ("added", "机场")]),
    ],
)
def test_compare_by_word(old, new, pieces):
    assert word_pieces(old, new) == pieces


def test_compare_leaves_out_what_stays():
    words = [f"w{number} " for number in range(60)]
    changed = [*words[:30], "other ", *words[31:]]
    assert word_pieces("".join(words), "".join(changed)) == [
        ("gap", ""),
        ("same", "".join(words[22:30])),
        ("removed", "w30 "),
        ("added", "other "),
        ("same", "".join(words[31:39])),
        ("gap", ""),
    ]


def test_compare_whole_where_very_much_differs():
    size = int(MAX_PAIRS**0.5) + 1
    old, new = "a " * size, "b " * size
    assert word_pieces(f"start {old}end", f"start {new}end") == [
        ("same", "start "),
        ("removed", old),
        ("added", new),
        ("same", "end"),
    ]


@given(st.lists(st.sampled_from("ab")), st.lists(st.sampled_from("ab")))
def test_compare_loses_nothing(old, new):
    old, new = " ".join(old), " ".join(new)
    pieces = word_pieces(old, new)
    if all(kind != "gap" for kind, _text in pieces):
        assert "".join(text for kind, text in pieces if kind != "added") == old
        assert "".join(text for kind, text in pieces if kind != "removed") == new
