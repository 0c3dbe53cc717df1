"""All public figures about participants of webinars, taken together and over time.

An attacker reads the files of a series and of its surveys, which have the same rows as the pages:
once a webinar was held, again after an account was deleted, and when the survey is closed.
"""

import csv
from collections import Counter, defaultdict
from datetime import timedelta
from io import StringIO
from itertools import product

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from community.models import Gender, Registration, Survey
from community.privacy.actions import delete_account
from community.webinars.suppression import FEW, is_small
from community.webinars.surveys import actions as surveys
from repository.pages.editions import forget_all
from repository.places.country_names import country_name
from repository.webinars import actions as webinars
from tests.community.webinars.surveys.surveys import answer, register
from tests.factories import (
    CityFactory,
    CountryFactory,
    SeriesFactory,
    UserFactory,
    WebinarFactory,
)
from tests.sampling import examples

pytestmark = [pytest.mark.django_db, pytest.mark.slow(20)]

# So many people from one place (a country, and the number of a city in it) and of one gender. Few
# numbers, so that many are equal.
GROUPS = st.lists(
    st.tuples(
        st.sampled_from(["KE", "BJ", "CN", "GH", ""]),
        st.sampled_from([None, 0, 1]),
        st.sampled_from(["", *Gender.values]),
        st.sampled_from([1, 2, 5, 8]),
    ),
    min_size=1,
    max_size=6,
)
WEBINARS = st.lists(GROUPS, min_size=1, max_size=2)
GENDERS = {"woman": "women", "man": "men", "other": "another gender"}
SERIES = ("overview", "registrations", "gender", "countries", "cities")


@pytest.fixture(autouse=True)
def _deletions(settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path / "deletions"


def rows_at(path: str) -> list[list[str]]:
    """The rows of a public CSV file without the header; empty if there is no such file."""
    forget_all()
    answered = Client().get(path)
    if answered.status_code == 404:
        return []
    return list(csv.reader(StringIO(answered.content.decode("utf-8-sig"))))[1:]


class Reader:
    """Collects published numbers; fails if one of them changes."""

    def __init__(self):
        self.published: dict[tuple, dict[str, int]] = defaultdict(dict)

    def note(self, table: tuple, key: str, number: str) -> None:
        if number.isdigit():
            known = self.published[table].setdefault(key, int(number))
            assert known == int(number), (table, key)

    def read(self, series) -> None:
        for table in SERIES:
            for *words, number, _day in rows_at(f"/series/{series.slug}/{table}.csv"):
                self.note((table,), ", ".join(words), number)
        for webinar in series.webinars.all():
            for table, _title, key, _words, number in rows_at(
                f"/webinars/{webinar.slug}/survey.csv"
            ):
                self.note((webinar.number, table), key, number)

    def shown(self, *table) -> dict[str, int]:
        return {key: number for key, number in self.published[table].items() if number}


def come(webinar, groups, **fields) -> None:
    for iso2, city, gender, number in groups:
        country = CountryFactory(iso2=iso2) if iso2 else None
        place = city_of(country, city) if country and city is not None else None
        register(webinar, number, country=country, city=place, gender=gender, **fields)


def city_of(country, number):
    slug = f"{country.iso2}-{number}".lower()
    return country.cities.filter(slug=slug).first() or CityFactory(
        slug=slug, name=slug, country=country
    )


def left(size: int, published: dict[str, int]) -> int:
    """The number of people who are not in the published counts."""
    return size - sum(published.values())


@examples(0.06, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WEBINARS, GROUPS.map(lambda groups: groups[0]), st.booleans())
# Of equal numbers each page would hide another.
@example([[("KE", None, "", 8), ("BJ", None, "", 8)]], ("GH", None, "", 1), True)
# A person who leaves would be the difference of two pages, and of two days.
@example([[("KE", None, "woman", 8), ("BJ", None, "man", 8)]], ("BJ", None, "", 1), True)
@example([[("KE", None, "woman", 8), ("BJ", None, "man", 7)]], ("BJ", None, "", 1), False)
# Five who are hidden together would be of as many countries, or cities.
@example([[("KE", None, "", 10), ("BJ", None, "", 2), ("CN", None, "", 2)]], ("GH", 0, "", 1), True)
@example([[("KE", None, "", 8), ("KE", 0, "", 2), ("KE", 1, "", 2)]], ("KE", None, "", 1), False)
def test_all_pages_together_reveal_nobody(moderator, of_webinars, who_leaves, has_answered):
    series = SeriesFactory()
    for number, groups in enumerate(of_webinars, 1):
        webinar = WebinarFactory(
            series=series,
            number=number,
            status="live",
            starts_at=timezone.now() - timedelta(days=3),
            minutes=60,
            time_zone="UTC",
        )
        come(webinar, groups)
        if number == 1:
            member = UserFactory()
            come(webinar, [(*who_leaves[:3], 1)], member=member)
        webinars.hold(webinar=webinar, by=moderator)
    reader = Reader()
    reader.read(series)
    sizes = [webinar.registrations.count() for webinar in series.webinars.order_by("number")]
    if has_answered:
        answer(Registration.objects.get(member=member))
    delete_account(member=member, by=member, erase=False)
    reader.read(series)
    for survey in Survey.objects.filter(webinar__series=series):
        surveys.close(survey=survey)
    Survey.objects.update(closed_at=timezone.now() - timedelta(days=1))
    reader.read(series)

    # The figures of the series are the sums of the published figures of its webinars.
    numbers = range(1, len(sizes) + 1)
    genders, countries = Counter(), Counter()
    for number in numbers:
        for key, n in reader.shown(number, "gender").items():
            genders[GENDERS.get(key, "prefer not to say")] += n
        for key, n in reader.shown(number, "country").items():
            countries[country_name(key) if key else "prefer not to say"] += n
    assert reader.shown("gender") == genders
    assert reader.shown("countries") == countries
    known = {f"Webinar {n}": size for n, size in zip(numbers, sizes, strict=True) if size >= FEW}
    assert reader.shown("registrations") == known
    cities = reader.shown("cities")
    overview = {words: n for words, n in reader.shown("overview").items() if "regist" not in words}
    assert sum(overview.values()) == len(countries.keys() - {"prefer not to say"}) + len(cities)

    # The unpublished rest of each webinar is nobody, or five people or more.
    for number, table in product(numbers, ["gender", "country", "kind", "attended", "knowledge"]):
        published = reader.shown(number, table)
        assert not any(map(is_small, published.values()))
        assert not published or not is_small(left(sizes[number - 1], published)), (number, table)
    # Likewise for the cities of each country; with several webinars not each publishes all cities.
    for name, number in countries.items():
        of_country = {key: n for key, n in cities.items() if key.endswith(f", {name}")}
        assert not any(map(is_small, of_country.values()))
        if len(sizes) == 1:
            assert not is_small(left(number, of_country)), name
    assert sum(cities.values()) <= sum(
        n for name, n in countries.items() if name != "prefer not to say"
    )


def public_texts(webinar) -> list[str]:
    """The public pages of a webinar before its survey is closed."""
    forget_all()
    paths = [
        webinar.get_absolute_url(),
        f"/webinars/{webinar.slug}/calendar.ics",
        "/webinars/",
        "/monitoring/",
        f"/api/v1/webinars/{webinar.slug}",
        "/api/v1/webinars",
    ]
    answers = [Client().get(path) for path in paths]
    assert {answered.status_code for answered in answers} == {200}
    return [answered.text for answered in answers]


def test_the_api_and_other_pages_do_not_depend_on_registrations():
    webinar = WebinarFactory(
        starts_at=timezone.now() - timedelta(days=3), minutes=60, time_zone="UTC"
    )
    before = public_texts(webinar)
    come(webinar, [("KE", 0, "woman", 8), ("BJ", None, "man", 1)])
    assert Survey.objects.get().seats["gender"] == {"woman": 8, "man": 1}
    assert public_texts(webinar) == before
