"""The numbers that are drawn are those of the tables."""

import pytest
from django.utils import translation

from partnerships.figures import charts
from partnerships.figures.messages import with_message
from repository.pages.tables import Table


def table(key: str, *rows: tuple, **fields) -> Table:
    return Table(key, "Title", "Counted.", ("Milestone", "Number"), rows, **fields)


def test_draw_bars_to_scale():
    drawn = charts.chart(table("x", ("a", 8), ("b", 2), ("c", 0), ("d", "not shown")))
    assert [(bar.label, bar.value, bar.width) for bar in drawn.bars] == [
        ("a", 8, 100.0),
        ("b", 2, 25.0),
        ("c", 0, 0.0),
        ("d", "not shown", None),
    ]
    assert drawn.undrawn == 0


def test_draw_at_most_nine_bars():
    drawn = charts.chart(table("x", *((str(n), 20 - n) for n in range(12))))
    assert [bar.value for bar in drawn.bars] == list(range(20, 11, -1))
    assert drawn.undrawn == 3


def test_draw_bars_of_hidden_numbers_without_a_length():
    drawn = charts.chart(table("x", ("a", "not shown"), ("b", 0)))
    assert [(bar.value, bar.width) for bar in drawn.bars] == [("not shown", None), (0, 0)]


@pytest.mark.parametrize("rows", [[], [("a", 0)]])
def test_draw_nothing_without_a_number(rows):
    assert charts.chart(table("x", *rows)).bars == ()


def test_compare_steps_of_a_funnel():
    drawn = charts.funnel(table("funnel", ("a", 8), ("b", "not shown"), ("c", 4), ("d", 1)))
    assert [(bar.width, bar.share) for bar in drawn.bars] == [
        (100.0, None),
        (None, None),
        (50.0, None),
        (12.5, 25),
    ]


@pytest.mark.parametrize(
    ("key", "rows", "message"),
    [
        ("funnel", [("a", 1), ("b", 1)], "1 of 1 request led to a partnership"),
        ("funnel", [("a", 4), ("b", 1)], "1 of 4 requests led to a partnership"),
        ("requests", [("Open", 1), ("Closed", 2)], "1 of 3 requests is open"),
        ("requests", [("Open", 0), ("Closed", 2)], ""),
        ("themes", [("Trade", 3), ("Rural", 1)], "Most requests are about “Trade”: 3"),
        # No row is the largest.
        ("themes", [("Trade", 3), ("Rural", 3)], ""),
        ("themes", [], ""),
        ("case-regions", [("Asia", 9), ("Africa", 1)], "Most cases come from Asia: 9"),
        ("case-regions", [("No country: an organisation’s perspective", 9)], ""),
        ("countries", [("Benin", 5, 2)], "Benin has the most partnerships: 2"),
        (
            "flows",
            [("Asia", "Africa", 1)],
            "Most partnerships of Asia are with Africa: 1 partnership",
        ),
        ("ends", [("a", 5)], ""),
    ],
)
def test_state_what_the_numbers_show(key, rows, message):
    assert with_message(table(key, *rows)).message == message
    with translation.override("fr"):
        with_message(table(key, *rows))
