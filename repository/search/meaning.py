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
from repository.models import CaseStudy, City, SearchKind, Webinar
from repository.search.excerpts import UNSPACED
from repository.search.parsing import SHORTEST_UNSPACED, Query

# Objects that are added to what words find, and passages and questions that are read to find them.
MOST, PASSAGES, QUESTIONS = 30, 120, 60
# Passages of the texts that decide whether the collection answers a question at all.
DECIDING = 3
# Invented texts answer nothing: samples are found by their words alone.
REAL = {
    SearchKind.CASE: CaseStudy.objects.real(),
    SearchKind.CITY: City.objects.real(),
    SearchKind.WEBINAR: Webinar.objects.real(),
}
# Shares in the score of an object: the second of its two nearest passages, and its summary.
SECOND, HEAD = 0.3, 0.25
# What an overview is behind a case or a practice that is equally near.
OVERVIEW = 0.04
# Words, or letters of such a script, from which a query is a whole question.
WORDS_OF_A_QUESTION, LETTERS_OF_A_QUESTION = 4, 7
type Key = tuple[str, str]


@dataclass(frozen=True)
class Meaning:
    """Objects near in meaning, nearest first: their keys, with their nearest passages.

    `relevance`: how near the collection is to the query. `may_add`: the model is calibrated, so
    that these objects answer also without any of the words. `is_degraded`: the engine does not
    respond.
    """

    passages: Mapping[Key, Sequence[Near]] = field(default_factory=dict)
    relevance: float = 0
    may_add: bool = False
    is_degraded: bool = False

    def passage_for(self, key: Key, language: str) -> Near | None:
        """Return the nearest passage of an object, in the reader's language if there is one.

        None if only questions that it answers are near. A passage that announces a list says too
        little by itself, so others go before it.
        """
        passages = [each for each in self.passages.get(key, ()) if not each.is_question]
        passages.sort(key=lambda each: (each.language != language, each.text.endswith((":", "："))))
        return passages[0] if passages else None


NOTHING = Meaning()


def is_question(query: Query) -> bool:
    """Is the query more than a name, a code or one word, so that it has a meaning to compare?"""
    if not is_open(query) or any(term.text.isdecimal() for term in query.terms):
        return False
    return len(query.terms) > 1 or is_unspaced(query)


def is_whole_question(query: Query) -> bool:
    """Is it so long that it asks for something, rather than names a subject?"""
    return is_question(query) and (
        len(query.terms) >= WORDS_OF_A_QUESTION or is_unspaced(query, LETTERS_OF_A_QUESTION)
    )


def is_open(query: Query) -> bool:
    """May objects without the words answer it? Not if a phrase is quoted or a word excluded."""
    return not any(term.is_quoted or term.is_negated for term in query.terms)


def is_unspaced(query: Query, least: int = SHORTEST_UNSPACED) -> bool:
    letters = sum(len(run) for run in UNSPACED.findall(query.typed))
    return letters >= least


def near_in_meaning(query: Query) -> Meaning:
    """Return the objects of the collection that are nearest in meaning to the query.

    Empty without an engine. Waits at most 300 ms for the engine; runs three statements.
    """
    try:
        vector = engine.remembered_query(unicodedata.normalize("NFC", query.typed))
    except engine.EngineUnavailable:
        return Meaning(is_degraded=engine.is_configured())
    least = threshold("question")
    found = nearest(vector, kinds=COLLECTION, among=REAL, most=PASSAGES, most_questions=QUESTIONS)
    by_object: dict[Key, list[Near]] = {}
    for near in found:
        by_object.setdefault((near.kind, near.object_id), []).append(near)
    scores = {key: score(passages, found[-1]) for key, passages in by_object.items()}
    in_order = sorted(by_object, key=lambda key: (-scores[key], key))
    how_near = relevance(found, scores[in_order[0]]) if found else 0
    if least is not None:
        in_order = [key for key in in_order if scores[key] >= least] if how_near >= least else []
    return Meaning(
        {key: by_object[key] for key in in_order[:MOST]},
        relevance=how_near,
        may_add=least is not None,
    )


def relevance(found: Sequence[Near], best_score: float) -> float:
    """Return how near the collection is to a question, to decide whether it answers it at all.

    The mean of the best score and of the nearest passages of texts. Without the latter, questions
    that texts answer would let in others that only begin in the same way: "How can we …".
    """
    texts = [near.similarity for near in found if not near.is_question][:DECIDING]
    return (best_score + sum(texts) / len(texts)) / 2 if texts else 0


def score(passages: Sequence[Near], last: Near) -> float:
    """Return the similarity of an object, given its passages, nearest first.

    The nearest passage counts most; the second and the summary, since one may be near by chance. A
    second one that is not among the passages that were read is at most as near as the `last`. The
    weights were chosen on the tuning half of the evaluation.
    """
    first, second = (*passages, last)[:2]
    nearest_two = (1 - SECOND) * first.similarity + SECOND * min(
        second.similarity, first.similarity
    )
    total = (1 - HEAD) * nearest_two + HEAD * first.head
    return total - (OVERVIEW if first.kind == SearchKind.LANDSCAPE else 0)
