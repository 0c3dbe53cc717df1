"""Fill a database with many cases, cities, members and comments, all invented.

`python benchmarks/scale_fill.py 10` adds ten times the numbers below to the database in the
settings. Texts are short. Each table is written by COPY or in one statement, without triggers and
indexes; search entries are created at the end.
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

if __name__ == "__main__":
    import django

    django.setup()

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Max, Model
from django.utils import timezone

from benchmarks.bulk_writes import without_foreign_keys, without_indexes, without_triggers, write
from benchmarks.cases import FIRST_DAY
from benchmarks.fill import COLUMNS, SEARCHED, fill_relations
from benchmarks.texts import Writer
from community.models import Comment, User
from repository.models import (
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Evidence,
    SearchEntry,
    SearchWord,
    Tag,
    TaggedItem,
)

# Numbers at scale 1.
CASES, CITIES, MEMBERS, COMMENTS = 10_000, 1_000, 10_000, 100_000
# Words of the texts of a case, their languages, and how many texts cases choose from.
TITLE, SUMMARY = 7, 20
LANGUAGES = ("fr", "es", "zh", "ru")
ENGLISH, OTHER = 5_000, 500
SECTIONS = {"challenge": 25, "solution": 25, "results": 15, "lessons": 15}
# What cases are linked to, with the most of each case, and how much more often the first are linked
# than the last.
LINKS = {"cities": (2, 2.0), "themes": (3, 1.5), "goals": (3, 1.5), "practices": (3, 1.5)}
TAGS_OF_CASE = 3
# Rows in memory at a time; search entries of one statement, and connections that create them.
BATCH, ENTRIES, CONNECTIONS = 10_000, 1_000, 2

# The expression with the ID makes PostgreSQL draw a new number for each case.
INSERT_LINKS = """
INSERT INTO {table} (casestudy_id, {column})
SELECT DISTINCT c.id,
    (%(pks)s::bigint[])[1 + floor(%(number)s * power(random(), %(skew)s))::integer]
FROM repository_casestudy c CROSS JOIN LATERAL
    generate_series(1, 1 + floor(random() * %(most)s)::integer + 0 * c.id) WHERE c.id > %(after)s
"""
INSERT_TAGS = """
INSERT INTO repository_taggeditem (content_type_id, object_id, tag_id)
SELECT DISTINCT %(type)s, c.id, (%(pks)s::bigint[])[1 + floor(%(number)s * random())::integer]
FROM repository_casestudy c CROSS JOIN generate_series(1, %(most)s) WHERE c.id > %(after)s
"""
INSERT_MEMBERS = """
INSERT INTO community_user (
    password, is_superuser, email, handle, display_name, language, is_staff, is_active,
    page_version, date_joined
)
SELECT '!', false, 'invented-' || n || '@example.org', 'invented-' || n, 'Invented member ' || n,
    'en', false, true, 0, now()
FROM generate_series(%(first)s, %(last)s) AS n
"""
# The first cases have the most comments.
INSERT_COMMENTS = """
INSERT INTO community_comment
    (content_type_id, object_id, author_id, standing, created_at, body, rendered, language)
SELECT %(type)s, (%(cases)s::bigint[])[1 + floor(%(case_count)s * power(random(), 2))::integer],
    (%(authors)s::bigint[])[1 + n %% %(author_count)s],
    'published', now() - n * interval '5 seconds', 'An invented comment, number ' || n,
    jsonb_build_object('body', '<p>An invented comment, number ' || n || '</p>'), 'en'
FROM generate_series(1, %(number)s) AS n
"""
INSERT_ENTRIES = f"""
INSERT INTO repository_searchentry ({COLUMNS}) SELECT {COLUMNS} FROM repository_search_rows
WHERE kind = %s AND row_id = ANY (%s) ORDER BY published_at DESC, row_id
"""  # noqa: S608

type Progress = Callable[[str], object]


def fill(scale: float, *, progress: Progress = lambda line: None) -> None:
    """Add `scale` times the numbers of rows, without search entries."""
    writer, lap = Writer(seed=round(scale * 100)), laps(progress)
    links = [CaseStudy._meta.get_field(name).remote_field.through for name in LINKS]
    tables: list[type[Model]] = [CaseStudy, City, Evidence, TaggedItem, User, Comment, *links]
    triggers = without_triggers(), without_triggers("community_user", "community_comment")
    last = CaseStudy.objects.aggregate(last=Max("pk"))["last"] or 0
    with triggers[0], triggers[1], without_foreign_keys(*tables), without_indexes(*tables):
        write_cities(round(CITIES * scale), writer)
        lap("cities")
        write_cases(round(CASES * scale), writer)
        cases = list(
            CaseStudy.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        )
        write_figures(cases, writer)
        lap("cases")
        link_cases(last)
        lap("relations of cases")
        write_members(round(MEMBERS * scale))
        write_comments(round(COMMENTS * scale), cases)
        lap("members and comments")
    lap("indexes and foreign keys")


def laps(progress: Progress) -> Callable[[str], None]:
    """Return a function that reports the seconds since it was last called."""
    last = time.monotonic()

    def lap(name: str) -> None:
        nonlocal last
        now = time.monotonic()
        progress(f"{name}: {now - last:.0f} s")
        last = now

    return lap


def write_cities(number: int, writer: Writer) -> None:
    rng, first = writer.random, City.objects.count()
    countries = list(Country.objects.exclude(latitude=None).order_by("pk"))
    write(
        City(
            slug=f"invented-{first + n}",
            name=f"{writer.name()}{writer.name()}".title(),
            country=(country := rng.choice(countries)),
            latitude=max(-60, min(75, country.latitude + rng.uniform(-3, 3))),
            longitude=max(-180, min(180, country.longitude + rng.uniform(-3, 3))),
            population=rng.randint(50_000, 5_000_000),
            population_source="Invented",
            has_sea_port=rng.random() < 0.3,
            has_rail_hub=rng.random() < 0.5,
            updated_at=timezone.now(),
        )
        for n in range(number)
    )


def write_cases(number: int, writer: Writer) -> None:
    first, now, texts = CaseStudy.objects.count(), timezone.now(), Texts(writer)
    for start in range(0, number, BATCH):
        write(texts.case(first + n, now) for n in range(start, min(start + BATCH, number)))


class Texts:
    """Texts of each length and language, of which cases have some: new ones take longer."""

    def __init__(self, writer: Writer):
        self.random = writer.random
        self.texts = {
            (words, language): [
                writer.text(words, language) for _ in range(ENGLISH if language == "en" else OTHER)
            ]
            for words in {TITLE, SUMMARY, *SECTIONS.values()}
            for language in ("en", *LANGUAGES)
        }

    def text(self, words: int, language: str) -> str:
        return self.random.choice(self.texts[words, language])

    def case(self, n: int, now: datetime) -> CaseStudy:
        """Return a case in English, every tenth in another language."""
        language = "en" if n % 10 else LANGUAGES[n // 10 % len(LANGUAGES)]
        sections = {name: self.text(words, language) for name, words in SECTIONS.items()}
        return CaseStudy(
            slug=f"invented-{n}",
            title=self.text(TITLE, language)[:80].strip(),
            summary=self.text(SUMMARY, language)[:220].strip(),
            language=language,
            status=CaseStatus.PUBLISHED,
            published_at=FIRST_DAY + timedelta(minutes=n),
            created_at=now,
            updated_at=now,
            rendered={name: f"<p>{text}</p>" for name, text in sections.items()},
            **sections,
        )


def write_figures(cases: list[int], writer: Writer) -> None:
    """Give each case two headline figures."""
    rng = writer.random
    labels = [writer.text(5)[:80] for _ in range(1000)]
    for start in range(0, len(cases), BATCH):
        write(
            Evidence(
                case_id=pk,
                position=position,
                label=rng.choice(labels),
                value=rng.randint(1, 9000),
                period="2024",
                is_headline=True,
            )
            for pk in cases[start : start + BATCH]
            for position in range(2)
        )


def link_cases(after: int) -> None:
    """Link the cases with larger IDs to places, themes, goals, practices and tags."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        for name, (most, skew) in LINKS.items():
            field = CaseStudy._meta.get_field(name)
            pks = list(field.related_model.objects.order_by("pk").values_list("pk", flat=True))
            cursor.execute(
                INSERT_LINKS.format(table=field.m2m_db_table(), column=field.m2m_reverse_name()),
                {"pks": pks, "number": len(pks), "most": most, "skew": skew, "after": after},
            )
        tags = list(Tag.objects.order_by("pk").values_list("pk", flat=True))
        of_cases = ContentType.objects.get_for_model(CaseStudy).pk
        values = {"pks": tags, "number": len(tags), "most": TAGS_OF_CASE, "after": after}
        cursor.execute(INSERT_TAGS, values | {"type": of_cases})


def write_members(number: int) -> None:
    first = User.objects.count() + 1
    with connection.cursor() as cursor:
        cursor.execute(INSERT_MEMBERS, {"first": first, "last": first + number - 1})


def write_comments(number: int, cases: list[int]) -> None:
    authors = list(User.objects.filter(is_staff=False).order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_COMMENTS,
            {
                "type": ContentType.objects.get_for_model(CaseStudy).pk,
                "cases": cases,
                "case_count": len(cases),
                "authors": authors,
                "author_count": len(authors),
                "number": number,
            },
        )


def fill_search(*, connections: int = 0, progress: Progress = lambda line: None) -> None:
    """Create all search entries, newest first, on this connection or on others at the same time."""
    lap = laps(progress)
    with without_indexes(SearchEntry, SearchWord), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "TRUNCATE repository_searchentry, repository_searchtranslation, repository_searchword"
        )
        if connections:
            with ThreadPoolExecutor(connections) as executor:
                list(executor.map(write_entries_apart, batches()))
        else:
            for kind, pks in batches():
                write_entries(kind, pks)
        lap("search entries")
        cursor.execute("SELECT repository_store_translated_texts(NULL, NULL)")
        cursor.execute("SELECT repository_count_all_search_words()")
        lap("words of search entries")
    lap("indexes of search entries")


def batches() -> Iterator[tuple[str, list]]:
    """Yield the objects that can be searched, as (kind, primary keys)."""
    for kind, model in {"case": CaseStudy, **SEARCHED}.items():
        rows = model.objects.order_by(*(["-published_at"] if kind == "case" else ["pk"]))
        pks = list(rows.values_list("pk", flat=True))
        for start in range(0, len(pks), ENTRIES):
            yield kind, pks[start : start + ENTRIES]


def write_entries(kind: str, pks: list) -> None:
    statement = INSERT_ENTRIES
    if kind == "country":
        statement = statement.replace("row_id = ANY", "object_id = ANY")
    with connection.cursor() as cursor:
        cursor.execute(statement, [kind, pks])


def write_entries_apart(batch: tuple[str, list]) -> None:
    with closing(connection):
        write_entries(*batch)


def main() -> None:
    scale, began = float(sys.argv[1]), time.monotonic()

    def progress(line: str) -> None:
        print(line, flush=True)

    if not CaseStudy.objects.exists():
        fill_relations()
        progress(f"what cases are linked to: {time.monotonic() - began:.0f} s")
    fill(scale, progress=progress)
    fill_search(connections=CONNECTIONS, progress=progress)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    progress(f"filled in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
