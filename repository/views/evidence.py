"""Figures arranged for a page."""


def evidence_groups(evidence, *, headlines: bool = False) -> list[dict]:
    """Figures under their headings; those without a heading stand in one table at the end.

    Headlines of no group are left out, as the page shows them large, unless asked for.
    """
    groups: dict[str, list] = {}
    for row in evidence:
        if not row.is_missing and (headlines or row.group or not row.is_headline):
            groups.setdefault(row.group, []).append(row)
    loose = groups.pop("", [])
    named = [evidence_group(title, rows) for title, rows in groups.items()]
    return [*named, evidence_group("", loose)] if loose else named


def evidence_group(title: str, rows: list) -> dict:
    """Figures that stand together: as bars if all are per cent; a common source is said once."""
    sources = {row.source_text for row in rows}
    return {
        "title": title,
        "rows": rows,
        "bars": bool(title) and len(rows) > 1 and all(row.per_cent is not None for row in rows),
        # The figure whose source stands for all.
        "source": rows[0] if len(sources) == 1 and sources != {""} else None,
        "language": rows[0].language if rows else "",
    }
