"""Fill a database with the 2020 series, and with thousands of generated cases like those in it.

The same seed creates the same collection on every machine. `python benchmarks/fill.py 1000` fills
the database in the settings.
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date

if __name__ == "__main__":
    import django

    django.setup()

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.bulk_writes import link, without_indexes, without_triggers, write
from benchmarks.cases import CaseWriter, Relations
from benchmarks.texts import Writer
from repository.models import (
    Appearance,
    CaseStudy,
    City,
    Country,
    GlossaryTerm,
    LandscapeSection,
    Organization,
    OrganizationKind,
    Practice,
    Recommendation,
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
    WebinarStatus,
)
from repository.places import gazetteer

SERIES = settings.BASE_DIR / "repository" / "content" / "series-2020"
# Total numbers of related objects, which do not depend on the number of cases.
CITIES, PRACTICES, SPEAKERS, WEBINARS, REFERENCES, TAGS = 1000, 100, 300, 150, 3000, 400
BATCH = 500
# Search entries per statement. Each statement inserts its oldest first, so a small number keeps the
# newest first overall.
ENTRIES = 50

# Searchable models besides cases.
SEARCHED = {
    "city": City,
    "country": Country,
    "practice": Practice,
    "recommendation": Recommendation,
    "landscape": LandscapeSection,
    "speaker": Speaker,
    "term": GlossaryTerm,
    "webinar": Webinar,
}

COLUMNS = ", ".join(
    field.column
    for field in SearchEntry._meta.fields
    if not field.primary_key and not field.generated
)

type Progress = Callable[[str], object]


def fill_relations(*, seed: int = 1) -> None:
    """Load the 2020 series, and create further cities, practices, speakers, webinars and so on."""
    call_command("load_series", SERIES, verbosity=0)
    writer = Writer(seed=seed)
    rng = writer.random
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
                has_sea_port=rng.random() < 0.3,
                has_rail_hub=rng.random() < 0.5,
                working_languages=["en"],
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
        link(Practice, "themes", practices, Theme.objects.all(), rng, minimum=1, maximum=3)
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
                organization=rng.choice(organizations),
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
                status=WebinarStatus.HELD,
            )
            for n in range(WEBINARS - Webinar.objects.count())
        )
        Appearance.objects.bulk_create(
            Appearance(webinar=webinar, speaker=speaker, title=writer.text(10)[:300], position=n)
            for webinar in webinars
            for n, speaker in enumerate(rng.sample(speakers, rng.randint(2, 5)))
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


def fill_cases(total: int, *, seed: int = 1, progress: Progress = lambda line: None) -> None:
    """Create cases until there are `total`, with their relations and all search entries."""
    existing = list(CaseStudy.objects.order_by("-published_at").values_list("pk", flat=True))
    writer = Writer(seed=seed + len(existing))
    case_writer = CaseWriter(writer)
    content_type = ContentType.objects.get_for_model(CaseStudy)
    with without_indexes(SearchEntry, SearchWord), without_triggers():
        relations = Relations()
        with rebuilt_search_entries() as create_entries:
            # Newest first, as in a rebuilt index: searches that reach their limit omit the oldest.
            for end in range(total, len(existing), -BATCH):
                numbers = range(end - 1, max(end - BATCH, len(existing)) - 1, -1)
                with transaction.atomic():
                    cases = write_cases(numbers, case_writer, relations, content_type)
                create_entries("case", [case.pk for case in cases])
                progress(f"{total - numbers[-1]} cases")
            create_entries("case", existing)
            for kind, model in SEARCHED.items():
                keys = model.objects.order_by("pk").values_list("pk", flat=True)
                create_entries(kind, list(keys))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def write_cases(
    numbers, case_writer: CaseWriter, relations: Relations, content_type: ContentType
) -> list[CaseStudy]:
    """Create the cases with these numbers and their relations."""
    writer, rng = case_writer.writer, case_writer.writer.random
    cases = CaseStudy.objects.bulk_create(case_writer.case(n) for n in numbers)
    for name, others, minimum, maximum in (
        ("themes", relations.themes, 3, 3),
        ("goals", relations.goals, 3, 3),
        ("practices", relations.practices, 2, 3),
        ("references", relations.references, 0, 5),
    ):
        link(CaseStudy, name, cases, others, rng, minimum=minimum, maximum=maximum)
    relations.link_places(cases, rng)
    relations.link_webinars(cases, rng)
    write(relations.evidence(case, n, writer) for case in cases for n in range(8))
    write(
        TaggedItem(content_type=content_type, object_id=case.pk, tag=tag)
        for case in cases
        for tag in rng.sample(relations.tags, 5)
    )
    return cases


@contextmanager
def rebuilt_search_entries() -> Iterator[Callable[[str, list], object]]:
    """Yield a function that creates the search entries of some objects of one kind.

    It runs on two other connections, so that the caller can continue writing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE repository_searchentry, repository_searchtranslation, repository_searchword"
        )
        futures = []
        with ThreadPoolExecutor(2) as executor:
            yield lambda kind, keys: futures.append(executor.submit(write_entries, kind, keys))
        for future in futures:
            future.result()
        cursor.execute("SELECT repository_store_translated_texts(NULL, NULL)")
        cursor.execute("SELECT repository_count_all_search_words()")


def write_entries(kind: str, keys: list) -> None:
    column = "object_id = ANY (%s::text[])" if kind == "country" else "row_id = ANY (%s)"
    with closing(connection), connection.cursor() as cursor:
        for start in range(0, len(keys), ENTRIES):
            cursor.execute(
                f"INSERT INTO repository_searchentry ({COLUMNS}) SELECT {COLUMNS} "  # noqa: S608
                f"FROM repository_search_rows WHERE kind = %s AND {column} "
                "ORDER BY published_at, row_id",
                [kind, keys[start : start + ENTRIES]],
            )


def main() -> None:
    total, began = int(sys.argv[1]), time.monotonic()
    if not CaseStudy.objects.exists():
        fill_relations()
    fill_cases(total)
    print(f"{total:,} cases filled in {time.monotonic() - began:.0f} seconds", flush=True)


if __name__ == "__main__":
    main()
