"""Practices and cases that a text is about, in any language, each with the reason.

A text of several parts, such as the title, the challenge and the result of a request, is compared
with practices, with the questions and challenges that they address and with cases: by meaning, and
by words (`word_suggestions`). Each part is compared on its own, since the encoder blurs long texts;
the similarity is the average over the parts. What was tried, and the figures: `docs/matching.md`.

Three queries, and one request to the embedding engine. Without an engine, words alone suggest
practices, and no cases.
"""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import islice

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Length

from repository.embeddings import engine
from repository.embeddings.fields import CosineDistance
from repository.embeddings.meaning import threshold
from repository.embeddings.models import EmbeddingModel, Passage
from repository.embeddings.passages import SENTENCES
from repository.embeddings.sources import source_of
from repository.models import CaseStudy, SearchKind
from repository.practices import word_suggestions
from repository.text.lists import list_of

# Pieces of one part of a text that are compared, of up to so many characters each. The engine takes
# 45 ms for three parts of this length, and is abandoned after 300.
MOST_PIECES, PIECE = 3, 400
# Passages that are read, by kind, and whether they are questions.
MOST_PASSAGES = {
    (SearchKind.PRACTICE, False): 150,
    (SearchKind.PRACTICE, True): 150,
    (SearchKind.CASE, False): 100,
}
# Characters of a question that is compared: shorter ones are often close to texts about other
# subjects. With those of at least 60, two of 9 off-topic texts have suggestions instead of one;
# with all, 7, and two of the 12 requests used for tuning have a wrong practice first.
SHORTEST_QUESTION = 80
# What words add at most, and the points for which they do.
OF_WORDS, ALL_POINTS = 0.1, 9.0
# What is less similar than this share of the first is left out.
MIN_SHARE = 0.9
# Where nothing is close in meaning, words need more points than one word of a name.
MIN_POINTS = 3.0
# What the first of the suggested practices adds to a case that shows it.
OF_PRACTICE = 0.15
# Longer passages are cut off in a reason.
MOST_CHARACTERS = 200
MOST_WORDS = 5
# Kinds of reasons beside those of texts.
WORDS, SHOWS, SUMMARY, CHALLENGE = "words", "shows", "summary", "challenge"


@dataclass(frozen=True)
class Reason:
    """Why something is suggested.

    `kind` is the kind of the text that is close, and `text` its nearest passage with its language;
    or it is "words", and `text` are the words that fit; or it is "shows", of a case, and
    `practices` are the suggested practices that it shows; or it is "summary", of a practice,
    whose name and summary are close to the text; or it is "challenge", and `text` is a question
    or a challenge that the practice addresses.
    """

    kind: str
    text: str = ""
    language: str = ""
    practices: tuple[int, ...] = ()


@dataclass(frozen=True)
class Suggested:
    """A practice or a case by its primary key."""

    pk: int
    score: float
    reason: Reason


@dataclass(frozen=True)
class Suggestions:
    """Best first."""

    practices: list[Suggested] = field(default_factory=list)
    cases: list[Suggested] = field(default_factory=list)


@dataclass
class Compared:
    """A practice or a case: its greatest similarity to each piece, and its nearest passage."""

    best: list[float]
    similarity: float
    nearest: Reason
    practices: list[int]


def suggest(texts: Sequence[str], *, most: int = 5, most_cases: int = 3) -> Suggestions:
    """Return the practices and cases that the parts of a text are about."""
    texts = [" ".join(text.split()) for text in texts if text and text.strip()]
    by_words = word_suggestions.suggest_practices("\n".join(texts), most=10)
    near = compare(texts)
    least = threshold("suggestion")
    if near is None:
        return Suggestions(practices=[of_words(each) for each in by_words[:most]])
    practices = suggested_practices(near, by_words, least)[:most]
    if least is None:
        return Suggestions(practices)
    strong = [each for each in by_words if each.points > MIN_POINTS]
    practices = practices or [of_words(each) for each in strong[:most]]
    cases = suggested_cases(near, practices, least)
    return Suggestions(practices, cases[:most_cases])


def of_words(found: word_suggestions.Suggested) -> Suggested:
    words = list_of(found.words[:MOST_WORDS])
    return Suggested(found.pk, found.points, Reason(WORDS, words))


def suggested_practices(
    near: dict[str, dict[int, Compared]],
    by_words: Iterable[word_suggestions.Suggested],
    least: float | None,
) -> list[Suggested]:
    """Return practices by their similarity and their words.

    Without a least similarity, only those that words suggest.
    """
    words = {each.pk: each for each in by_words}
    found = []
    for pk, compared in near[SearchKind.PRACTICE].items():
        score = compared.similarity
        reason = compared.nearest
        if pk in words:
            score += OF_WORDS * min(words[pk].points / ALL_POINTS, 1)
        if least is None:
            if pk not in words:
                continue
            reason = of_words(words[pk]).reason
        elif score < least:
            continue
        found.append(Suggested(pk, score, reason))
    return best_of(found)


def suggested_cases(
    near: dict[str, dict[int, Compared]], practices: list[Suggested], least: float
) -> list[Suggested]:
    """Return the cases that are close to the text, or show a suggested practice."""
    shares = {each.pk: each.score / practices[0].score for each in practices}
    found = []
    for pk, case in near[SearchKind.CASE].items():
        shown = tuple(practice for practice in shares if practice in case.practices)
        is_close = case.similarity >= least
        if is_close or shown:
            score = case.similarity + OF_PRACTICE * max((shares[each] for each in shown), default=0)
            reason = case.nearest if is_close else Reason(SHOWS, practices=shown)
            found.append(Suggested(pk, score, reason))
    return best_of(found)


def best_of(found: list[Suggested]) -> list[Suggested]:
    found.sort(key=lambda each: (-each.score, each.pk))
    return [each for each in found if each.score >= MIN_SHARE * found[0].score]


def named(reason: Reason, practices: Mapping[int, str]) -> Reason:
    """Return a reason with the names of the practices that it refers to."""
    if reason.kind != SHOWS:
        return reason
    return replace(reason, text=", ".join(practices[pk] for pk in reason.practices), language="en")


# Comparing


def compare(texts: Sequence[str]) -> dict[str, dict[int, Compared]] | None:
    """Return the practices and cases near the parts of a text, by kind and primary key.

    None without an engine.
    """
    pieces, weights = pieces_of(texts)
    if not pieces:
        return None
    try:
        vectors = engine.embed_queries(pieces)
    except engine.EngineUnavailable:
        return None
    near: dict[str, dict[int, Compared]] = {SearchKind.PRACTICE: {}, SearchKind.CASE: {}}
    for row in near_passages(vectors):
        kind, object_id, position, is_question, language, text, practices, *distances = row
        similarities = [1 - distance for distance in distances]
        similarity = weighted(similarities, weights)
        reason = Reason(CHALLENGE if is_question else kind, shortened(text), language)
        if (kind, position) == (SearchKind.PRACTICE, 0):
            reason = Reason(SUMMARY)
        group, pk = near[kind], int(object_id)
        if pk not in group:
            group[pk] = Compared(similarities, similarity, reason, practices)
            continue
        compared = group[pk]
        if similarity > compared.similarity:
            compared.similarity, compared.nearest = similarity, reason
        compared.best = [*map(max, compared.best, similarities)]
    for group in near.values():
        for compared in group.values():
            compared.similarity = weighted(compared.best, weights)
    return near


def weighted(similarities: Iterable[float], weights: Iterable[float]) -> float:
    return sum(map(operator.mul, similarities, weights))


def pieces_of(texts: Sequence[str]) -> tuple[list[str], list[float]]:
    """Return the pieces of all parts, and their weights: the same for each part, 1 altogether."""
    parts = [list(islice(pieces(text), MOST_PIECES)) for text in texts]
    weights = [1 / len(parts) / len(part) for part in parts for _piece in part]
    return [piece for part in parts for piece in part], weights


def pieces(text: str) -> Iterator[str]:
    """Yield the sentences of a text, as many together as a piece may hold."""
    waiting = ""
    for sentence in SENTENCES.split(text):
        # One that never ends would take the engine seconds, and it would be abandoned.
        sentence = sentence[:PIECE]
        if waiting and len(waiting) + len(sentence) >= PIECE:
            yield waiting
            waiting = ""
        waiting = f"{waiting} {sentence}".strip()
    if waiting:
        yield waiting


@transaction.atomic(savepoint=False)
def near_passages(vectors: list[list[float]]) -> list[tuple]:
    """Return passages near some vectors, with their distances to each of them.

    Two queries, of which the first also prepares the index for the second: see `nearest`.
    """
    candidates = max(MOST_PASSAGES.values())
    model = EmbeddingModel.objects.annotate(
        scan=set_config("hnsw.iterative_scan", "strict_order"),
        candidates=set_config("hnsw.ef_search", str(candidates)),
    ).in_use()
    if model is None or model.dimensions != len(vectors[0]):
        return []
    first, *others = (
        nearest_passages(among, model, vectors)[:most] for among, most in MOST_PASSAGES.items()
    )
    return list(first.union(*others, all=True))


def set_config(name: str, value: str) -> Func:
    return Func(
        Value(name), Value(value), Value(True), function="set_config", output_field=TextField()
    )


def nearest_passages(
    among: tuple[str, bool], model: EmbeddingModel, vectors: list[list[float]]
) -> QuerySet:
    """Return the passages of a kind, or its questions, nearest to some vectors on average first.

    Those of cases by the index, which has one vector to look for: their middle. There are few of
    the other kinds, which the index would find late among those of many cases.
    """
    kind, is_question = among
    current = (
        source_of(kind)
        .rows()
        .filter(
            kind=OuterRef("kind"), object_id=OuterRef("object_id"), digest=OuterRef("source_digest")
        )
    )
    middle = [sum(numbers) / len(vectors) for numbers in zip(*vectors, strict=True)]
    names = [f"distance_{number}" for number in range(len(vectors))]
    average = reduce(operator.add, map(F, names))
    nearest = CosineDistance("vector", middle) if kind == SearchKind.CASE else average
    passages = Passage.objects.filter(
        Exists(current), kind=kind, model=model.pk, is_question=is_question
    )
    if is_question:
        passages = passages.alias(length=Length("text")).filter(length__gte=SHORTEST_QUESTION)
    return (
        passages.annotate(
            practices=practices_of_case() if kind == SearchKind.CASE else NO_PRACTICES,
            **{
                name: CosineDistance("vector", each)
                for name, each in zip(names, vectors, strict=True)
            },
        )
        .order_by(nearest, "object_id", "position")
        .values_list(*COLUMNS, *names)
    )


COLUMNS = ("kind", "object_id", "position", "is_question", "language", "text", "practices")
NO_PRACTICES = Value([], ArrayField(BigIntegerField()))


def practices_of_case() -> ArraySubquery:
    rows = CaseStudy.practices.through.objects.filter(
        casestudy=Cast(OuterRef("object_id"), BigIntegerField())
    )
    return ArraySubquery(rows.order_by("practice").values("practice"))


def shortened(text: str) -> str:
    """Return a text cut off between words."""
    if len(text) <= MOST_CHARACTERS:
        return text
    cut = text[:MOST_CHARACTERS]
    return cut.rpartition(" ")[0].rstrip(",;:.") + " …" if " " in cut else f"{cut} …"
