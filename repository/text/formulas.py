"""Cells that spreadsheets would take for formulas, made harmless and back."""

import re
import unicodedata
from collections.abc import Callable

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?\Z", re.IGNORECASE)
# Spreadsheets may split a CSV file at these, whatever it was written with: after each of them
# another cell begins.
SEPARATOR = re.compile(r"([;\t])")
FIRST = frozenset("=+-@")


def guard(cell):
    """A cell that no spreadsheet takes for a formula. Numbers and dates are harmless."""
    if not isinstance(cell, str):
        return cell
    return in_rest(covered(cell), covered)


def unguard(cell):
    """The cell as it was before `guard`."""
    if not isinstance(cell, str):
        return cell
    return uncovered(in_rest(cell, uncovered))


def in_rest(cell: str, change: Callable[[str], str]) -> str:
    """The cell with a change made to each piece after a separator."""
    first, *rest = SEPARATOR.split(cell)
    pieces = [piece if number % 2 == 0 else change(piece) for number, piece in enumerate(rest)]
    return "".join([first, *pieces]) if rest else cell


def covered(cell: str) -> str:
    return f"'{cell}" if is_formula(cell) else cell


def uncovered(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and is_formula(cell) else cell


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may read a formula, also after characters that it skips.

    Those are spaces, control and format characters (byte order mark, zero width), combining
    marks and separators. Compatibility forms, like the wide ones of East Asian languages, count as
    what they stand for. A cell that is guarded already is one: its apostrophe is guarded as well.
    """
    if NUMBER.match(text):
        return False
    text = text.lstrip("'")
    if text.startswith(("\t", "\r", "\n")):
        return True
    for character in text:
        if character != ";" and unicodedata.category(character)[0] not in "ZCM":
            return unicodedata.normalize("NFKC", character)[0] in FIRST
    return False
