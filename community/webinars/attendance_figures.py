"""Public figures about registrations for the webinars of a series: number, places, gender.

Cells of fewer than five people are suppressed. A figure of a series is the sum of the published
figures of its webinars (`suppression`), so that it reveals nothing more: neither by leaving out a
webinar nor by comparison with an earlier day. It is based on the counts made when a webinar was
held (`seats_of` in `surveys/figures.py`), as is the page of its survey. A person who attended
several webinars counts for each.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Gender, Survey
from community.webinars.suppression import FEW, suppress
from community.webinars.surveys.figures import public_of_series
from repository.maps.world import Point
from repository.models import City, Series, Webinar, WebinarStatus
from repository.pages.tables import Table
from repository.places.country_names import country_name
from repository.series.figures import Part, webinar_name


class Seats(NamedTuple):
    """The number of seats at each webinar, by its primary key: by gender, country and city.

    The empty string stands for people who did not say.
    """

    gender: dict[int, dict[str, int]]
    country: dict[int, dict[str, int]]
    # By country first.
    city: dict[int, dict[str, dict[str, int]]]

    @property
    def sizes(self) -> dict[int, int]:
        """The number of seats at each webinar for which it may be published."""
        every = {number: sum(row.values()) for number, row in sorted(self.gender.items())}
        return {number: size for number, size in every.items() if size >= FEW}


def seats(series: Series, before: date) -> Seats:
    """The seats of the webinars that were held before a day."""
    found = Seats({}, {}, {})
    rows = Survey.objects.filter(webinar__series=series, webinar__status=WebinarStatus.HELD)
    for survey in rows.select_related("webinar").defer("counts"):
        if was_over(survey.webinar, before):
            number = survey.webinar.number
            found.gender[number] = survey.seats["gender"]
            found.country[number] = survey.seats["country"]
            found.city[number] = survey.seats["city"]
    return found


def was_over(webinar: Webinar, before: date) -> bool:
    """Whether registration had closed before this day."""
    end = webinar.ends_at and timezone.localdate(webinar.ends_at)
    return all(day is None or day < before for day in (webinar.date, end))


def summed[K](rows: Mapping[int, Mapping[K, int]]) -> Counter[K]:
    """The sum of the published figures of each webinar."""
    total: Counter[K] = Counter()
    for row in rows.values():
        total.update({key: number for key, number in suppress(row).items() if number})
    return total


def summed_cities(found: Seats) -> Counter[int]:
    """The same for cities, each based on the published figure of its country at that webinar."""
    total: Counter[int] = Counter()
    for number, countries in found.country.items():
        for country in (key for key, n in suppress(countries).items() if n):
            for city, n in suppress(found.city[number][country]).items():
                if city and n:
                    total[int(city)] += n
    return total


def people(series: Series, before: date) -> Part:
    """The tables of registrations; empty if nothing may be published."""
    found = seats(series, before)
    if not found.sizes:
        return Part()
    countries, counted = summed(found.country), summed_cities(found)
    shown = City.objects.select_related("country").in_bulk(counted)
    # A city may have been deleted from the collection since.
    cities = Counter({pk: n for pk, n in counted.items() if pk in shown})
    return Part(
        (
            gender_table(summed(found.gender)),
            country_table(countries),
            city_table(cities, shown),
            webinar_table(found.sizes),
        ),
        headlines(found.sizes.values(), sum(1 for key in countries if key), len(cities)),
        points(cities, shown),
    )


def answers(series: Series, before: date) -> Part:
    """The answers to the surveys of its webinars that are closed."""
    return Part(
        tuple(
            Table(
                f"survey-{table.key}",
                table.title,
                _(
                    "People with a seat at webinars whose surveys are closed. Numbers "
                    "below five aren’t shown, nor are numbers that would reveal them."
                ),
                (_("Answer"), _("People")),
                tuple((words, _("not shown") if n is None else n) for _key, words, n in table.rows),
            )
            for table in public_of_series(series, before)
        )
    )


def headlines(sizes: Iterable[int], countries: int, cities: int) -> tuple[tuple[str, int], ...]:
    """Large figures: only what can be counted in the tables shown."""
    rows = (
        (_("registrations for past webinars"), sum(sizes)),
        (
            ngettext("country or area represented", "countries and areas represented", countries),
            countries,
        ),
        (ngettext("city represented", "cities represented", cities), cities),
    )
    return tuple(row for row in rows if row[1])


def counted_of() -> str:
    return _("Seats at past webinars. Only webinars with at least five people are counted.")


def webinar_table(sizes: dict[int, int]) -> Table:
    return Table(
        "registrations",
        _("Registrations"),
        counted_of(),
        (_("Webinar"), _("Registrations")),
        tuple((webinar_name(number), n) for number, n in sizes.items()),
    )


def gender_table(counted: Counter[str]) -> Table:
    rows = (
        (_("women"), counted[Gender.WOMAN]),
        (_("men"), counted[Gender.MAN]),
        (_("another gender"), counted[Gender.OTHER]),
        (_("prefer not to say"), counted[Gender.UNSAID] + counted[""]),
    )
    return Table(
        "gender",
        _("Women and men"),
        counted_of(),
        (_("Gender"), _("Registrations")),
        tuple(row for row in rows if row[1]),
    )


def country_table(counted: Counter[str]) -> Table:
    found = sorted(counted.items(), key=lambda pair: (not pair[0], -pair[1], pair[0]))
    return Table(
        "countries",
        _("Countries and areas"),
        counted_of(),
        (_("Country or area"), _("Registrations")),
        tuple((country_name(key) if key else _("prefer not to say"), n) for key, n in found),
    )


def city_table(cities: Counter[int], shown: dict[int, City]) -> Table:
    rows = [(shown[pk], n) for pk, n in cities.most_common()]
    return Table(
        "cities",
        _("Cities"),
        f"{counted_of()} {_('Cities with a page on this site.')}",
        (_("City"), _("Country or area"), _("Registrations")),
        tuple((city.localized_name, country_name(city.country_id), n) for city, n in rows),
        urls=tuple(city.get_absolute_url() for city, _n in rows),
    )


def points(cities: Counter[int], shown: dict[int, City]) -> tuple[Point, ...]:
    return tuple(
        Point(
            city.slug,
            city.localized_name,
            city.get_absolute_url(),
            city.longitude,
            city.latitude,
            n,
        )
        for pk, n in cities.most_common()
        if (city := shown[pk]).longitude is not None and city.latitude is not None
    )
