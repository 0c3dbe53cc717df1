"""What is read from a series folder, and the mistakes found in it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend: where it is, and why it cannot be loaded.

    Line 0 is the file as a whole, and no field the entry as a whole.
    """

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return ": ".join(part for part in (where, self.field, self.reason) if part)


class SeriesError(Exception):
    """A series folder that cannot be loaded; `mistakes` holds every one of them."""

    def __init__(self, mistakes: list[Mistake]):
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Entry(dict):
    """A mapping of a file that remembers the line of each of its keys.

    `is_sound` turns false with the first mistake found in it; `wrong` are the keys that have one.
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
    """What was read: the series itself, for each kind its entries by key, and the mistakes.

    `found` are all entries of a kind, also those without a key, or with one that stands twice.
    """

    series: Entry = field(default_factory=Entry)
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    found: dict[str, list[Entry]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
