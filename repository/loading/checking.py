"""Validate the entries of a series folder against the schema."""

import datetime as dt
import re
from decimal import Decimal
from difflib import get_close_matches

from django.core.exceptions import ValidationError

from .entries import Entry, Mistake
from .schema import WORDS, Field

# Characters of an invalid value shown in a message.
MAX_SHOWN_LENGTH = 60
PATTERNS = {
    str: r"[^\0]*",
    int: r"[-+]?\d{1,30}",
    float: r"[-+]?\d{1,30}(\.\d{1,30})?",
    Decimal: r"[-+]?\d{1,30}(\.\d{1,30})?",
    dt.date: r"\d{4}-\d\d-\d\d",
}


class Checker:
    """Validates entries and converts their values to the types of the fields.

    Invalid values become None, so that the rest of the entry can be checked further.
    """

    def __init__(self, known: dict[str, set | None], mistakes: list[Mistake]):
        self.known = known
        self.mistakes = mistakes

    def check(self, entry: Entry, fields: dict[str, Field], file: str) -> None:
        if not entry.is_sound and not entry.lines:  # it could not be parsed
            return
        for key in entry:
            if key not in fields:
                self.wrong(entry, file, key, "is not a key of this file")
        for key, about in fields.items():
            value = entry.get(key)
            if value is None or value == [] or (isinstance(value, str) and not value.strip()):
                value = None
                if about.required:
                    self.wrong(entry, file, key, "is missing")
            else:
                value = self.read(value, about, entry, file, key)
            if key in entry or key in entry.wrong:
                # In a list of mappings keep the valid items.
                entry[key] = value if about.items or key not in entry.wrong else None

    def wrong(self, entry: Entry, file: str, key: str, reason: str) -> None:
        entry.is_sound = False
        entry.wrong.add(key)
        self.mistakes.append(Mistake(file, entry.line_of(key), key, reason))

    def read(self, value, about: Field, entry: Entry, file: str, key: str):
        """Convert `value` to the type of its field; None if it has another type."""
        try:
            value = typed(value, about.type)
        except (TypeError, ValueError):
            self.wrong(entry, file, key, f"{_shown(value)} is not {WORDS[about.type]}")
            return None
        if about.longest and len(value) > about.longest:
            reason = f"has {len(value)} characters; the maximum is {about.longest}"
            self.wrong(entry, file, key, reason)
        if about.choices and value not in about.choices:
            reason = f"{_shown(value)} is not one of: {', '.join(about.choices)}"
            self.wrong(entry, file, key, reason)
        if about.must:
            self.hold(value, about.must, entry, file, key)
        if about.names:
            self.look_up(value, about.names, entry, file, key)
        if about.each:
            value = self.read_each(value, about.each, entry, file, key)
        if about.items:
            value = self.check_items(value, about, entry, file, key)
        return value

    def hold(self, value, must, entry: Entry, file: str, key: str) -> None:
        try:
            must(value)
        except ValidationError as error:
            self.wrong(entry, file, key, str(error.message))

    def look_up(self, name, kind: str, entry: Entry, file: str, key: str) -> None:
        known = self.known[kind]
        if known is None or name in known:
            return
        reason = f"there is no {kind.replace('_', ' ')} {_shown(name)}"
        if near := get_close_matches(str(name), map(str, known), n=1, cutoff=0.8):
            reason += f"; is it {near[0]}?"
        self.wrong(entry, file, key, reason)

    def read_each(self, value, about: Field, entry: Entry, file: str, key: str):
        if isinstance(value, dict):
            return {name: self.read(item, about, entry, file, key) for name, item in value.items()}
        items = [self.read(item, about, entry, file, key) for item in value]
        folded = [str(item).casefold() for item in items if item is not None]
        if len(set(folded)) < len(folded):
            self.wrong(entry, file, key, "lists the same item twice")
        return items

    def check_items(self, value, about: Field, entry: Entry, file: str, key: str):
        """Check a mapping, or those items of a list that are mappings."""
        if isinstance(value, Entry):
            self.check(value, about.items, file)
            entry.is_sound &= value.is_sound
            return value
        items = []
        for item in value:
            if isinstance(item, Entry):
                self.check(item, about.items, file)
                entry.is_sound &= item.is_sound
                items.append(item)
            else:
                self.wrong(entry, file, key, f"{_shown(item)} is not a mapping")
        if about.once:
            names = [str(item.get(about.once)) for item in items]
            if len(set(names)) < len(names):
                self.wrong(entry, file, key, "lists the same item twice")
        return items


def typed(value, wanted: type):
    """Convert `value` to the type `wanted`; raise ValueError or TypeError if that fails."""
    if wanted in (bool, list, dict):
        if isinstance(value, wanted):
            return value
        raise TypeError
    if not isinstance(value, str):
        raise TypeError
    value = value.strip()
    pattern = PATTERNS[wanted]
    if not re.fullmatch(pattern, value, re.ASCII | re.DOTALL):
        raise ValueError
    return dt.date.fromisoformat(value) if wanted is dt.date else wanted(value)


def _shown(value) -> str:
    """Format an invalid value for a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if not isinstance(value, str):
        return {list: "a list", Entry: "a mapping"}.get(type(value), str(value)[:MAX_SHOWN_LENGTH])
    return repr(value if len(value) <= MAX_SHOWN_LENGTH else f"{value[:MAX_SHOWN_LENGTH]}…")
