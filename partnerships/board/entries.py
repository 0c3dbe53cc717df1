"""Open offers, needs and requests as shown in lists.

One query returns all three kinds, for any number of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, DateField, F, OuterRef, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.models import Modality, Need, Offer, PartnershipRequest, Visibility
from repository.places.country_names import country_name
from repository.search.excerpts import HTML_FOR_TEXT, beginning

KINDS = {"offer": _("Offer"), "need": _("Need"), "request": _("Open request")}
# The field with the time of publication, by kind.
SINCE = {"offer": "published_at", "need": "published_at", "request": "opened_at"}
# The column of many-to-many tables that refers to the row, by kind.
OWNER = {"offer": "offer", "need": "need", "request": "partnershiprequest"}
# The number of practices shown for a row, and the length of its summary.
PRACTICES = 2
SHORT = 180


@dataclass(frozen=True, slots=True)
class Row:
    """An offer, need or open request as shown in lists."""

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
    country: str | None
    organization: str | None
    practices: list[str]

    def get_absolute_url(self) -> str:
        return reverse(f"partnerships:{self.kind}_detail", args=[self.pk])

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def place(self) -> str:
        """The owner: a city with its country, a country, or an organisation."""
        country = country_name(self.country) if self.country else ""
        if self.city_name:
            city = (self.city_names or {}).get(get_language() or "", self.city_name)
            return f"{city}, {country}"
        return self.organization or country

    @property
    def summary(self) -> str:
        """The beginning of the description as plain text."""
        return beginning(self.words or "", SHORT)

    @property
    def modalities(self) -> list[str]:
        return [str(Modality(key).label) for key in self.modality_keys]


def order(kind: str, since: datetime, pk: int) -> tuple:
    """Return the sort key of lists: open requests first, then offers and needs; newest first."""
    return kind != "request", -since.timestamp(), kind, -pk


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


def country_of(kind: str) -> F | Coalesce:
    """Return an expression for the country code of a row."""
    if kind == "request":
        return F("city__country")
    return Coalesce(
        "city__country", "country", *(["organization__country"] if kind == "offer" else [])
    )


def visibility_of(kind: str) -> F | Value:
    return F("visibility") if kind == "request" else Value(Visibility.PUBLIC.value)


def described(kind: str, rows: QuerySet) -> QuerySet:
    """Return rows of one kind with the columns of `Row`."""
    words = "rendered__challenge" if kind == "request" else "rendered__description"
    links = rows.model.practices.through.objects.filter(**{OWNER[kind]: OuterRef("pk")})
    return rows.values_list(
        Value(kind),
        "pk",
        "title",
        "language",
        Left(KT(words), SHORT * HTML_FOR_TEXT),
        "modalities",
        SINCE[kind],
        Value(None, DateField()) if kind == "request" else F("valid_until"),
        visibility_of(kind),
        "city__slug",
        "city__name",
        "city__names",
        country_of(kind),
        F("organization__name") if kind == "offer" else Value(None, CharField()),
        ArraySubquery(links.order_by("pk").values("practice__name")[:PRACTICES]),
    )


def together(parts: Mapping[str, QuerySet]) -> list[Row]:
    """Return the rows of all kinds in the order of lists, in one query."""
    first, *rest = parts.values()
    found = [Row(*columns) for columns in first.union(*rest, all=True)]
    return sorted(found, key=lambda row: order(row.kind, row.since, row.pk))


# Lists


def rows(keys: Sequence[tuple[str, int]]) -> list[Row]:
    """Return the open rows with these kinds and primary keys, in the same order."""
    if not keys:
        return []
    wanted = {kind: [pk for each, pk in keys if each == kind] for kind in KINDS}
    parts = {
        kind: described(kind, each.filter(pk__in=wanted[kind])).order_by()
        for kind, each in open_rows().items()
        if wanted[kind]
    }
    found = {(row.kind, row.pk): row for row in together(parts)}
    return [found[key] for key in keys if key in found]


def of_practices(practices: Sequence[int], *, most: int) -> list[Row]:
    """Return the newest public rows of each kind on any of these practices."""
    if not practices:
        return []
    return newest(
        {
            kind: each.filter(pk__in=each.filter(practices__in=practices).values("pk"))
            for kind, each in public_rows().items()
        },
        most=most,
    )


def of_city(city: int, *, most: int) -> list[Row]:
    """Return the newest public rows of each kind of a city."""
    return newest({kind: each.filter(city=city) for kind, each in public_rows().items()}, most=most)


def of_country(country: str, *, most: int) -> list[Row]:
    """Return the newest offers and needs of a country as a whole."""
    found = open_rows()
    return newest(
        {kind: found[kind].filter(country=country) for kind in ("offer", "need")}, most=most
    )


def newest(parts: Mapping[str, QuerySet], *, most: int) -> list[Row]:
    """Return the newest rows of each kind, at most `most` of each."""
    return together(
        {
            kind: described(kind, each).order_by(f"-{SINCE[kind]}", "-pk")[:most]
            for kind, each in parts.items()
        }
    )
