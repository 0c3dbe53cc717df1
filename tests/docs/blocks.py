"""The commands of a page of the documentation."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

DOCS = Path(settings.BASE_DIR) / "docs"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the heading above it, and its text."""

    language: str
    heading: str
    text: str


def blocks_of(page: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    found: list[Block] = []
    heading, language, lines = "", None, []
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            if language is None:
                language, lines = line.removeprefix("```"), []
            else:
                found.append(Block(language, heading, "\n".join(lines) + "\n"))
                language = None
        elif language is not None:
            lines.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("#").strip()
    return found
