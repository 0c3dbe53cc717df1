"""Text search in the rows of the board, and in the public ones for the search of the site.

The texts are in the memory of the process, like the board: a search takes no query. All words and
quoted phrases must occur, also within longer words, and none after a minus; case and accents do not
matter.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, Func, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject

from partnerships.board import entries
from partnerships.models import Partnership, Party, Suggestion
from repository.models import Original, TranslatedParagraph
from repository.pages.editions import cached_by_edition
from repository.search.excerpts import fold
from repository.search.parsing import Query

# The fields with the text of a row, by kind; all are on its public page.
FIELDS = {
    "offer": ["title", "description"],
    "need": ["title", "description"],
    "request": ["title", "challenge", "desired_result", "resources"],
    "partnership": ["title", "summary", "baseline", "outcome"],
    "suggestion": ["title", "description"],
}
OWNER = entries.OWNER | {"suggestion": "suggestion"}
SINCE = entries.SINCE | {"suggestion": "published_at"}
type Key = tuple[str, int]


def find(texts: Mapping[Key, str], query: Query) -> list[Key]:
    """Return the keys of the texts that a query finds, in the order of the texts."""
    found = list(texts)
    for term in query.terms:
        word, is_wanted = fold(term.text), not term.is_negated
        found = [key for key in found if (word in texts[key]) == is_wanted]
    return found


def read_texts(kinds: Mapping[str, QuerySet]) -> dict[Key, str]:
    """Return the folded text of each row with its subjects and places, in one query.

    The rows are in the order of lists; suggestions follow.
    """
    first, *rest = (with_text(kind, rows) for kind, rows in kinds.items())
    every = sorted(
        first.union(*rest, all=True).order_by(),
        key=lambda row: (row[0] == "suggestion", entries.order(row[0], row[2], row[1])),
    )

    @cache
    def folded_names(place: str) -> str:
        # Read once for each place: most rows share theirs with others.
        return fold("\n".join(names_in(json.loads(place))))

    return {
        (kind, pk): "\n".join(
            [
                fold("\n".join([text, *practices, *themes])),
                *map(folded_names, places),
                *map(fold, translated),
            ]
        )
        for kind, pk, _since, text, practices, themes, places, translated in every
    }


def with_text(kind: str, rows: QuerySet) -> QuerySet:
    """Return rows of one kind with what `read_texts` reads."""
    owner = {OWNER[kind]: OuterRef("pk")}

    def linked(name: str, to: str) -> ArraySubquery:
        links = getattr(rows.model, name).through.objects.filter(**owner)
        return ArraySubquery(links.order_by("pk").values(f"{to}__name"))

    parts = [part for name in FIELDS[kind] for part in (name, Value("\n"))]
    return rows.order_by().values_list(
        Value(kind),
        "pk",
        SINCE[kind],
        Concat(*parts, output_field=TextField()),
        linked("practices", "practice"),
        linked("themes", "theme"),
        places(kind),
        ArraySubquery(translated(kind).values("text")),
    )


def translated(kind: str) -> QuerySet[TranslatedParagraph]:
    """Return the translations, into all languages, of the paragraphs that a row in an outer query
    has now."""
    current = Original.objects.filter(
        kind=kind,
        object_id=OuterRef("translation__object_id"),
        keys__contains=[OuterRef("key")],
    )
    return TranslatedParagraph.objects.filter(
        Exists(current), translation__kind=kind, translation__object_id=OuterRef("pk")
    ).order_by("pk")


def places(kind: str) -> Any:
    """Return an expression for the names of a row's cities, countries and organisations, as JSON
    for each owner."""
    of_city = ["city__name", "city__names", "city__country__name", "city__country__names"]
    of_country = ["country__name", "country__names"]
    of_organization = ["organization__name", "organization__acronym"]
    columns = {
        "request": of_city,
        "need": of_city + of_country,
        "offer": of_city + of_country + of_organization,
        "partnership": of_city + of_organization,
        "suggestion": of_city + of_country,
    }[kind]
    names = Cast(JSONObject(**{name: name for name in columns}), TextField())
    if kind == "partnership":
        parties = Party.objects.filter(partnership=OuterRef("pk")).order_by("pk")
        return ArraySubquery(parties.values(found=names))
    return Func(names, template="ARRAY[%(expressions)s]", output_field=ArrayField(TextField()))


def names_in(value: Any) -> Iterator[str]:
    """Yield all texts in lists and objects."""
    if isinstance(value, str):
        yield value
    elif value:
        for each in value.values() if isinstance(value, dict) else value:
            yield from names_in(each)


@cached_by_edition()
def texts(_edition: str) -> dict[Key, str]:
    """The texts of all rows and suggestions on the board."""
    return read_texts(entries.board_rows() | {"suggestion": Suggestion.objects.open()})


@cached_by_edition()
def public_texts(_edition: str) -> dict[Key, str]:
    """The texts of all public rows."""
    return read_texts(public_kinds())


def public_kinds() -> dict[str, QuerySet]:
    """Public offers, needs, requests and partnerships, by kind."""
    return entries.public_rows() | {"partnership": Partnership.objects.listed()}
