"""What changed between two texts, word by word."""

import difflib
import re

# Words left on each side of a change where the rest of the text is the same.
CONTEXT = 8
# Beyond this many words the two texts are shown whole: comparing takes quadratic time.
MOST_WORDS = 4_000

Piece = tuple[str, str]


def word_pieces(old: str, new: str) -> list[Piece]:
    """Pieces of ("same" | "removed" | "added" | "gap", text), in reading order.

    "gap" has no text: it stands for unchanged words left out. Joined, "same" and "removed" give
    the old text but for the gaps, "same" and "added" the new one.
    """
    before, after = words(old), words(new)
    if len(before) + len(after) > MOST_WORDS:
        return [("removed", old), ("added", new)]
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    codes = matcher.get_opcodes()
    for position, (code, i, j, k, m) in enumerate(codes):
        if code == "equal":
            pieces += same(before[i:j], first=position == 0, last=position == len(codes) - 1)
            continue
        if j > i:
            pieces.append(("removed", "".join(before[i:j])))
        if m > k:
            pieces.append(("added", "".join(after[k:m])))
    return pieces


def words(text: str) -> list[str]:
    """Words with the space behind them; each character of unspaced scripts by itself."""
    return re.findall(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\s\u2e80-\u9fff\uf900-\ufaff]+\s*|\s+", text)


def same(run: list[str], *, first: bool, last: bool) -> list[Piece]:
    """An unchanged run, with a gap where it is long."""
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(run) <= head + tail + 2:
        return [("same", "".join(run))]
    pieces = [
        ("same", "".join(run[:head])),
        ("gap", ""),
        ("same", "".join(run[len(run) - tail :])),
    ]
    return [piece for piece in pieces if piece[1] or piece[0] == "gap"]
