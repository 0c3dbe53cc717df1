"""Word-by-word comparison of two texts."""

import difflib
import re

# Unchanged words shown on each side of a change.
CONTEXT = 8
# Comparison takes quadratic time or more: above this number of word pairs show both texts whole.
MAX_PAIRS = 500_000

Piece = tuple[str, str]


def word_pieces(old: str, new: str, *, whole: bool = False) -> list[Piece]:
    """Return pieces of ("same" | "removed" | "added" | "gap", text), in reading order.

    "gap" has no text and stands for omitted unchanged words; with `whole` there are none. Except
    for the gaps, "same" and "removed" joined are the old text, "same" and "added" the new one.
    """
    before, after = words(old), words(new)
    head = common(before, after)
    tail = common(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    pieces: list[Piece] = []
    if len(middle[0]) * len(middle[1]) > MAX_PAIRS:
        codes = [("replace", 0, len(middle[0]), 0, len(middle[1]))]
    else:
        codes = difflib.SequenceMatcher(None, *middle, autojunk=False).get_opcodes()
    if head:
        pieces += same(before[:head], first=True, last=not codes and not tail, whole=whole)
    for code, i, j, k, m in codes:
        if code == "equal":
            pieces += same(middle[0][i:j], first=False, last=False, whole=whole)
            continue
        if j > i:
            pieces.append(("removed", "".join(middle[0][i:j])))
        if m > k:
            pieces.append(("added", "".join(middle[1][k:m])))
    if tail:
        pieces += same(before[len(before) - tail :], first=False, last=True, whole=whole)
    return pieces


def common(one: list[str], other: list[str]) -> int:
    """Return the number of words in the common prefix of two texts."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def words(text: str) -> list[str]:
    """Split into words with trailing space, and single characters of scripts without spaces."""
    return re.findall(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\s\u2e80-\u9fff\uf900-\ufaff]+\s*|\s+", text)


def same(run: list[str], *, first: bool, last: bool, whole: bool) -> list[Piece]:
    """Return an unchanged run, with a gap if it is long and need not be `whole`."""
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if whole or len(run) <= head + tail + 2:
        return [("same", "".join(run))]
    pieces = [
        ("same", "".join(run[:head])),
        ("gap", ""),
        ("same", "".join(run[len(run) - tail :])),
    ]
    return [piece for piece in pieces if piece[1] or piece[0] == "gap"]
