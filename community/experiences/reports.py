"""Reports of cities: which ones readers see, and their summary."""

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
from repository.text.lists import with_commas, with_plain_commas
from repository.translations.reading import translate_all

PAGE_SIZE = 20
# Maximum number of reports shown for a city or a tag, and of places offered for an ambiguous name.
SHOWN = 30
MAX_PLACES = 8


def is_open(subject: models.Model) -> bool:
    """Whether cities can report on a subject: cases only while they are published."""
    return not isinstance(subject, CaseStudy) or subject.is_published


def public(rows: models.QuerySet[Experience]) -> models.QuerySet[Experience]:
    """Those of `rows` that are public: published, about a practice or a published case."""
    cases = CaseStudy.objects.published().values("pk")
    return rows.filter(
        Q(content_type=content_type("practice"))
        | Q(content_type=content_type("case"), object_id__in=cases),
        standing=Standing.PUBLISHED,
    )


def shown(subject: models.Model, user) -> models.QuerySet[Experience]:
    """The reports on the page of `subject`; authors also see their own pending or hidden ones.

    For those with `by_moderator`, removed by a moderator, a placeholder is shown.
    """
    readable = Q(standing=Standing.PUBLISHED)
    if user.is_authenticated:
        readable |= Q(author=user, standing__in=[Standing.PENDING, Standing.HIDDEN])
    rows = Experience.objects.about(subject).annotate(by_moderator=removed.by_moderator(Experience))
    rows = rows.filter(readable | Q(by_moderator=True))
    return rows.select_related("city__country", "author__membership").prefetch_related("tags")


def elsewhere(rows: models.QuerySet[Experience]) -> list[Experience]:
    """Public reports of `rows` with their subjects, for the pages of cities and tags."""
    every = public(rows).select_related("city__country").prefetch_related("subject")
    found = list(every.order_by("-year", "-pk")[:SHOWN])
    translate_all(row.subject for row in found if row.subject)
    return found


@dataclass(frozen=True)
class Reason:
    """Why a city abandoned it, as HTML in `language`; empty if it gave no reason."""

    city: City
    html: str
    language: str


@dataclass(frozen=True)
class Stage:
    """A part of the bar of stages; `start` and `width` are in per cent."""

    status: str
    label: str
    count: int
    start: str
    width: str


@dataclass(frozen=True)
class Summary:
    """The number of cities at each stage, each counted once, by its latest report."""

    cities: dict[str, int]
    reasons: list[Reason]
    # Whether it counts sample cities, for lack of real ones.
    is_sample: bool = False

    def __bool__(self) -> bool:
        return bool(self.cities)

    @property
    def stages(self) -> list[Stage]:
        """The stages with cities, as the parts of one bar, from adopted to abandoned."""
        total = sum(self.cities.values())
        stages, start = [], 0.0
        for status in ORDER:
            if count := self.cities.get(status, 0):
                width = 100 * count / total
                label = Adoption(status).label
                stages.append(Stage(status, str(label), count, f"{start:.4g}", f"{width:.4g}"))
                start += width
        return stages

    def __str__(self) -> str:
        """A sentence: "Adopted in 4 cities, abandoned in 1 city"."""
        parts = [words(status, self.cities[status]) for status in ORDER if status in self.cities]
        return capfirst(with_commas(parts))


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
            "in progress in %(count)s city", "in progress in %(count)s cities", count
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
    """The summary of the published reports on `subject`, in one query.

    It counts real cities; those of the sample data only if there are no others.
    """
    latest = (
        Experience.objects.about(subject)
        .published()
        .order_by("city_id", "-year", "-pk")
        .distinct("city_id")
        .select_related("city")
        .only("status", "language", "city__slug", "city__name", "city__names", "city__is_sample")
        # Reasons only of cities that abandoned it.
        .annotate(why=Case(When(status=Adoption.ABANDONED, then=KT("rendered__failed"))))
    )
    cities: dict[str, int] = {}
    reasons: list[Reason] = []
    rows = list(latest)
    real = [row for row in rows if not row.city.is_sample]
    for row in real or rows:
        cities[row.status] = cities.get(row.status, 0) + 1
        if row.status == Adoption.ABANDONED and len(reasons) < SHOWN:
            reasons.append(Reason(row.city, row.why or "", row.language))
    return Summary(cities, reasons, is_sample=bool(rows) and not real)


@dataclass(frozen=True)
class Found:
    """A city that matches a name: one of the collection, or a place of the gazetteer."""

    key: str
    label: str
    city: City | None = None
    place: gazetteer.Place | None = None


def cities_called(text: str) -> list[Found]:
    """Cities of the collection and the gazetteer that match "Kigali" or "Kigali, Rwanda"."""
    text = with_plain_commas(" ".join(text.split())).strip(" ,")
    return called(*profiles_places.name_and_country(text))


def called(name: str, country: Country | None) -> list[Found]:
    """Cities that match `name`, in `country` if it is known."""
    if not name or "\0" in name:
        return []
    known = [where.city for where in profiles_places.cities_named(name, country) if where.city]
    found = {f"city-{city.pk}": Found(f"city-{city.pk}", label_of(city), city) for city in known}
    # Some cities of the collection have no GeoNames id: skip places with the same country.
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
    return list(found.values())[:MAX_PLACES]


def label_of(city: City) -> str:
    return with_commas([city.localized_name, city.country.localized_name])


def label_of_place(place: gazetteer.Place) -> str:
    """A label with the population, for places of one name in one country."""
    label = with_commas([place.name, country_name(place.country)])
    if not place.population:
        return label
    people = ngettext("%(count)s inhabitant", "%(count)s inhabitants", place.population)
    counted = number_format(place.population, use_l10n=True, force_grouping=True)
    return f"{label} ({people % {'count': counted}})"


def move_follows(merged: int, into: int) -> None:
    """Move the follows of a merged tag to the tag it was merged into; by primary keys."""
    follows = Follow.objects.filter(content_type=content_type("tag"))
    there = follows.filter(object_id=into).values("member")
    follows.filter(object_id=merged).exclude(member__in=there).update(object_id=into)
    follows.filter(object_id=merged).delete()
