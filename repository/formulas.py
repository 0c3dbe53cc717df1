"""Cells that spreadsheets would take for formulas, made harmless and back."""

import re

# Also the wide forms that spreadsheets in East Asian languages accept.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?\Z", re.IGNORECASE)


def guard(cell):
    """A cell that no spreadsheet takes for a formula. Numbers and dates are harmless."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.match(cell):
        return f"'{cell}"
    return cell


def unguard(cell):
    """The cell as it was before `guard`."""
    if isinstance(cell, str) and cell.startswith("'") and FORMULA.match(cell):
        return cell[1:]
    return cell
