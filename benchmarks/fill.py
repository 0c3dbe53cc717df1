"""The scratch collection: the 2020 series, and thousands of cases in the same proportions.

The same seed gives the same collection on every machine. `python benchmarks/fill.py 1000` fills
the database of the settings.
"""

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

if __name__ == "__main__":
    import django

    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model

from benchmarks.words import Writer
from repository import gazetteer
from repository.models import (
    Appearance,
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Evidence,
    Goal,
    Organization,
    OrganizationKind,
    Practice,
    Reference,
    ReferenceKind,
    SearchEntry,
    SearchWord,
    Series,
    Speaker,
    Tag,
    TaggedItem,
    Theme,
    Webinar,
)

SERIES = settings.BASE_DIR / "repository" / "content" / "series-2020"
# Mean words of each section of the cases of 2020.
WORDS = {
    "challenge": 167,
    "solution": 181,
    "results": 106,
    "lessons": 96,
    "what_did_not_work": 37,
    "preconditions": 65,
    "advice": 109,
}
LANGUAGES = {"en": 88, "fr": 5, "es": 4, "zh": 2, "ru": 1}
# The surroundings are the same whatever the number of cases.
CITIES, PRACTICES, SPEAKERS, WEBINARS, REFERENCES, TAGS = 1000, 100, 300, 150, 3000, 400
# A few places have many cases: with 1,000 cases already as many as their page shows.
LEADING_CITIES, LEADING_SHARE = 12, 0.4
FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)
BATCH = 500

type Progress = Callable[[str], object]


def fill_surroundings(*, seed: int = 1) -> None:
    """Load the series of 2020, and write the cities, practices, people and works around it."""
    call_command("load_series", SERIES, verbosity=0)
    writer = Writer(seed=seed)
    pick = writer.random
    with transaction.atomic(), without_triggers():
        countries = set(Country.objects.values_list("pk", flat=True))
        used = set(City.objects.exclude(geoname_id=None).values_list("geoname_id", flat=True))
        largest = sorted(
            (place for place in map(gazetteer.place_of, gazetteer.records()) if place.population),
            key=lambda place: (-place.population, place.geoname_id),
        )
        chosen = [row for row in largest if row.country in countries and row.geoname_id not in used]
        City.objects.bulk_create(
            City(
                slug=f"place-{place.geoname_id}",
                name=place.name,
                country_id=place.country,
                summary=writer.text(30),
                latitude=place.latitude,
                longitude=place.longitude,
                population=place.population,
                population_source=gazetteer.POPULATION_SOURCE,
                has_sea_port=pick.random() < 0.3,
                has_rail_hub=pick.random() < 0.5,
                languages=["en"],
                geoname_id=place.geoname_id,
            )
            for place in chosen[: CITIES - City.objects.count()]
        )
        practices = Practice.objects.bulk_create(
            Practice(
                slug=f"know-how-{n}",
                name=writer.text(6)[:90],
                summary=writer.text(28)[:260],
                description=f"{writer.text(60)}\n\n{writer.text(60)}",
                needs=writer.text(20)[:400],
            )
            for n in range(PRACTICES - Practice.objects.count())
        )
        link(Practice, "themes", practices, Theme.objects.all(), writer, least=1, most=3)
        organizations = Organization.objects.bulk_create(
            Organization(
                slug=f"body-{n}",
                name=f"{writer.name()} {writer.name()} Association".title(),
                kind=OrganizationKind.ASSOCIATION,
            )
            for n in range(60)
        )
        speakers = Speaker.objects.bulk_create(
            Speaker(
                slug=f"speaker-{n}",
                name=f"{writer.name()} {writer.name()}".title(),
                organization=pick.choice(organizations),
            )
            for n in range(SPEAKERS - Speaker.objects.count())
        )
        series = Series.objects.bulk_create(
            Series(slug=f"series-{n}", title=writer.text(9)[:250], start=date(2010 + n, 3, 1))
            for n in range(9)
        )
        webinars = Webinar.objects.bulk_create(
            Webinar(
                series=series[n % len(series)],
                number=n // len(series) + 1,
                slug=f"webinar-{n}",
                title=writer.text(8)[:250],
                summary=writer.text(35)[:400],
                recording=f"https://example.org/recordings/{n}",
            )
            for n in range(WEBINARS - Webinar.objects.count())
        )
        Appearance.objects.bulk_create(
            Appearance(webinar=webinar, speaker=speaker, title=writer.text(10)[:300], position=at)
            for webinar in webinars
            for at, speaker in enumerate(pick.sample(speakers, pick.randint(2, 5)))
        )
        Reference.objects.bulk_create(
            [
                Reference(
                    key=f"work-{n}",
                    kind=ReferenceKind.REPORT,
                    authors=[{"family": writer.name().title(), "given": "A."}],
                    year=2000 + n % 20,
                    title=writer.text(12)[:400],
                    publisher=writer.text(3)[:200],
                    url=f"https://example.org/works/{n}",
                )
                for n in range(REFERENCES - Reference.objects.count())
            ],
            batch_size=BATCH,
        )
        Tag.objects.bulk_create(
            Tag(slug=f"word-{n}", name=f"{writer.name()} {n}")
            for n in range(TAGS - Tag.objects.count())
        )


def fill_cases(upto: int, *, seed: int = 1, progress: Progress = lambda line: None) -> None:
    """Write cases until there are `upto`, with all that belongs to them, ready to be searched."""
    first = CaseStudy.objects.count()
    writer = Writer(seed=seed + first)
    pick = writer.random
    story = Story(writer)
    with transaction.atomic(), without_triggers():
        surroundings = Surroundings()
        for start in range(first, upto, BATCH):
            numbers = range(start, min(start + BATCH, upto))
            cases = CaseStudy.objects.bulk_create(story.case(n) for n in numbers)
            for name, others, least, most in (
                ("themes", surroundings.themes, 3, 3),
                ("goals", surroundings.goals, 3, 3),
                ("practices", surroundings.practices, 2, 3),
                ("references", surroundings.references, 0, 5),
            ):
                link(CaseStudy, name, cases, others, writer, least=least, most=most)
            surroundings.place(cases, pick)
            surroundings.present(cases, pick)
            Evidence.objects.bulk_create(
                surroundings.evidence(case, place, writer) for case in cases for place in range(8)
            )
            TaggedItem.objects.bulk_create(
                TaggedItem(content_object=case, tag=tag)
                for case in cases
                for tag in pick.sample(surroundings.tags, 5)
            )
            progress(f"{start + len(cases)} cases")
    with transaction.atomic(), without_indexes(SearchEntry, SearchWord):
        call_command("rebuild_search", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


class Story:
    """Cases told half in paragraphs of the real ones, half in words as rare as in real texts."""

    def __init__(self, writer: Writer):
        self.writer = writer
        self.paragraphs: dict[str, list[str]] = defaultdict(list)
        english = CaseStudy.objects.filter(series__slug=SERIES.name, language="en")
        for case in english.order_by("slug"):
            for section in WORDS:
                self.paragraphs[section] += re.split(r"\n\s*\n", getattr(case, section).strip())

    def case(self, n: int) -> CaseStudy:
        pick = self.writer.random
        language = pick.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        return CaseStudy(
            slug=f"case-{n}",
            title=self.writer.text(9, language)[:72].strip(),
            summary=self.writer.text(32, language)[:220].strip(),
            setting=self.writer.text(6, language)[:70],
            cost=self.writer.text(12, language)[:120],
            time=self.writer.text(6, language)[:60],
            source=self.writer.text(14)[:160],
            language=language,
            status=CaseStatus.PUBLISHED,
            published_at=FIRST_DAY + timedelta(hours=n),
            verified_at=date(2026, 1, 1),
            **{name: self.section(name, count, language) for name, count in WORDS.items()},
        )

    def section(self, name: str, count: int, language: str) -> str:
        pick, parts, left = self.writer.random, [], count
        while left > 0:
            part = pick.choice(self.paragraphs[name])
            size = len(part.split())
            if language != "en" or (size > 25 and pick.random() < 0.5):
                size = min(left, 60)
                # A Chinese text of as many words has half as many characters again.
                part = self.writer.text(size * 3 // 2 if language == "zh" else size, language)
            parts.append(part)
            left -= size
        return "\n\n".join(parts)


class Surroundings:
    """What cases are linked to."""

    def __init__(self):
        self.themes = list(Theme.objects.order_by("pk"))
        self.goals = list(Goal.objects.order_by("pk"))
        self.practices = list(Practice.objects.order_by("pk"))
        self.references = list(Reference.objects.order_by("pk"))
        self.speakers: dict[int, list[int]] = defaultdict(list)
        for webinar, speaker in Appearance.objects.order_by("pk").values_list("webinar", "speaker"):
            self.speakers[webinar].append(speaker)
        self.tags = list(Tag.objects.order_by("pk"))
        self.countries = list(Country.objects.order_by("pk"))
        self.organizations = list(Organization.objects.order_by("pk"))
        leading = leading_cities()
        others = City.objects.exclude(pk__in=[city.pk for city in leading])
        self.cities = leading + list(others.order_by("pk"))
        rest = len(self.cities) - LEADING_CITIES
        self.city_weights = list(
            accumulate(
                [LEADING_SHARE / LEADING_CITIES] * LEADING_CITIES
                + [(1 - LEADING_SHARE) / rest] * rest
            )
        )

    def place(self, cases: list[CaseStudy], pick) -> None:
        """Three of four cases in one city or two, the others in a country or seen by a body."""
        cities, countries, bodies = [], [], []
        for case in cases:
            kind = pick.random()
            if kind < 0.75:
                number = pick.choice([1, 1, 2])
                for city in set(pick.choices(self.cities, cum_weights=self.city_weights, k=number)):
                    cities.append((case.pk, city.pk))
            elif kind < 0.9:
                countries.append((case.pk, pick.choice(self.countries).pk))
            else:
                bodies.append((case.pk, pick.choice(self.organizations).pk))
        write_links(CaseStudy, "cities", sorted(cities))
        write_links(CaseStudy, "countries", countries)
        write_links(CaseStudy, "organizations", bodies)

    def present(self, cases: list[CaseStudy], pick) -> None:
        """Each case in one webinar, by one of those who spoke there."""
        pairs = [(case.pk, pick.choice(list(self.speakers))) for case in cases]
        write_links(CaseStudy, "webinars", pairs)
        presenters = [(case, pick.choice(self.speakers[webinar])) for case, webinar in pairs]
        write_links(CaseStudy, "speakers", presenters)

    def evidence(self, case: CaseStudy, position: int, writer: Writer) -> Evidence:
        """Three figures shown large, three bars under a heading, two rows of a table."""
        pick = writer.random
        row = Evidence(
            case=case,
            position=position,
            label=writer.text(7, case.language)[:80],
            period=str(pick.randint(2015, 2025)),
            is_headline=position < 3,
            group=f"{case.title[:40]} {position % 3}" if 3 <= position < 6 else "",
            reference=pick.choice(self.references) if position % 2 else None,
            place=f"page {pick.randint(1, 90)}",
        )
        if 3 <= position < 6:
            row.group = case.title[:60]
            row.value, row.unit = Decimal(pick.randint(1, 99)), "%"
        elif position == 0:
            row.numerator, row.denominator = pick.randint(1, 1500), 1500
        else:
            row.value = Decimal(pick.randint(1, 900) * 10 ** pick.randint(0, 7))
            row.currency = pick.choice(["", "USD", "CNY"])
            row.qualifier = pick.choice(["", "about", "more than"])
        return row


def leading_cities() -> list[City]:
    """The cities with the most cases: the largest of those written here."""
    return list(
        City.objects.filter(slug__startswith="place-").order_by("-population", "pk")[
            :LEADING_CITIES
        ]
    )


def link(
    model: type[Model], name: str, rows, others, writer: Writer, *, least: int, most: int
) -> None:
    """Link each row to between `least` and `most` of the others."""
    pick, others = writer.random, list(others)
    write_links(
        model,
        name,
        [
            (row.pk, other.pk)
            for row in rows
            for other in pick.sample(others, pick.randint(least, most))
        ],
    )


def write_links(model: type[Model], name: str, pairs: list[tuple]) -> None:
    field = model._meta.get_field(name)
    here, there = field.m2m_column_name(), field.m2m_reverse_name()
    table = field.m2m_db_table()
    # What bulk_create would write, ten times as fast.
    statement = f"COPY {table} ({here}, {there}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for pair in pairs:
            copy.write_row(pair)


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """No history, no search entries, no edition for each single row; one new edition at the end.

    On these tables, or on all of the collection.
    """
    with connection.cursor() as cursor:
        tables = tables or [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith("repository_") and not name.endswith("event")
        ]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        # What foreign keys still wait for would keep the tables from being changed again.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("UPDATE repository_edition SET number = number + 1, changed_at = now()")


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """Build the indexes at the end in one go, which is faster than row by row."""
    indexes = [(model, index) for model in models for index in model._meta.indexes]
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.add_index(model, index)


def main() -> None:
    upto, began = int(sys.argv[1]), time.monotonic()
    if not CaseStudy.objects.exists():
        fill_surroundings()
    fill_cases(upto)
    print(f"{upto:,} cases filled in {time.monotonic() - began:.0f} seconds", flush=True)


if __name__ == "__main__":
    main()
