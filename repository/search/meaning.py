"""What the search finds by meaning, in any language: the objects nearest to the query.

The vector of the query comes from the embedding engine, those of the passages from the database.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from repository.embeddings import engine
from repository.embeddings.meaning import threshold
from repository.embeddings.nearest import Near, nearest
from repository.embeddings.sources import COLLECTION
from repository.search.excerpts import UNSPACED
from repository.search.parsing import Query

# Objects that are added to what words find, and passages that are read to find them.
MOST, PASSAGES = 30, 150
# Characters of a question in a script without spaces between words.
SHORTEST_UNSPACED = 4
type Key = tuple[str, str]


@dataclass(frozen=True)
class Meaning:
    """Objects near in meaning, nearest first: their keys, with their nearest passages.

    `may_add`: the model is calibrated, so that these objects answer also without any of the words.
    `is_degraded`: the engine does not respond.
    """

    passages: Mapping[Key, Sequence[Near]] = field(default_factory=dict)
    may_add: bool = False
    is_degraded: bool = False

    def passage_for(self, key: Key, language: str) -> Near | None:
        """Return the nearest passage of an object, in the reader's language if there is one."""
        passages = self.passages.get(key, ())
        in_language = [each for each in passages if each.language == language]
        return next(iter(in_language or passages), None)


NOTHING = Meaning()


def is_question(query: Query) -> bool:
    """Is the query more than a name, a code or one word, so that it has a meaning to compare?"""
    if not is_open(query) or any(term.text.isdecimal() for term in query.terms):
        return False
    return len(query.terms) > 1 or is_unspaced(query)


def is_open(query: Query) -> bool:
    """May objects without the words answer it? Not if a phrase is quoted or a word excluded."""
    return not any(term.is_quoted or term.is_negated for term in query.terms)


def is_unspaced(query: Query) -> bool:
    letters = sum(len(run) for run in UNSPACED.findall(query.typed))
    return letters >= SHORTEST_UNSPACED


def near_in_meaning(query: Query) -> Meaning:
    """Return the objects of the collection that are nearest in meaning to the query.

    Empty without an engine. Waits at most 300 ms for the engine; runs three statements.
    """
    try:
        vector = engine.embed_query(unicodedata.normalize("NFC", query.typed))
    except engine.EngineUnavailable:
        return Meaning(is_degraded=engine.is_configured())
    least = threshold("question")
    by_object: dict[Key, list[Near]] = {}
    for near in nearest(vector, kinds=COLLECTION, most=PASSAGES):
        if least is None or near.similarity >= least:
            by_object.setdefault((near.kind, near.object_id), []).append(near)
    in_order = sorted(by_object.items(), key=lambda item: -item[1][0].score)
    return Meaning(dict(in_order[:MOST]), may_add=least is not None)
