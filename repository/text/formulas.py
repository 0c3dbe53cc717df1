"""Protection against CSV injection: cells that spreadsheets would treat as formulas."""

import re
import unicodedata
from collections.abc import Callable

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?\Z", re.IGNORECASE)
# Spreadsheets may split a CSV file at these, whatever its delimiter: a new cell may begin after
# each of them.
SEPARATOR = re.compile(r"([;\t])")
FIRST = frozenset("=+-@")


def guard(cell):
    """Escape a string that a spreadsheet would treat as a formula; numbers and dates are safe."""
    if not isinstance(cell, str):
        return cell
    return in_rest(covered(cell), covered)


def unguard(cell):
    """Reverse `guard`."""
    if not isinstance(cell, str):
        return cell
    return uncovered(in_rest(cell, uncovered))


def in_rest(cell: str, change: Callable[[str], str]) -> str:
    """Apply `change` to each piece after a separator."""
    first, *rest = SEPARATOR.split(cell)
    pieces = [piece if number % 2 == 0 else change(piece) for number, piece in enumerate(rest)]
    return "".join([first, *pieces]) if rest else cell


def covered(cell: str) -> str:
    return f"'{cell}" if is_formula(cell) else cell


def uncovered(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and is_formula(cell) else cell


def is_formula(text: str) -> bool:
    """May a spreadsheet treat the text as a formula, also after characters that it skips?

    These are spaces, control and format characters (byte order mark, zero width), combining marks
    and separators. Compatibility forms, such as full-width characters, are normalized. A guarded
    cell counts as a formula, so that its apostrophe is escaped as well.
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
