"""Find the message of the interface that a reader quotes from a page."""

import re
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import NamedTuple

from babel.messages.mofile import read_mo
from django.conf import settings

TAG = re.compile(r"</?[a-zA-Z][^>]*>")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")
# Stands for a placeholder.
FILLED = "\0"
# Fewer characters could be part of any text.
SHORTEST_PART = 15
SHORTEST_PATTERN = 4
# The least share of a text that a message has besides what is filled in.
LEAST_SHARE = 1 / 3


class Key(NamedTuple):
    """The context and the English text of a message; the singular if it has a plural."""

    context: str
    text: str


class Catalogue(NamedTuple):
    """The translations of a language: as readers see them, and by key."""

    whole: dict[str, Key]
    # The parts between placeholders, in order.
    parts: list[tuple[list[str], Key]]
    translations: dict[Key, str]


EMPTY = Catalogue({}, [], {})


def find_message(language: str, quoted: str) -> Key | None:
    """Return the message whose translation was quoted, or of which a long part was; else None.

    Linear in the length of the quoted text for each message, so hostile texts take no longer.
    """
    known, words = catalogue_of(language), as_shown(quoted)
    if not words:
        return None
    if key := known.whole.get(words):
        return key
    matching = [
        (sum(map(len, parts)), key) for parts, key in known.parts if has_parts(words, parts)
    ]
    if matching and (best := max(matching))[0] >= len(words) * LEAST_SHARE:
        return best[1]
    if len(words) < SHORTEST_PART:
        return None
    containing = {key for text, key in known.whole.items() if words in text}
    return containing.pop() if len(containing) == 1 else None


def translation_of(language: str, context: str, text: str) -> str:
    """Return the current translation of a message; empty if it no longer exists."""
    return catalogue_of(language).translations.get(Key(context, text), "")


def has_parts(words: str, parts: list[str]) -> bool:
    """Does the text consist of these parts in order, with any words between them?"""
    first, *middle, last = parts
    if not words.startswith(first) or not words.endswith(last):
        return False
    start, end = len(first), len(words) - len(last)
    for part in middle:
        found = words.find(part, start, end)
        if found < 0:
            return False
        start = found + len(part)
    return start <= end


def as_shown(text: str) -> str:
    """Return a text as on a page, without markup, and with case and spaces that do not count."""
    return " ".join(unescape(TAG.sub("", text)).split()).casefold()


def catalogue_of(language: str) -> Catalogue:
    file = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo"
    try:
        return read(file, file.stat().st_mtime)
    except FileNotFoundError:
        return EMPTY


@lru_cache(maxsize=len(settings.LANGUAGES))
def read(file: Path, changed: float) -> Catalogue:
    """Read a compiled catalogue; `changed` is part of the key."""
    found = Catalogue({}, [], {})
    with file.open("rb") as source:
        messages = read_mo(source)
    for message in messages:
        if not message.id:
            continue
        is_plural = isinstance(message.id, list | tuple)
        # Babel leaves the context in bytes.
        context = message.context or b""
        key = Key(
            context.decode() if isinstance(context, bytes) else context,
            message.id[0] if is_plural else message.id,
        )
        forms = message.string if is_plural else [message.string]
        found.translations[key] = "\n".join(dict.fromkeys(forms))
        for form in forms:
            parts = as_shown(PLACEHOLDER.sub(FILLED, form).replace("%%", "%")).split(FILLED)
            if len(parts) == 1:
                found.whole.setdefault(parts[0], key)
            elif sum(map(len, parts)) >= SHORTEST_PATTERN:
                found.parts.append((parts, key))
    return found
