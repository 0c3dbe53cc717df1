import re

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from repository.glossary.marking import Marker, fold, loosely, marker, one_of
from repository.models import GlossaryTerm
from repository.text import markdown
from tests.factories import GlossaryTermFactory
from tests.repository.translations.test_originals import translated

TERMS = [
    GlossaryTerm(slug="it", term="Information technology", abbreviation="IT"),
    GlossaryTerm(slug="who", term="World Health Organization", abbreviation="WHO"),
    GlossaryTerm(slug="afcfta", term="African Continental Free Trade Area", abbreviation="AfCFTA"),
    GlossaryTerm(slug="5g", term="5G"),
    GlossaryTerm(slug="bonded", term="Bonded area", aliases=["bonded warehouse", "1210"]),
    GlossaryTerm(slug="area", term="Area"),
    GlossaryTerm(slug="double-11", term="Double 11", aliases=["Singles' Day"]),
    GlossaryTerm(slug="r-and-d", term="R&D"),
    GlossaryTerm(slug="amplifier", term="Amp"),
    GlossaryTerm(slug="sao", term="São Tomé rail"),
    GlossaryTerm(slug="plus", term="BAPA+40 (plan)"),
]


LINK = re.compile(r'<a class="term" href="/glossary/#([^"]+)">(.*?)</a>', re.DOTALL)


def mark(html, terms=TERMS):
    """The text with each marked word as [word→slug]."""
    return LINK.sub(r"[\2→\1]", Marker(terms).mark({"only": html})["only"])


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("", ""),
        ("<p>Nothing to explain.</p>", "<p>Nothing to explain.</p>"),
        ("<p>A bonded area.</p>", "<p>A [bonded area→bonded].</p>"),
        ("<p>BONDED AREA</p>", "<p>[BONDED AREA→bonded]</p>"),
        # The first use only, whichever of its words is used.
        (
            "<p>bonded area, bonded area, bonded warehouse</p>",
            "<p>[bonded area→bonded], bonded area, bonded warehouse</p>",
        ),
        # The longest term wins; a part of a word is none.
        ("<p>area, bonded area</p>", "<p>[area→area], [bonded area→bonded]</p>"),
        ("<p>areas subarea area-wide</p>", "<p>areas subarea [area→area]-wide</p>"),
        ("<p>1210 and 12100</p>", "<p>[1210→bonded] and 12100</p>"),
        # Abbreviations as they are written: "It" at the head of a sentence is no technology.
        ("<p>It is it. IT is.</p>", "<p>It is it. [IT→it] is.</p>"),
        ("<p>Who says so? The WHO.</p>", "<p>Who says so? The [WHO→who].</p>"),
        ("<p>afcfta, AFCFTA, AfCFTA</p>", "<p>afcfta, AFCFTA, [AfCFTA→afcfta]</p>"),
        ("<p>5g, 5G</p>", "<p>5g, [5G→5g]</p>"),
        ("<p>information technology</p>", "<p>[information technology→it]</p>"),
        # Not inside links; the next use outside is then the first.
        (
            '<p><a href="/x" rel="nofollow">bonded area</a>, bonded area</p>',
            '<p><a href="/x" rel="nofollow">bonded area</a>, [bonded area→bonded]</p>',
        ),
        (
            '<p><a href="/x">the <em>bonded area</em></a> and <em>bonded area</em></p>',
            '<p><a href="/x">the <em>bonded area</em></a> and <em>[bonded area→bonded]</em></p>',
        ),
        ('<p><a href="/area">x</a></p>', '<p><a href="/area">x</a></p>'),
        # Names of characters are no words, and a term may hold one.
        ("<p>AT&amp;T, R&amp;D, amp</p>", "<p>AT&amp;T, [R&amp;D→r-and-d], [amp→amplifier]</p>"),
        # Breaks of lines and either apostrophe.
        ("<p>bonded\narea</p>", "<p>[bonded\narea→bonded]</p>"),
        ("<p>Singles’ Day</p>", "<p>[Singles’ Day→double-11]</p>"),
        ("<p>Singles' Day</p>", "<p>[Singles' Day→double-11]</p>"),
        # Other scripts, and letters whose small form is longer.
        ("<p>the SÃO TOMÉ rail</p>", "<p>the [SÃO TOMÉ rail→sao]</p>"),
        ("<p>郑州 area 港</p>", "<p>郑州 [area→area] 港</p>"),
        ("<p>İİİ bonded area</p>", "<p>İİİ [bonded area→bonded]</p>"),
        ("<p>BAPA+40 (plan)</p>", "<p>[BAPA+40 (plan)→plus]</p>"),
    ],
)
def test_mark_first_use(html, marked):
    assert mark(html) == marked


def test_mark_first_use_over_all_sections():
    sections = {"challenge": "<p>bonded area</p>", "solution": "<p>bonded area, 5G</p>"}
    assert Marker(TERMS).mark(sections) == {
        "challenge": '<p><a class="term" href="/glossary/#bonded">bonded area</a></p>',
        "solution": '<p>bonded area, <a class="term" href="/glossary/#5g">5G</a></p>',
    }


def test_mark_nothing_without_terms():
    sections = {"challenge": "<p>area</p>"}
    assert Marker([]).mark(sections) == sections


def test_mark_for_the_first_of_two_terms_of_one_word():
    terms = [
        GlossaryTerm(slug="one", term="Port"),
        GlossaryTerm(slug="two", term="Harbour", aliases=["port", ""]),
    ]
    assert mark("<p>port, harbour</p>", terms) == "<p>[port→one], [harbour→two]</p>"


WORDS = ["bonded", "area", "IT", "it", "R&D", "<", "&", "amp", "İ", "[x](/y)", "**", "\n", "郑州"]


@examples(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_mark_changes_nothing_but_links(text):
    html = markdown.render(text)
    marked = Marker(TERMS).mark({"only": html})["only"]
    assert LINK.sub(r"\2", marked) == html
    slugs = [slug for slug, _word in LINK.findall(marked)]
    assert len(slugs) == len(set(slugs))


@examples(deadline=None)
@given(
    st.lists(st.text("ab '&<+", min_size=1, max_size=5).map(fold), min_size=1),
    st.text("ab '’&\n", max_size=20),
)
def test_find_the_longest_word_at_each_place(words, text):
    """Sorted by their beginnings, the words are found as when each is tried at each place."""
    words = sorted(filter(None, words), key=len, reverse=True)
    one_by_one = re.compile("|".join(map(loosely, words)) or r"(?!)")
    found = re.compile(one_of(words) or r"(?!)").finditer(text)
    assert [match.span() for match in found] == [
        match.span() for match in one_by_one.finditer(text)
    ]


CHINESE = [
    GlossaryTerm(slug="trade", term="跨境电商"),
    GlossaryTerm(slug="bonded", term="保税"),
    GlossaryTerm(slug="warehouse", term="保税仓库"),
    GlossaryTerm(slug="5g", term="5G"),
    GlossaryTerm(slug="b2c", term="B2C", abbreviation="B2C"),
]


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>发展跨境电商。</p>", "<p>发展[跨境电商→trade]。</p>"),
        ("跨境电商", "[跨境电商→trade]"),
        # The longest term wins, and terms may touch each other, letters and digits.
        (
            "<p>跨境电商保税仓库保税</p>",
            "<p>[跨境电商→trade][保税仓库→warehouse][保税→bonded]</p>",
        ),
        ("<p>B2C跨境电商5个</p>", "<p>[B2C→b2c][跨境电商→trade]5个</p>"),
        ("<p>采用5G网络，15G</p>", "<p>采用[5G→5g]网络，15G</p>"),
        ("<p>15G</p>", "<p>15G</p>"),
        ('<p><a href="/x">保税</a>保税</p>', '<p><a href="/x">保税</a>[保税→bonded]</p>'),
    ],
)
def test_mark_terms_in_chinese(html, marked):
    found = Marker(CHINESE, language="zh").mark({"only": html})["only"]
    assert LINK.sub(r"[\2→\1]", found) == marked


@pytest.mark.django_db
def test_mark_a_translation_with_translated_terms():
    port = GlossaryTermFactory(slug="port", term="Port", aliases=["harbour"])
    GlossaryTermFactory(slug="rail", term="Rail")
    translated("term", port)
    html = {"a": "Rail, harbour, es port"}
    spanish = marker(1, "es").mark(html)["a"]
    assert LINK.sub(r"[\2→\1]", spanish) == "Rail, harbour, [es port→port]"
    english = marker(1, "en").mark(html)["a"]
    assert LINK.sub(r"[\2→\1]", english) == "[Rail→rail], [harbour→port], es port"
    assert marker(1, "ru").mark(html) == html


@pytest.mark.django_db
def test_keep_marker_for_one_edition():
    GlossaryTermFactory(slug="port", term="Port")
    first = marker(1, "en")
    GlossaryTermFactory(slug="rail", term="Rail")
    assert marker(1, "en") is first
    assert marker(2, "en").mark({"a": "rail"}) == {
        "a": '<a class="term" href="/glossary/#rail">rail</a>'
    }
