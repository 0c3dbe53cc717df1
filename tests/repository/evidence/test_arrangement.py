"""Figures of different kinds, each drawn in its own form."""

from decimal import Decimal
from itertools import count

from repository.evidence.arrangement import evidence_groups, tiles
from repository.models import Evidence

keys = count(1)


def figure(value=None, **fields) -> Evidence:
    value = None if value is None else Decimal(value)
    return Evidence(pk=next(keys), value=value, **{"label": "of it"} | fields)


def forms(rows) -> list[str | None]:
    return [drawing and drawing.form.value for _row, drawing in tiles(rows)]


def test_draw_each_figure_in_its_own_form():
    rows = [figure(56), figure(1500), figure(51, unit="%"), figure(display="11 November")]
    assert forms(rows) == ["marks", "many", "share", None]


def test_draw_no_bars_of_several_figures_in_each():
    rows = [figure(value, unit="%", group="G") for value in (30, 20, 10)]
    assert [drawing.rows for _row, drawing in tiles(rows)] == [[row] for row in rows]


def test_draw_once_what_a_drawing_compares():
    rows = [
        figure("300000000", group="G"),
        figure(50, unit="km", qualifier="more than", group="G"),
    ]
    assert forms(rows) == ["beyond", None]


def test_keep_a_table_of_figures_that_no_form_draws():
    rows = [figure(display="11 November"), figure("1.5", unit="times")]
    assert tiles(rows) == []
    [group] = evidence_groups(rows, is_drawn=True)
    assert (group["tiles"], group["rows"]) == ([], rows)


def test_draw_figures_without_a_heading():
    rows = [figure(15), figure(55)]
    [group] = evidence_groups(rows, is_drawn=True)
    assert [row for row, _drawing in group["tiles"]] == rows
    [group] = evidence_groups(rows)
    assert group["tiles"] == []


def test_compare_no_ranks_as_bars():
    rows = [figure(value, unit="rank", group="G") for value in (97, 56)]
    [group] = evidence_groups(rows, is_drawn=True)
    assert (group["bars"], group["tiles"], group["rows"]) == ([], [], rows)
