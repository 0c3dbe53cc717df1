from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from repository.cases.citations import Citation, cite, escape_tex
from repository.models import CaseStudy

URL = "https://example.org/cases/zhengzhou/"


@pytest.fixture
def citation():
    case = CaseStudy(
        slug="zhengzhou",
        title="A landlocked city trades by rail",
        published_at=datetime(2021, 12, 31, 23, 30, tzinfo=UTC),
    )
    return cite(case, url=URL)


def test_cite_in_words(citation):
    assert citation.apa == (
        "South-South City Exchange. (2021). A landlocked city trades by rail [Case study]. "
        "https://example.org/cases/zhengzhou/"
    )


def test_cite_as_bibtex(citation):
    assert citation.bibtex == (
        "@misc{ssce-zhengzhou,\n"
        "  author = {{South-South City Exchange}},\n"
        "  title = {{A landlocked city trades by rail}},\n"
        "  year = {2021},\n"
        "  howpublished = {South-South City Exchange},\n"
        "  url = {https://example.org/cases/zhengzhou/}\n"
        "}"
    )


def test_cite_as_ris(citation):
    assert citation.ris == (
        "TY  - ELEC\n"
        "AU  - South-South City Exchange\n"
        "PY  - 2021\n"
        "TI  - A landlocked city trades by rail\n"
        "PB  - South-South City Exchange\n"
        "UR  - https://example.org/cases/zhengzhou/\n"
        "ER  - "
    )


def test_cite_those_who_wrote_it(citation):
    written = replace(citation, authors=("Amina Diallo", "李伟", "R&D office"))
    assert written.apa == (
        "Amina Diallo, 李伟, & R&D office. (2021). A landlocked city trades by rail [Case study]. "
        "South-South City Exchange. https://example.org/cases/zhengzhou/"
    )
    assert "  author = {{Amina Diallo} and {李伟} and {R\\&D office}},\n" in written.bibtex
    assert written.ris.splitlines()[1:4] == [
        "AU  - Amina Diallo",
        "AU  - 李伟",
        "AU  - R&D office",
    ]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("R&D: 50 % of $5, #1 a_b", r"R\&D: 50 \% of \$5, \#1 a\_b"),
        ("{a} ~ ^", r"\textbraceleft{}a\textbraceright{} \textasciitilde{} \textasciicircum{}"),
        ("a\\b", r"a\textbackslash{}b"),
        ("two\n  lines\t", "two lines"),
        ("Côte d’Ivoire 郑州", "Côte d’Ivoire 郑州"),
    ],
)
def test_escape_what_means_something_to_tex(text, escaped):
    assert escape_tex(text) == escaped


titles = st.text(alphabet=st.characters() | st.sampled_from("{}\\&%$#_~^\n\r "), max_size=30)


@examples(deadline=None)
@given(titles)
def test_keep_braces_of_bibtex_balanced(title):
    entry = Citation("key", ("Author",), 2021, title, URL).bibtex
    depth = 0
    for char in entry:
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0


@examples(deadline=None)
@given(titles)
def test_keep_each_field_of_ris_on_its_line(title):
    lines = Citation("key", ("Author",), 2021, title, URL).ris.splitlines()
    assert [line[:6] for line in lines] == [
        f"{tag}  - " for tag in ("TY", "AU", "PY", "TI", "PB", "UR", "ER")
    ]
