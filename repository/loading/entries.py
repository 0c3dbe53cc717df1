"""Entries of a series folder, and errors found in it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Mistake:
    """An error: its location, and why the value cannot be loaded.

    Line 0 stands for the whole file, an empty field for the whole entry.
    """

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return ": ".join(part for part in (where, self.field, self.reason) if part)


class SeriesError(Exception):
    """A series folder that cannot be loaded; `mistakes` holds all errors."""

    def __init__(self, mistakes: list[Mistake]):
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Entry(dict):
    """A mapping from a file, with the line of each key.

    `is_sound` is false if it has errors; `wrong` holds the keys with errors.
    """

    file = ""
    line = 1
    is_sound = True

    def __init__(self, *args):
        super().__init__(*args)
        self.lines: dict[str, int] = {}
        self.wrong: set[str] = set()

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


@dataclass
class SeriesFolder:
    """A parsed folder: the series, the entries of each kind by key, and the errors.

    `found` holds all entries of a kind, also those without a key or with a duplicate key.
    """

    series: Entry = field(default_factory=Entry)
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    found: dict[str, list[Entry]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
