"""The numbers that are drawn are those of the tables."""

import re
from datetime import date

import pytest
from django.utils import translation

from partnerships.figures import charts
from partnerships.figures.countries import Counted, counted_by_country, draw_countries
from partnerships.figures.flows import draw_flows
from partnerships.figures.messages import with_message
from repository.pages.tables import Table

DAY = date(2026, 11, 25)


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
    months = table("x", ("May", "not shown"), ("June", 0), is_series=True)
    assert charts.chart(months).columns == ()


@pytest.mark.parametrize("rows", [[], [("a", 0)]])
def test_draw_nothing_without_a_number(rows):
    drawn = charts.chart(table("x", *rows))
    assert (drawn.bars, drawn.columns, drawn.line) == ((), (), None)


def test_draw_columns_to_scale():
    rows = [("May", 4), ("June", "not shown"), ("July", 0), ("August", 8)]
    drawn = charts.chart(table("x", *rows, is_series=True))
    assert [column.height for column in drawn.columns] == [44, None, 0, 88]
    assert [column.top for column in drawn.columns] == [64, 108, 108, 20]
    assert [column.x for column in drawn.columns] == [2, 102, 202, 302]
    assert drawn.description == "May: 4; June: not shown; July: 0; August: 8"


def test_draw_lines_on_one_scale():
    one, other = charts.lines(
        [
            table("x", ("2024", 0), ("2025", 5), ("2026", 10), is_series=True),
            table("y", ("2024", 5), ("2025", 5), ("2026", 0), is_series=True),
        ]
    )
    assert one.line.points == ((6, 58), (98, 37), (190, 16))
    assert other.line.points == ((6, 37), (98, 37), (190, 58))
    assert one.line.area == "M6,58L6,58L98,37L190,16L190,58z"
    (single,) = charts.lines([table("x", ("2026", 3), is_series=True)])
    assert single.line.points == ((190, 16),)
    assert charts.lines([table("x", ("2026", 0))]) == []


def test_compare_steps_of_a_funnel():
    drawn = charts.funnel(table("funnel", ("a", 8), ("b", "not shown"), ("c", 4), ("d", 1)))
    assert [(bar.width, bar.share) for bar in drawn.bars] == [
        (100.0, None),
        (None, None),
        (50.0, None),
        (12.5, 25),
    ]


def test_draw_arrows_by_number():
    drawn = draw_flows([("Asia", "Africa", 4), ("Africa", "Africa", 2), ("", "Africa", 9)])
    assert [(arrow.flow, arrow.number) for arrow in drawn.arrows] == [
        (("Asia", "Africa", 4), 4),
        (("Africa", "Africa", 2), 2),
    ]
    widths = [arrow.width for arrow in drawn.arrows]
    assert widths == [9.0, 5.2]
    assert [spot.name for spot in drawn.spots] == ["Africa", "Asia"]
    # A flow without a place is in the description.
    assert drawn.description == (
        "Asia shares with Africa: 4 partnerships. Africa shares with Africa: 2 partnerships. "
        "Not known shares with Africa: 9 partnerships"
    )
    assert draw_flows([]) is None
    assert draw_flows([("", "Africa", 1)]) is None


def test_draw_countries_as_dots_by_number():
    found = [Counted("Kenya", 37, 0, 2), Counted("China", 104, 35, 8), Counted("Benin", 2, 9, 1)]
    drawn = draw_countries(found)
    assert [round(dot.radius**2) for dot in drawn.dots] == [400, 100, 50]
    assert [dot.label.text for dot in drawn.dots] == ["China: 8", "Kenya: 2", "Benin: 1"]
    assert drawn.description == "China: 8; Kenya: 2; Benin: 1"
    assert draw_countries([]) is None


@pytest.mark.parametrize(("made", "numbers"), [(1, [("Kenya", 1)]), (0, [("Kenya", 3)])])
def test_count_requests_by_country_before_the_first_partnership(made, numbers):
    rows = [
        {"iso2": "KE", "latitude": 0, "longitude": 37, "asked": 3, "made": made},
        {"iso2": "BJ", "latitude": None, "longitude": None, "asked": 9, "made": 9},
    ]
    assert [(each.name, each.number) for each in counted_by_country(rows)] == numbers


def test_keep_the_two_directions_apart():
    there, back = draw_flows([("Asia", "Africa", 1), ("Africa", "Asia", 1)]).arrows
    numbers = [list(map(float, re.findall(r"[\d.]+", arrow.path))) for arrow in (there, back)]
    assert numbers[0][:2] != numbers[1][4:]
    assert (there.x, there.y) != (back.x, back.y)
    # They end at a distance from the centres, in opposite order.
    assert numbers[0][0] > numbers[0][4]
    assert numbers[1][0] < numbers[1][4]


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
        (
            "requests-by-year",
            [("2025", 1), ("2026", 3)],
            "Requests opened: 3 so far in 2026, 1 in 2025",
        ),
        ("requests-by-year", [("2024", 1), ("2025", 3)], "Requests opened: 3 in 2025, 1 in 2024"),
        ("requests-by-year", [("2026", 3)], ""),
        ("ends", [("a", 5)], ""),
    ],
)
def test_state_what_the_numbers_show(key, rows, message):
    assert with_message(table(key, *rows), DAY).message == message
    with translation.override("fr"):
        with_message(table(key, *rows), DAY)
