"""Figures arranged for a page."""


def evidence_groups(evidence, *, headlines: bool = False, is_drawn: bool = False) -> list[dict]:
    """Figures under their headings; those without a heading stand in one table at the end.

    Headlines of no group are left out, as the page shows them large, unless asked for. Where
    `is_drawn` is set, whatever can be compared is drawn: a single share, and amounts of one unit.
    """
    groups: dict[str, list] = {}
    for row in evidence:
        if not row.is_missing and (headlines or row.group or not row.is_headline):
            groups.setdefault(row.group, []).append(row)
    loose = groups.pop("", [])
    named = [evidence_group(title, rows, is_drawn=is_drawn) for title, rows in groups.items()]
    return [*named, evidence_group("", loose)] if loose else named


def evidence_group(title: str, rows: list, *, is_drawn: bool = False) -> dict:
    """Figures that stand together: as bars if all are per cent; a common source is said once."""
    sources = {row.source_text for row in rows}
    widths = bar_widths(rows, is_drawn=is_drawn) if title else []
    return {
        "title": title,
        "rows": rows,
        # Each figure with the length of its bar; none where the figures stand in a table.
        "bars": list(zip(rows, widths, strict=True)) if widths else [],
        # Bars show period and numbers where the page has nothing else to say about the figures.
        "has_details": is_drawn,
        # The figure whose source stands for all.
        "source": rows[0] if len(sources) == 1 and sources != {""} else None,
        "language": rows[0].language if rows else "",
    }


def bar_widths(rows: list, *, is_drawn: bool) -> list[str]:
    """The length of the bar of each figure, of 100; empty where the figures cannot be compared."""
    if all(row.per_cent is not None for row in rows):
        return [row.bar_width for row in rows] if is_drawn or len(rows) > 1 else []
    measures = {row.unit or row.currency for row in rows}
    is_comparable = len(rows) > 1 and len(measures) == 1 and measures != {""}
    if not is_drawn or not is_comparable or any(not row.value for row in rows):
        return []
    most = max(row.value for row in rows)
    return [f"{100 * row.value / most:.1f}" for row in rows]
