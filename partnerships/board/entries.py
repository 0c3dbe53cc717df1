"""Open offers, needs and requests, and public partnerships, as shown in lists.

One query returns rows of all kinds, for any number of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    F,
    JSONField,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject, Left, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.models import (
    Modality,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    PartnershipStatus,
    Party,
    Visibility,
)
from repository.embeddings.nearest import Near
from repository.places.country_names import country_name
from repository.search.excerpts import HTML_FOR_TEXT, beginning, shortened
from repository.text import markdown
from repository.text.lists import with_commas
from repository.translations.reading import names_in, readings

KINDS = {
    "offer": _("Offer"),
    "need": _("Need"),
    "request": _("Open request"),
    "partnership": _("Partnership"),
}
# The field with the time of publication, by kind.
SINCE = {
    "offer": "published_at",
    "need": "published_at",
    "request": "opened_at",
    "partnership": "created_at",
}
# The column of many-to-many tables that refers to the row, by kind.
OWNER = {
    "offer": "offer",
    "need": "need",
    "request": "partnershiprequest",
    "partnership": "partnership",
}
# The number of practices shown for a row, and the length of its summary.
PRACTICES = 2
SHORT = 180
NOTHING = Value(None, CharField())


@dataclass(frozen=True, slots=True)
class Row:
    """An offer, need, open request or public partnership as shown in lists.

    `valid_until` is the last day of an offer or need, and the day on which a request expires.
    `status` and `parties`, its cities with their names and countries, are those of a partnership.
    `near` is the passage that is related in meaning to what was searched for, if no words are.
    """

    kind: str
    pk: int
    title: str
    language: str
    words: str | None
    modality_keys: list[str]
    since: datetime
    valid_until: date | None
    visibility: str
    city_slug: str | None
    city_name: str | None
    city_names: dict[str, str] | None
    is_of_sample_city: bool | None
    country: str | None
    organization: str | None
    practices: list[str]
    status: str
    parties: list[dict]
    near: Near | None = None
    # Names of practices in the language of the reader.
    names: Mapping[str, str] = field(default_factory=dict)

    def get_absolute_url(self) -> str:
        return reverse(f"partnerships:{self.kind}_detail", args=[self.pk])

    @property
    def is_sample(self) -> bool:
        return bool(self.is_of_sample_city) or any(city["is_sample"] for city in self.parties)

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def place(self) -> str:
        """The owner: a city with its country, a country, or an organisation; or all cities."""
        if self.parties:
            return " – ".join(
                city_and_country(city["name"], city["names"], city["country"])
                for city in self.parties
            )
        if self.city_name:
            return city_and_country(self.city_name, self.city_names, self.country)
        return self.organization or (country_name(self.country) if self.country else "")

    @property
    def summary(self) -> str:
        """The beginning of the description, or the related passage of it, as plain text."""
        # The first passage is the whole text.
        if self.near and self.near.position:
            return shortened(self.near.text, SHORT)
        if self.kind == "partnership":
            return shortened(self.words or "", SHORT)
        return beginning(self.words or "", SHORT)

    @property
    def practice_names(self) -> list[tuple[str, str]]:
        """The names of its practices, each with its language."""
        language = get_language() or ""
        return [
            (self.names[name], language) if name in self.names else (name, "en")
            for name in self.practices
        ]

    @property
    def modalities(self) -> list[str]:
        return [str(Modality(key).label) for key in self.modality_keys]

    @property
    def status_label(self) -> str:
        return str(PartnershipStatus(self.status).label) if self.status else ""


def city_and_country(name: str, names: dict[str, str] | None, country: str | None) -> str:
    city = (names or {}).get(get_language() or "", name)
    return with_commas([city, country and country_name(country)])


# The kinds that lists have before and after the others.
RANKS = {"request": 0, "partnership": 2}


def order(kind: str, since: datetime, pk: int) -> tuple:
    """Return the sort key of lists: requests, then offers and needs, then partnerships; newest
    first."""
    return RANKS.get(kind, 1), -since.timestamp(), kind, -pk


# Querysets of open rows


def open_rows() -> dict[str, QuerySet]:
    """Valid offers and needs, and open requests, by kind."""
    today = timezone.localdate()
    return {
        "offer": Offer.objects.open(on=today),
        "need": Need.objects.open(on=today),
        "request": PartnershipRequest.objects.open(),
    }


def public_rows() -> dict[str, QuerySet]:
    """The public rows of `open_rows`."""
    return open_rows() | {"request": PartnershipRequest.objects.public()}


def board_rows() -> dict[str, QuerySet]:
    """All rows of the board: those of `open_rows`, and public partnerships."""
    return open_rows() | {"partnership": Partnership.objects.listed()}


def country_of(kind: str) -> F | Coalesce | Value:
    """Return an expression for the country code of a row; partnerships have several."""
    if kind == "partnership":
        return NOTHING
    if kind == "request":
        return F("city__country")
    return Coalesce(
        "city__country", "country", *(["organization__country"] if kind == "offer" else [])
    )


def visibility_of(kind: str) -> F | Value:
    return F("visibility") if kind == "request" else Value(Visibility.PUBLIC.value)


def described(kind: str, rows: QuerySet) -> QuerySet:
    """Return rows of one kind with the columns of `Row`."""
    links = rows.model.practices.through.objects.filter(**{OWNER[kind]: OuterRef("pk")})
    columns = {
        "kind": Value(kind),
        "pk": "pk",
        "title": "title",
        "language": "language",
        "words": Left(KT("rendered__description"), SHORT * HTML_FOR_TEXT),
        "modality_keys": "modalities",
        "since": SINCE[kind],
        "valid_until": "valid_until",
        "visibility": visibility_of(kind),
        "city_slug": "city__slug",
        "city_name": "city__name",
        "city_names": "city__names",
        "is_of_sample_city": "city__is_sample",
        "country": country_of(kind),
        "organization": "organization__name" if kind == "offer" else NOTHING,
        "practices": ArraySubquery(links.order_by("pk").values("practice__name")[:PRACTICES]),
        "status": Value(""),
        "parties": Value([], ArrayField(JSONField())),
    }
    if kind == "request":
        columns |= {
            "words": Left(KT("rendered__challenge"), SHORT * HTML_FOR_TEXT),
            "valid_until": TruncDate("expires_at"),
        }
    elif kind == "partnership":
        columns |= {
            "words": Left("summary", SHORT * HTML_FOR_TEXT),
            "modality_keys": Value([], ArrayField(CharField())),
            "valid_until": Value(None, DateField()),
            "city_slug": NOTHING,
            "city_name": NOTHING,
            "city_names": Value({}, JSONField()),
            "is_of_sample_city": Value(None, BooleanField()),
            "status": "status",
            "parties": parties(),
        }
    return rows.values_list(*columns.values())


def parties() -> ArraySubquery:
    """Return an expression for the cities of a partnership: name, names and country."""
    cities = Party.objects.filter(partnership=OuterRef("pk"), city__isnull=False).order_by("pk")
    return ArraySubquery(
        cities.values(
            shown=JSONObject(
                name="city__name",
                names="city__names",
                country="city__country",
                is_sample="city__is_sample",
            )
        )
    )


def together(parts: Mapping[str, QuerySet]) -> list[Row]:
    """Return the rows of all kinds in the order of lists, in one query."""
    first, *rest = parts.values()
    found = [Row(*columns) for columns in first.union(*rest, all=True)]
    return sorted(found, key=lambda row: order(row.kind, row.since, row.pk))


def translated(found: list[Row]) -> list[Row]:
    """Return the rows in the language of the reader where they are translated."""
    language = get_language() or ""
    wanted: dict[str, dict[int, list[Row]]] = {}
    for row in found:
        if row.kind in ("offer", "need") and row.language != language and not row.near:
            wanted.setdefault(row.kind, {})[row.pk] = [row]
    texts = {}
    for reading in readings(wanted, language, only=("title", "description")):
        title, description = (
            "\n\n".join(each.text for each in reading.rows.get(name, []))
            for name in ("title", "description")
        )
        if title:
            key = reading.translation.kind, reading.translation.object_id
            words = markdown.render(description)
            texts[key] = {"title": title, "words": words, "language": language}
    names = names_in("practice", {name for row in found for name in row.practices}, language)
    return [
        replace(row, **texts.get((row.kind, row.pk), {}), names=names) if names or texts else row
        for row in found
    ]


# Lists


def rows(
    keys: Sequence[tuple[str, int]], near: Mapping[tuple[str, int], Near] | None = None
) -> list[Row]:
    """Return the open rows with these kinds and primary keys, in the same order.

    `near` are the passages of those that are related in meaning.
    """
    if not keys:
        return []
    wanted = {kind: [pk for each, pk in keys if each == kind] for kind in KINDS}
    parts = {
        kind: described(kind, each.filter(pk__in=wanted[kind])).order_by()
        for kind, each in board_rows().items()
        if wanted[kind]
    }
    found = {(row.kind, row.pk): row for row in together(parts)}
    near = near or {}
    return translated([replace(found[key], near=near.get(key)) for key in keys if key in found])


def of_practices(
    practices: Sequence[int], *, most: int, with_partnerships: bool = False
) -> list[Row]:
    """Return the newest public rows of each kind on any of these practices."""
    if not practices:
        return []
    kinds = public_rows()
    if with_partnerships:
        kinds["partnership"] = Partnership.objects.listed()
    found = newest(
        {
            kind: each.filter(pk__in=each.filter(practices__in=practices).values("pk"))
            for kind, each in kinds.items()
        },
        most=most,
    )
    return translated(found)


def of_city(city: int, *, most: int) -> list[Row]:
    """Return the newest public rows of each kind of a city, and its partnerships."""
    own = {kind: each.filter(city=city) for kind, each in public_rows().items()}
    return translated(newest(own | {"partnership": partnerships_of(city=city)}, most=most))


def of_country(country: str, *, most: int) -> list[Row]:
    """Return the newest offers and needs of a country as a whole, and partnerships of its
    cities."""
    found = open_rows()
    own = {kind: found[kind].filter(country=country) for kind in ("offer", "need")}
    partnerships = partnerships_of(city__country=country)
    return translated(newest(own | {"partnership": partnerships}, most=most))


def partnerships_of(**owner: int | str) -> QuerySet:
    """Public partnerships with a matching party."""
    parties = Party.objects.filter(**owner)
    return Partnership.objects.listed().filter(pk__in=parties.values("partnership"))


def newest(parts: Mapping[str, QuerySet], *, most: int) -> list[Row]:
    """Return the newest rows of each kind, at most `most` of each."""
    return together(
        {
            kind: described(kind, each).order_by(f"-{SINCE[kind]}", "-pk")[:most]
            for kind, each in parts.items()
        }
    )
