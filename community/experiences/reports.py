"""What cities tried: which reports readers see, and what they come to."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.fields.json import KT
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import ngettext

from community.discussion import removed
from community.discussion.subjects import content_type
from community.models import Adoption, Experience, Follow, Standing
from community.profiles import places as profiles_places
from repository.models import CaseStudy, City, Country
from repository.places import gazetteer
from repository.places.country_names import country_name

PAGE_SIZE = 20
# Reports of one city, or under one tag, that a page names; and places of one name to choose from.
SHOWN = 30
MOST_PLACES = 8


def is_open(subject: models.Model) -> bool:
    """Whether cities can tell of something: of cases, those that are published."""
    return not isinstance(subject, CaseStudy) or subject.is_published


def public(rows: models.QuerySet[Experience]) -> models.QuerySet[Experience]:
    """Of these, what everybody may read: published, about a practice or a published case."""
    cases = CaseStudy.objects.published().values("pk")
    return rows.filter(
        Q(content_type=content_type("practice"))
        | Q(content_type=content_type("case"), object_id__in=cases),
        standing=Standing.PUBLISHED,
    )


def shown(subject: models.Model, user) -> models.QuerySet[Experience]:
    """The reports on the page of `subject`: authors also see what of theirs waits or is hidden.

    What a moderator removed has `by_moderator`: its place is shown, without its words.
    """
    readable = Q(standing=Standing.PUBLISHED)
    if user.is_authenticated:
        readable |= Q(author=user, standing__in=[Standing.PENDING, Standing.HIDDEN])
    rows = Experience.objects.about(subject).annotate(by_moderator=removed.by_moderator(Experience))
    rows = rows.filter(readable | Q(by_moderator=True))
    return rows.select_related("city__country", "author").prefetch_related("tags")


def elsewhere(rows: models.QuerySet[Experience]) -> list[Experience]:
    """Public ones of these with what they are about, for pages of cities and tags."""
    found = public(rows).select_related("city__country").prefetch_related("subject")
    return list(found.order_by("-year", "-pk")[:SHOWN])


@dataclass(frozen=True)
class Why:
    """Why a city gave it up, as HTML in `language`; empty where it did not say."""

    city: City
    html: str
    language: str


@dataclass(frozen=True)
class Summary:
    """How many cities came how far, each counted once, by its latest report."""

    cities: dict[str, int]
    reasons: list[Why]

    def __bool__(self) -> bool:
        return bool(self.cities)

    def __str__(self) -> str:
        """In words: "Adopted in 4 cities, abandoned in 1 city"."""
        parts = [words(status, self.cities[status]) for status in ORDER if status in self.cities]
        return capfirst(", ".join(parts))


ORDER = [
    Adoption.ADOPTED,
    Adoption.ADAPTED,
    Adoption.PILOTING,
    Adoption.PLANNED,
    Adoption.ABANDONED,
]


def words(status: str, count: int) -> str:
    sentences = {
        Adoption.ADOPTED: ngettext(
            "adopted in %(count)s city", "adopted in %(count)s cities", count
        ),
        Adoption.ADAPTED: ngettext(
            "adapted in %(count)s city", "adapted in %(count)s cities", count
        ),
        Adoption.PILOTING: ngettext(
            "piloted in %(count)s city", "piloted in %(count)s cities", count
        ),
        Adoption.PLANNED: ngettext(
            "planned in %(count)s city", "planned in %(count)s cities", count
        ),
        Adoption.ABANDONED: ngettext(
            "abandoned in %(count)s city", "abandoned in %(count)s cities", count
        ),
    }
    return sentences[Adoption(status)] % {"count": count}


def summary(subject: models.Model) -> Summary:
    """What the published reports on `subject` come to, in one query."""
    latest = (
        Experience.objects.about(subject)
        .published()
        .order_by("city_id", "-year", "-pk")
        .distinct("city_id")
        .select_related("city")
        .only("status", "language", "city__slug", "city__name", "city__names")
        # The words of those alone that gave up.
        .annotate(why=Case(When(status=Adoption.ABANDONED, then=KT("rendered__failed"))))
    )
    cities: dict[str, int] = {}
    reasons = []
    for row in latest:
        cities[row.status] = cities.get(row.status, 0) + 1
        if row.status == Adoption.ABANDONED and len(reasons) < SHOWN:
            reasons.append(Why(row.city, row.why or "", row.language))
    return Summary(cities, reasons)


@dataclass(frozen=True)
class Found:
    """A city that a name may mean: one of the collection, or a place that can become one."""

    key: str
    label: str
    city: City | None = None
    place: gazetteer.Place | None = None


def cities_called(text: str) -> list[Found]:
    """Cities that "Kigali" or "Kigali, Rwanda" may mean: of the collection and the gazetteer."""
    text = " ".join(text.split()).strip(" ,")
    return called(*profiles_places.name_and_country(text))


def called(name: str, country: Country | None) -> list[Found]:
    """The same where the country is known already, if it is."""
    if not name or "\0" in name:
        return []
    known = [where.city for where in profiles_places.cities_named(name, country) if where.city]
    found = {f"city-{city.pk}": Found(f"city-{city.pk}", label_of(city), city) for city in known}
    # Not every city of the collection has its number in the gazetteer.
    here = {city.country_id for city in known}
    exact = [
        place
        for place in gazetteer.find(name, country.pk if country else None)
        if place.country not in here
        and (
            not gazetteer.fold(place.name).startswith(gazetteer.fold(name))
            or gazetteer.fold(place.name) == gazetteer.fold(name)
        )
    ]
    cities = City.objects.select_related("country").in_bulk(
        [place.geoname_id for place in exact], field_name="geoname_id"
    )
    countries = Country.objects.in_bulk({place.country for place in exact})
    for place in exact:
        if place.country not in countries:
            continue
        if city := cities.get(place.geoname_id):
            found[f"city-{city.pk}"] = Found(f"city-{city.pk}", label_of(city), city)
        else:
            key = f"place-{place.geoname_id}"
            found[key] = Found(key, label_of_place(place), place=place)
    return list(found.values())[:MOST_PLACES]


def label_of(city: City) -> str:
    return f"{city.localized_name}, {city.country.localized_name}"


def label_of_place(place: gazetteer.Place) -> str:
    """Two places of one name in one country are told apart by how many people live there."""
    label = f"{place.name}, {country_name(place.country)}"
    if not place.population:
        return label
    people = ngettext("%(count)s inhabitant", "%(count)s inhabitants", place.population)
    counted = number_format(place.population, use_l10n=True, force_grouping=True)
    return f"{label} ({people % {'count': counted}})"


def move_follows(merged: int, into: int) -> None:
    """Whoever followed a tag follows the one it was merged with; by primary keys."""
    follows = Follow.objects.filter(content_type=content_type("tag"))
    there = follows.filter(object_id=into).values("member")
    follows.filter(object_id=merged).exclude(member__in=there).update(object_id=into)
    follows.filter(object_id=merged).delete()
