"""Split a text into passages: parts that are short enough to have one meaning."""

import hashlib
import re
from collections.abc import Iterator
from itertools import chain, islice

# Characters: shorter paragraphs, such as headings, join the next one; longer ones are split
# between sentences.
SHORTEST, LONGEST = 80, 600
# Passages of one text. The longest case of the 2020 series has 24.
MOST = 60
PARAGRAPHS = re.compile(r"\n\s*\n")
SENTENCES = re.compile(r"(?<=[.!?؟…])\s+|(?<=[。！？])\s*|\n")


def split(title: str, summary: str, body: str) -> list[str]:
    """Return the passages of a text: the title with the summary, then the paragraphs, without
    duplicates. There is always one. A summary that is too long goes on in further passages."""
    head = list(parts(" ".join(f"{title}. {summary}".split())))
    return list(dict.fromkeys(islice(chain(head, paragraphs(body)), MOST)))


def digest(passage: str) -> str:
    return hashlib.md5(passage.encode(), usedforsecurity=False).hexdigest()


def paragraphs(body: str) -> Iterator[str]:
    """Yield paragraphs of about `SHORTEST` to `LONGEST` characters."""
    waiting = ""
    for paragraph in PARAGRAPHS.split(body):
        for part in parts(" ".join(paragraph.split())):
            waiting = f"{waiting} {part}".strip()
            if len(waiting) >= SHORTEST:
                yield waiting
                waiting = ""
    if waiting:
        yield waiting


def parts(paragraph: str) -> Iterator[str]:
    """Yield the sentences of a paragraph, as many together as `LONGEST` allows."""
    if len(paragraph) <= LONGEST:
        yield paragraph
        return
    waiting = ""
    for sentence in SENTENCES.split(paragraph):
        if waiting and len(waiting) + len(sentence) >= LONGEST:
            yield waiting
            waiting = ""
        waiting = f"{waiting} {sentence}".strip()
        while len(waiting) > LONGEST:
            # A sentence that never ends, as in a list, is cut.
            yield waiting[:LONGEST]
            waiting = waiting[LONGEST:].strip()
    if waiting:
        yield waiting
