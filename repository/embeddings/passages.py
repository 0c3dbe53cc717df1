"""Split a text into passages: parts that are short enough to have one meaning.

The embedded encoder is close to a bag of words. On the tuning half of the evaluation
(docs/search.md), passages of one or two sentences with the title of their text found more than
paragraphs, and than sentences alone.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

# Characters of a passage. Shorter sentences are joined with the next one, and longer ones cut.
SHORTEST, LONGEST = 30, 120
MAX_LENGTH = 400
# Passages of one text, and questions. The longest case of the 2020 series has 58.
MOST = 100
SENTENCES = re.compile(r"(?<=[.!?؟…])\s+|(?<=[。！？])\s*|\n+")


@dataclass(frozen=True)
class Piece:
    """A passage before it is stored."""

    title: str
    text: str
    is_question: bool = False

    @property
    def digest(self) -> str:
        return digest(self.embedded)

    @property
    def embedded(self) -> str:
        return self.text if self.is_question else with_title(self.title, self.text)


def split(title: str, summary: str, body: str, questions: str = "") -> list[Piece]:
    """Return the passages of a text, without duplicates: the summary, or the title if there is
    none, then one or two sentences each, then the questions that it answers. There is always one.
    """
    head = " ".join(summary.split()) or title
    pieces = [Piece(title, text) for text in [head, *islice(sentences(body), MOST - 1)]]
    lines = filter(None, map(str.strip, questions.splitlines()))
    pieces += [Piece(title, text, is_question=True) for text in islice(lines, MOST)]
    by_digest: dict[str, Piece] = {}
    for piece in pieces:
        by_digest.setdefault(piece.digest, piece)
    return list(by_digest.values())


def with_title(title: str, text: str) -> str:
    """Return what is embedded of a passage that is not a question.

    Without the title of its text, a sentence would often say too little.
    """
    return f"{title}. {text}" if title and title != text else text


def digest(passage: str) -> str:
    return hashlib.md5(passage.encode(), usedforsecurity=False).hexdigest()


def sentences(body: str) -> Iterator[str]:
    """Yield sentences, as many together as `LONGEST` allows, within one paragraph."""
    for paragraph in body.splitlines():
        waiting = ""
        for sentence in SENTENCES.split(paragraph.strip()):
            if waiting and len(waiting) + len(sentence) >= LONGEST and len(waiting) >= SHORTEST:
                yield waiting
                waiting = ""
            waiting = f"{waiting} {sentence}".strip()
            while len(waiting) > MAX_LENGTH:
                # A sentence that never ends, such as a list.
                yield waiting[:MAX_LENGTH]
                waiting = waiting[MAX_LENGTH:].strip()
        if waiting:
            yield waiting
