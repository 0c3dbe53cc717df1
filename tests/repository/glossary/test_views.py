import pytest

from tests.factories import GlossaryTermFactory

pytestmark = pytest.mark.django_db


def test_list_terms_under_their_letters(read):
    for slug, term, abbreviation in [
        ("sme", "Small firm", "SME"),
        ("bonded", "bonded area", ""),
        ("benefit", "Benefit", ""),
        ("5g", "5G", ""),
        ("1210", "1210 model", ""),
        ("e", "État", ""),
    ]:
        GlossaryTermFactory(slug=slug, term=term, abbreviation=abbreviation, definition=f"{slug}.")
    page = read("/glossary/")
    assert page.main.lines[2:] == [
        "0–9 B É S",
        "0–9",
        "1210 model",
        "1210.",
        "5G",
        "5g.",
        "B",
        "Benefit",
        "benefit.",
        "bonded area",
        "bonded.",
        "É",
        "État",
        "e.",
        "S",
        "Small firm (SME)",
        "sme.",
    ]
    assert page.main.links[1] == ("B", "#letter-2")
    assert page.one("dt#bonded").text == "bonded area"


def test_list_no_term(read):
    assert [url for _name, url in read("/glossary/").main.links] == ["/cases/"]
