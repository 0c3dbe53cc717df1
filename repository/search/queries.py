"""Search across everything public.

The database function `repository_search` (repository/sql/search_3_query.sql) finds a bounded
number of candidates, ranks them and returns one page, in one statement. This module parses the
query, corrects spelling if nothing was found, and marks matches. See docs/search.md.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from repository.cases.facets import Count
from repository.embeddings.nearest import Near
from repository.models import SearchKind
from repository.places.country_names import country_name
from repository.search.excerpts import Marker
from repository.search.meaning import (
    NOTHING,
    Key,
    Meaning,
    is_open,
    is_question,
    is_whole_question,
    near_in_meaning,
)
from repository.search.parsing import Query, in_pairs, read_query
from repository.text.lists import with_commas
from repository.translations.passages import translate_passages

MAX_CASES = 500
MAX_HITS = 2000  # More than `repository_search` ever ranks.
PER_PAGE = 20
QUOTED = 3  # passages that answer a question, at most
NO_ENTRIES = Count(0, 0)

DETAIL_PAGES = {
    SearchKind.CASE: "repository:case_detail",
    SearchKind.PRACTICE: "repository:practice_detail",
    SearchKind.CITY: "repository:city_detail",
    SearchKind.COUNTRY: "repository:country_detail",
    SearchKind.WEBINAR: "repository:webinar_detail",
    SearchKind.SPEAKER: "repository:speaker_detail",
    SearchKind.RECOMMENDATION: "repository:recommendation_detail",
}
LIST_PAGES = {
    SearchKind.LANDSCAPE: "repository:landscape",
    SearchKind.TERM: "repository:glossary",
}


@dataclass(frozen=True)
class Hit:
    """One result: its URL, and its title and text as HTML with matches marked.

    `is_near_only`: it has none of the words, but is near in meaning. `answer`: the passage of its
    text that is nearest to a question, which the page quotes first; empty if it is not quoted.
    """

    kind: SearchKind
    object_id: str
    url: str
    language: str
    title: SafeString
    text: SafeString
    place: str
    countries: Sequence[str]
    is_sample: bool = False
    is_near_only: bool = False
    text_language: str = ""
    answer: str = ""
    answer_language: str = ""

    @property
    def where(self) -> str:
        """Return place and up to three countries in the active language: "Zhengzhou, China"."""
        countries = [] if self.kind == SearchKind.COUNTRY else self.countries[:3]
        return with_commas([self.place, *map(country_name, countries)])

    @property
    def eyebrow(self) -> str:
        """Return the kind and the place: "Case · Zhengzhou, China"."""
        return " · ".join(filter(None, [str(self.kind.label), self.where]))


@dataclass(frozen=True)
class SearchResults:
    """One page of hits, best first, with totals.

    `counts` holds the number of hits of each kind and `count` that of the requested kinds; both
    are lower bounds if `is_capped` is set. `corrected` is the query that was searched because the
    reader's found nothing; `suggestion` is one that may find more. `is_any_word`: no object has
    all the words in any spelling, so the hits have some of them. `meaning`: what is near in
    meaning. Pages count from 1; `pages` is 0
    if nothing was found.
    """

    query: Query
    hits: Sequence[Hit] = ()
    counts: dict[SearchKind, Count] = field(default_factory=dict)
    count: Count = NO_ENTRIES
    is_capped: bool = False
    corrected: str = ""
    suggestion: str = ""
    is_any_word: bool = False
    meaning: Meaning = NOTHING
    page: int = 1
    pages: int = 0

    @property
    def answers(self) -> list[Hit]:
        """The first hits, if the query is a question that passages of their texts answer."""
        return [hit for hit in self.hits if hit.answer]

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1


def search(
    text: str,
    *,
    language: str = "",
    kinds: Iterable[str] | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> SearchResults:
    """Search everything public for `text` and return one page of results.

    `language` (ISO 639-1) is the reader's, by default the active one: its stop words are ignored,
    and translations into it are found and shown. `kinds` are values of SearchKind; None means all.
    A page beyond the last returns the last. Runs one statement, three more for a question, one more
    if it shows passages in translation, and at most three more if nothing is found. Any text is
    accepted; an unknown kind or a page below 1 raises ValueError.
    """
    wanted = None if kinds is None else [SearchKind(kind) for kind in kinds]
    if page < 1 or per_page < 1:
        raise ValueError("Pages count from 1, and hold at least one result.")
    query = read_query(text)
    if not query.has_words:
        return SearchResults(query)

    def look(
        query: Query, page: int, *, meaning: Meaning = NOTHING, any_word: bool = False
    ) -> tuple[SearchResults, Any]:
        answer = _ask(
            query,
            language=language,
            meaning=meaning,
            any_word=any_word,
            kinds=wanted,
            skip=min((page - 1) * per_page, MAX_HITS),
            take=per_page,
        )
        found = _results(query, answer, wanted, meaning, page=page, per_page=per_page)
        return found, answer["like"]

    meaning = near_in_meaning(query) if is_question(query) else NOTHING
    found, like = look(query, page, meaning=meaning)
    if not found.counts:
        better = _corrected(query, like)
        corrected = ""
        if better:
            found, _like = look(better, page)
            corrected = str(better) if found.counts else ""
        if not found.counts and meaning is NOTHING and is_open(query):
            # A code, or one word, which may be in another language than the texts.
            meaning = near_in_meaning(query)
            if meaning.may_add:
                found, _like = look(query, page, meaning=meaning)
        pairs = in_pairs(query)
        has_several = sum(not term.is_negated for term in pairs.terms) > 1
        if not found.counts and has_several and not meaning.may_add:
            # Search both spellings: never replace a typed word without telling the reader.
            wide = in_pairs(_either(query, better)) if better else pairs
            found, _like = look(wide, page, meaning=meaning, any_word=True)
            found = replace(found, is_any_word=True)
        return replace(found, query=query, corrected=corrected, meaning=meaning)
    if page > found.pages > 0:
        found, like = look(query, found.pages, meaning=meaning)
    return replace(found, suggestion=str(_corrected(query, like) or ""))


def case_ids(text: str, *, language: str = "") -> list[int]:
    """Return primary keys of the published cases that match `text`, best first, at most 500.

    Those near in meaning follow as in `search`, and spelling is corrected. Empty if nothing is
    found or `text` has no words. Runs one statement, four for a question, two more if nothing is
    found.
    """
    query = read_query(text)
    if not query.has_words:
        return []
    meaning = near_in_meaning(query) if is_question(query) else NOTHING
    answer = _ask(query, language=language, meaning=meaning, brief=True, take=MAX_CASES)
    if not answer["hits"] and (better := _corrected(query, answer["like"])):
        answer = _ask(better, language=language, brief=True, take=MAX_CASES)
    if not answer["hits"] and meaning is NOTHING and is_open(query):
        meaning = near_in_meaning(query)
        if meaning.may_add:
            answer = _ask(query, language=language, meaning=meaning, brief=True, take=MAX_CASES)
    return answer["hits"]


def _ask(
    query: Query,
    *,
    language: str,
    meaning: Meaning = NOTHING,
    any_word: bool = False,
    brief: bool = False,
    kinds: Sequence[SearchKind] | None = None,
    skip: int = 0,
    take: int,
) -> dict[str, Any]:
    """Return the result of `repository_search`; its SQL comment describes the format."""
    names = [SearchKind.CASE] if brief else kinds
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            # Entries are updated when a transaction commits. Inside one, apply its own pending
            # changes first so that they are found.
            cursor.execute("SET CONSTRAINTS repository_apply_search_changes IMMEDIATE")
        cursor.execute(
            "SELECT repository_search("
            "%s::text[], %s::boolean[], %s::boolean[], %s, %s, %s, %s, %s::text[], "
            "%s::text[], %s::text[], %s, %s, %s)::text",
            [
                [term.text for term in query.terms],
                [term.is_quoted for term in query.terms],
                [term.is_negated for term in query.terms],
                language or get_language() or "en",
                bool(query.beginning),
                any_word,
                brief,
                None if names is None else [name.value for name in names],
                [kind for kind, _object_id in meaning.passages],
                [object_id for _kind, object_id in meaning.passages],
                meaning.may_add,
                skip,
                take,
            ],
        )
        return json.loads(cursor.fetchone()[0])


def _results(
    query: Query,
    answer: dict[str, Any],
    kinds: Sequence[SearchKind] | None,
    meaning: Meaning,
    *,
    page: int,
    per_page: int,
) -> SearchResults:
    reader = get_language() or "en"
    asks = meaning.may_add and is_whole_question(query)
    is_quoting = page == 1 and not kinds and asks
    marker = Marker(answer["stems"], typed=str(query), beginning=query.beginning)
    samples = {kind: answer["samples"].get(kind, 0) for kind in answer["counts"]}
    counts = {
        SearchKind(kind): Count(total - samples[kind], samples[kind])
        for kind, total in answer["counts"].items()
    }
    count = sum_of(count for kind, count in counts.items() if kinds is None or kind in kinds)
    addresses = {SearchKind(kind): _address(SearchKind(kind)) for kind in answer["counts"]}
    passages = _passages(answer["hits"], meaning, most_quoted=QUOTED if is_quoting else 0)
    hits: list[Hit] = []
    for name, object_id, slug, language, title, *texts in answer["hits"]:
        text_language, summary, place, countries, body, is_sample, is_near_only = texts
        kind = SearchKind(name)
        before, after = addresses[kind]
        near = passages.get((name, object_id))
        is_quoted = is_quoting and len(hits) < QUOTED
        quoted = near if is_quoted else None
        shown = near if is_near_only and not is_quoted else None
        if kind == SearchKind.COUNTRY:
            title, language = country_name(object_id), reader
        hits.append(
            Hit(
                kind=kind,
                object_id=object_id,
                url=f"{before}{slug}{after}",
                language=language,
                title=marker.mark(title),
                text=marker.mark(shown.text) if shown else marker.excerpt(summary, body),
                text_language=shown.language if shown else text_language,
                place=place,
                countries=countries,
                is_sample=is_sample,
                is_near_only=is_near_only,
                answer=quoted.text if quoted else "",
                answer_language=quoted.language if quoted else "",
            )
        )
    return SearchResults(
        query,
        hits=hits,
        counts=counts,
        count=count,
        is_capped=answer["is_capped"],
        meaning=meaning,
        page=page,
        pages=-(-count.total // per_page),
    )


def sum_of(counts: Iterable[Count]) -> Count:
    """Add numbers of real entries and of samples, each apart."""
    real, samples = map(sum, zip(NO_ENTRIES, *counts, strict=True))
    return Count(real, samples)


def _passages(hits: Sequence[Any], meaning: Meaning, *, most_quoted: int) -> dict[Key, Near]:
    """Return the passages that the page shows, in the reader's language, by the keys of objects.

    Those of the first hits, which are quoted, and of hits without any of the words. At most one
    query.
    """
    reader = get_language() or "en"
    passages: list[Near] = []
    for number, (kind, object_id, *_texts, is_near_only) in enumerate(hits):
        if number < most_quoted or is_near_only:
            passages += filter(None, [meaning.passage_for((kind, object_id), reader)])
    return {(near.kind, near.object_id): near for near in translate_passages(passages)}


def _address(kind: SearchKind) -> tuple[str, str]:
    """Return the parts of a kind's URLs before and after the slug.

    Once for each kind: reversing the URL of each hit would take a fifth of the response time.
    """
    if kind in LIST_PAGES:
        return f"{reverse(LIST_PAGES[kind])}#", ""
    before, _slug, after = reverse(DETAIL_PAGES[kind], args=["-"]).rpartition("-")
    return before, after


def _corrected(query: Query, like: Sequence[Any] | None) -> Query | None:
    """Return the query with corrected spelling; None if there is no correction.

    `like` holds None or `[[word, entries], …]` for each term.
    """
    terms = tuple(
        replace(term, text=_nearest(term.text, words) or term.text) if words else term
        for term, words in zip(query.terms, like or [None] * len(query.terms), strict=True)
    )
    return None if terms == query.terms else replace(query, terms=terms, is_finished=True)


def _either(query: Query, better: Query) -> Query:
    """Return a query with the terms of both, without duplicates."""
    return replace(better, terms=tuple(dict.fromkeys(query.terms + better.terms)))


def _nearest(typed: str, words: Iterable[tuple[str, int]]) -> str | None:
    """Return the word with the smallest edit distance, or the more frequent of equals.

    A word of up to seven letters may have a distance of one, and one more for every further four.
    """
    typed = typed.lower()
    ranked = [(distance(typed, word), -entries, word) for word, entries in words]
    steps, _entries, word = min(ranked, default=(len(typed), 0, ""))
    return word if steps <= max(1, len(typed) // 4) else None


def distance(a: str, b: str) -> int:
    """Return the edit distance: insertions, deletions, substitutions and adjacent transpositions.

    Optimal string alignment distance (Damerau, 1964): no substring is edited more than once.
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, right in enumerate(b, 1):
            steps = min(before[j] + 1, row[-1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
    return row[-1]
