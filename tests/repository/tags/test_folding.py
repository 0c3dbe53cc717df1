import pytest

from repository.tags.folding import fold, joined, parse


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("E-Commerce", "ecommerce"),
        ("e commerce", "ecommerce"),
        ("É‑commerce", "ecommerce"),
        ("São Paulo", "saopaulo"),
        ("Côte d’Ivoire", "cotedivoire"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ports", "ports"),
        ("port", "port"),
        ("C++", "c++"),
        ("C", "c"),
        ("跨境电商", "跨境电商"),
        # Vowels of Hindi are signs of their own: without them these would be one word.
        ("किताब", "किताब"),
        ("!?", "!?"),
        ("rail\u200bfreight", "railfreight"),
    ],
)
def test_fold_spellings_together(name, folded):
    assert fold(name) == folded
    assert fold(folded) == folded


def test_fold_to_what_the_column_holds():
    assert len(fold("\ufdfa" * 100)) == 200


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("last mile", ["last mile"]),
        ("rail, last  mile ,, port,", ["rail", "last mile", "port"]),
        ("E-commerce, ecommerce", ["E-commerce"]),
        ('"trade, digital", port', ["trade, digital", "port"]),
        ('an open " quote', ["an open", "quote"]),
        ("", []),
        (" , ", []),
    ],
)
def test_parse_what_is_typed(text, names):
    assert parse(text) == names


def test_parse_what_was_joined():
    names = ["last mile", "trade, digital", "port"]
    assert parse(joined(names)) == names
