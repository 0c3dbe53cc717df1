"""Cutting off quotations, in replies as many mail programs write them."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from partnerships.replies.quotes import (
    html_to_text,
    joined_lines,
    marker,
    new_text,
    with_line_breaks,
)
from tests.partnerships.replies.samples import ANSWER, HTML, MARKER, NAME, SENDER, STAYS, TEXTS
from tests.timing import ends_soon

NAMES = [NAME, SENDER]


def cut(text: str) -> str:
    return new_text(text.replace("\r\n", "\n"), senders=NAMES)


def test_samples_have_the_line_of_our_emails():
    with override("en"):
        assert marker() == MARKER


@pytest.mark.parametrize("program", TEXTS)
def test_cut_off_what_is_quoted(program):
    assert cut(TEXTS[program]) == ANSWER + STAYS.get(program, "")


def test_cut_off_what_is_quoted_where_nothing_is_answered():
    for program, text in TEXTS.items():
        rest = text.replace("\r\n", "\n").partition(ANSWER)[2]
        assert cut(rest) == STAYS.get(program, "").strip(), program


@pytest.mark.parametrize("program", HTML)
def test_cut_off_what_is_quoted_in_html(program):
    lines = [line for line in cut(html_to_text(HTML[program])).split("\n") if line]
    assert lines == [line for line in ANSWER.split("\n") if line]


@pytest.mark.parametrize(
    "text",
    [
        "Please write to exchange@exchange.example if it is urgent.\n\nWe are looking forward.",
        "Three dates in 2026 and 2027:\n\n1. March\n2. June",
        "Call on 12345678:",
        "A quotation:\n\n> Four officers\n\nThat is what we mean.",
        "| city | officers |\n|---|---|\n| Cotonou | 4 |\n\nThese are all.",
        "# Programme\n\n## - first day -\n\nVisit",
        "Above\n\n---\n\nBelow",
    ],
)
def test_leave_what_is_no_quotation(text):
    assert cut(text) == text


@pytest.mark.parametrize("text", ["", " \n ", f"> {MARKER}", MARKER, "> only\n> quoted", "---"])
def test_find_nothing_where_nothing_is_written(text):
    assert cut(text) == ""


def test_text_below_the_line_is_not_posted():
    assert cut(f"> {MARKER}\n> When can we come?\n\nIn March.") == ""


def test_join_lines_of_flowed_text():
    flowed = "Four officers \ncome in \nMarch.\n Stuffed\n> quoted \n> line\n-- \nLi"
    assert joined_lines(flowed) == (
        "Four officers come in March.\nStuffed\n> quoted \n> line\n-- \nLi"
    )


def test_keep_line_breaks_of_people_only():
    wrapped = f"{'We would like to send four officers of the port ' * 2}\nin March."
    text = f"Dear Amina,\n\n{wrapped}\n\n- one\n- two\n\nRegards\nLi"
    assert with_line_breaks(text) == text.replace("Regards\n", "Regards  \n").replace(
        "- one\n", "- one  \n"
    )


def test_read_html_as_text():
    html = "A &lt;b&gt; &amp; <b>B</b>\nC<br>D<blockquote>E<br>F<p>G</p></blockquote>H<hr>I"
    assert html_to_text(html).split("\n") == [
        *("A <b> & B C", "D", "> E", "> F", "> G", ">", "H", "---", "I")
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x",
        "<blockquote>" * 499 + "x" * 100_000,
        "<" * 300_000,
        "&" * 300_000,
        "<p>x" * 75_000,
        "<li><p>" * 40_000,
        "<a " + "b=1 " * 75_000,
        "<!--" * 75_000,
        "<table>" * 40_000,
        "<svg><math>" * 200,
    ],
)
def test_read_hostile_html_quickly(html):
    with ends_soon():
        html_to_text(html)


@pytest.mark.parametrize(
    "text",
    [
        "##-" * 50_000,
        "\n##-a" * 40_000,
        " " * 200_000,
        ">" * 200_000,
        "\n" * 200_000,
        "-" * 200_000,
        "---x" * 50_000,
        "_" * 100_000 + "x",
        "a:\n" * 50_000,
        f"{SENDER}\n" * 10_000,
        f"From: {SENDER}\n" * 10_000,
    ],
)
def test_cut_hostile_text_quickly(text):
    with ends_soon():
        cut(text)
        joined_lines(text)


WORDS = st.text(st.sampled_from("ab1:>|-#<&; \n\t_*/" + "é写\u200f\ufeff"), max_size=60)


@given(WORDS, WORDS)
def test_never_post_what_is_below_the_line(above, below):
    assert "secret" not in cut(f"{above}\n> {MARKER}\n{below} secret")


@given(st.text(max_size=300))
def test_read_any_html(html):
    assert isinstance(cut(html_to_text(html)), str)
