"""What is related in meaning to a search, beside what its words find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from partnerships.board import texts
from partnerships.board.texts import Key
from repository.embeddings.meaning import close_texts
from repository.embeddings.nearest import Near
from repository.search.meaning import is_question
from repository.search.parsing import Query

# The number of related texts of one search.
MOST = 12


@dataclass(frozen=True)
class Found:
    """What a search finds: by its words, in the order of lists, and related, nearest first."""

    words: list[Key] = field(default_factory=list)
    related: dict[Key, Near] = field(default_factory=dict)

    @property
    def keys(self) -> list[Key]:
        return [*self.words, *self.related]

    def of_kind(self, kind: str) -> list[int]:
        """Primary keys of one kind."""
        return [pk for each, pk in self.keys if each == kind]


def find(folded: Mapping[Key, str], query: Query, among: Mapping[str, QuerySet]) -> Found:
    """Return what a query finds in texts by its words, and what is related `among` some rows.

    `among` are the rows that the reader may see, by kind.
    """
    words = texts.find(folded, query)
    return Found(words, without(words, related_to(query, among)))


def without(words: list[Key], related: dict[Key, Near]) -> dict[Key, Near]:
    known = set(words)
    return {key: near for key, near in related.items() if key not in known}


def related_to(query: Query, among: Mapping[str, QuerySet]) -> dict[Key, Near]:
    """Return the passages nearest to a query by row, nearest first.

    Empty for names, quotations and the like, which ask for words.
    """
    if not is_question(query):
        return {}
    near = close_texts(query.typed, kinds=among, closeness="passage", among=among, most=MOST)
    return {(each.kind, int(each.object_id)): each for each in near}


def ordered(places: Sequence[int], keys: Sequence[Key], found: Found) -> list[int]:
    """Return places in a list of keys in the order of what a search finds."""
    nearness = {key: number for number, key in enumerate(found.related, start=1)}
    # The sort is stable: those found by words stay in the order of lists.
    return sorted(places, key=lambda place: nearness.get(keys[place], 0))
