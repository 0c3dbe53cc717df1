"""Published cases and practices similar to a case that a member writes, each with the reason.

What is close in meaning, in any language (`repository.practices.suggestions`), and what words find
are fused by reciprocal rank. Without an engine, words alone find both.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce, Concat, Greatest

from repository.models import CaseStudy, Practice, SearchKind
from repository.practices.suggestions import (
    MIN_POINTS,
    SHOWS,
    WORDS,
    Reason,
    Suggestions,
    named,
    suggest,
)
from repository.practices.word_suggestions import suggest_practices
from repository.search.queries import search

LIMIT = 5
# Suggested practices.
MOST_PRACTICES = 3
# Candidates: search results for the title and the summary, and cases that share a practice.
CANDIDATES = 60
MINIMUM = 0.3
# The constant of reciprocal rank fusion.
K = 60
# Kinds of reasons beside those of suggestions: a case shows a practice that is ticked, or has a
# similar title and summary.
SHARES, ALIKE = "shares", "alike"


@dataclass(frozen=True)
class Similar:
    """What is similar to a draft, best first, with the reasons.

    Practices by slug, and published cases by primary key.
    """

    practices: dict[str, Reason] = field(default_factory=dict)
    cases: dict[int, Reason] = field(default_factory=dict)


def similar_to(
    document: dict, *, case: CaseStudy | None = None, also: Collection[int] = ()
) -> Similar:
    """Return what is similar to a document; `case` is its own case, which may be published.

    `also` are keys of further published cases that may be similar, such as `searched_cases`. Six
    queries at most, and one request to the engine.
    """
    found = suggestions(document)
    practices = Practice.objects.in_bulk([each.pk for each in found.practices])
    names = {pk: practice.name for pk, practice in practices.items()}
    suggested = {
        practices[each.pk].slug: each.reason for each in found.practices if each.pk in practices
    }
    by_meaning = {each.pk: named(each.reason, names) for each in found.cases}
    by_words = cases_by_words(document, suggested, also)
    ranks: Counter[int] = Counter()
    for ranked in (by_meaning, by_words):
        for rank, pk in enumerate(ranked, start=1):
            ranks[pk] += 1 / (K + rank)
    reasons = by_words | by_meaning
    own = case.pk if case else None
    return Similar(
        {slug: reason for slug, reason in suggested.items() if slug not in document["practices"]},
        {pk: reasons[pk] for pk, _score in ranks.most_common() if pk != own},
    )


def suggestions(document: dict) -> Suggestions:
    """Return the practices and cases that the text of a document is about.

    One common word is not enough: without an engine, a practice needs more points than a word of
    its name.
    """
    head = [document["title"], document["summary"], *(row["name"] for row in document["proposed"])]
    parts = ["\n".join(filter(None, head)), document["challenge"], document["solution"]]
    found = suggest(parts, most=MOST_PRACTICES, most_cases=LIMIT)
    practices = [
        each for each in found.practices if each.reason.kind != WORDS or each.score > MIN_POINTS
    ]
    return Suggestions(practices, found.cases)


def searched_cases(document: dict) -> set[int]:
    """Return the published cases that a search finds for the title or the summary."""
    found = set()
    for text in (document["title"], document["summary"]):
        hits = search(text, kinds=[SearchKind.CASE], per_page=CANDIDATES).hits
        found |= {int(hit.object_id) for hit in hits}
    return found


def cases_by_words(
    document: dict, suggested: Collection[str], also: Collection[int]
) -> dict[int, Reason]:
    """Return published cases with the same practices or similar words, most similar first.

    The practices are those that are ticked, and those that the text suggests; similar words are
    found among the cases of `also`.
    """
    ticked = Q(practices__slug__in=document["practices"])
    same = ticked | Q(practices__slug__in=[*suggested])
    published = CaseStudy.objects.published()
    found = {*also}
    if suggested or document["practices"]:
        found |= set(published.filter(same).newest().values_list("pk", flat=True)[:CANDIDATES])
    if not found:
        return {}
    text = f"{document['title']} {document['summary']}"
    likeness = TrigramWordSimilarity(Value(text), Concat("title", Value(" "), "summary"))
    backwards = TrigramWordSimilarity(Concat("title", Value(" "), "summary"), Value(text))
    rows = (
        published.filter(pk__in=found)
        .annotate(likeness=Coalesce(Greatest(likeness, backwards), Value(0.0)))
        .annotate(shared=names_of(same), ticked=names_of(ticked))
        .annotate(number=Count("practices", filter=same, distinct=True))
        .filter(Q(likeness__gte=MINIMUM) | Q(number__gt=0))
        .order_by((F("likeness") + F("number") * 0.3).desc(), "-pk")
        .values_list("pk", "shared", "ticked")[:LIMIT]
    )
    return {pk: reason_for(shared, ticked) for pk, shared, ticked in rows}


def names_of(practices: Q) -> ArrayAgg:
    """The names of those of some practices that a case shows."""
    return ArrayAgg("practices__name", filter=practices, distinct=True, default=Value([]))


def reason_for(shared: list[str], ticked: list[str]) -> Reason:
    """Return why words find a case: names of practices, or the likeness of title and summary."""
    if ticked:
        return Reason(SHARES, ", ".join(ticked), "en")
    return Reason(SHOWS, ", ".join(shared), "en") if shared else Reason(ALIKE)


def similar_cases(
    document: dict, *, case: CaseStudy | None = None
) -> list[tuple[CaseStudy, Reason]]:
    """Return up to five published cases similar to a document, for cards, with the reasons.

    Authors see them before they submit, and moderators in the review; `case` is as in `similar_to`.
    """
    reasons = similar_to(document, case=case, also=searched_cases(document)).cases
    return [(card, reasons[card.pk]) for card in CaseStudy.objects.cards_of([*reasons][:LIMIT])]


def practices_like(text: str) -> list[Practice]:
    """Up to five practices that may be the same as a proposed one, best first, for moderators."""
    found = [suggested.pk for suggested in suggest_practices(text, LIMIT)]
    rows = Practice.objects.in_bulk(found)
    return [rows[pk] for pk in found]
