"""Group figures for display."""

from collections.abc import Sequence

from repository.evidence.drawings import Drawing, draw
from repository.evidence.drawings.measures import is_amount
from repository.evidence.models import DrawnAs, Evidence


def number_figures(evidence) -> None:
    """Number the figures of a case from 1, in the order of the editors, to be named and linked.

    The order does not depend on which of them are shown large. Figures without data have no number.
    `partnerships/ranking/proofs.py` numbers them in the same way.
    """
    shown = [row for row in evidence if not row.is_missing]
    for number, row in enumerate(sorted(shown, key=lambda row: (row.position, row.pk)), 1):
        row.figure_number = number


def evidence_groups(evidence, *, is_drawn: bool = False) -> list[dict]:
    """Return figures grouped by heading; those without one are in a table at the end.

    Key figures without a group are left out: their page shows them large.
    With `is_drawn`, each group is drawn: single shares and amounts of the same unit as bars too,
    other figures each in its own form.
    """
    groups: dict[str, list] = {}
    for row in evidence:
        if not row.is_missing and (row.group or not row.is_key):
            groups.setdefault(row.group, []).append(row)
    loose = groups.pop("", [])
    named = [evidence_group(title, rows, is_drawn=is_drawn) for title, rows in groups.items()]
    return [*named, evidence_group("", loose, is_drawn=is_drawn)] if loose else named


def evidence_group(title: str, rows: list, *, is_drawn: bool = False) -> dict:
    """Return a group of figures: as bars if all are percentages; with a common source if any."""
    sources = {row.source_text for row in rows}
    widths = bar_widths(rows, is_drawn=is_drawn) if title else []
    return {
        "title": title,
        "rows": rows,
        # Pairs of figure and bar length; empty if the figures are shown in a table.
        "bars": list(zip(rows, widths, strict=True)) if widths else [],
        # Pairs of figure and drawing instead of a table; empty if none can be drawn.
        "tiles": tiles(rows) if is_drawn and not widths else [],
        # Bars show period and numbers only where they are the main content.
        "has_details": is_drawn,
        # A figure whose source is that of all figures.
        "source": rows[0] if len(sources) == 1 and sources != {""} else None,
        "language": rows[0].language if rows else "",
    }


def tiles(rows: Sequence[Evidence]) -> list[tuple[Evidence, Drawing | None]]:
    """Return figures with their drawings; those that one drawing compares share it."""
    drawings = {row.pk: drawn_alone(row, rows) for row in rows}
    shared = {
        other.pk
        for drawing in drawings.values()
        if drawing
        for other in drawing.rows
        if other.pk != drawing.main.pk
    }
    pairs = [(row, None if row.pk in shared else drawings[row.pk]) for row in rows]
    return pairs if any(drawing for _row, drawing in pairs) else []


def drawn_alone(row: Evidence, rows: Sequence[Evidence]) -> Drawing | None:
    """Draw a figure; not as one of several bars, which would repeat the others."""
    drawing = draw(row, rows)
    if drawing and drawing.form == DrawnAs.BARS and len(drawing.rows) > 1:
        return draw(row, [row])
    return drawing


def bar_widths(rows: list, *, is_drawn: bool) -> list[str]:
    """Return the bar length of each figure, 0 to 100; empty if they cannot be compared."""
    if all(row.per_cent is not None for row in rows):
        return [row.bar_width for row in rows] if is_drawn or len(rows) > 1 else []
    measures = {row.unit or row.currency for row in rows}
    is_comparable = len(rows) > 1 and len(measures) == 1 and measures != {""}
    if not is_drawn or not is_comparable:
        return []
    if any(not row.value or not is_amount(row) for row in rows):
        return []
    most = max(row.value for row in rows)
    return [f"{100 * row.value / most:.1f}" for row in rows]
