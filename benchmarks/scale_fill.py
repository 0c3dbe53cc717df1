"""Fill a database with many cases, cities, members and comments, all invented.

`python benchmarks/scale_fill.py 10` adds ten times the numbers below to the database in the
settings. Texts are short. Each table is written in one statement, without triggers and indexes, on
two connections at a time; search entries are created at the end.
"""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, repeat

if __name__ == "__main__":
    import django

    django.setup()

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Max, Min, Model
from django.utils import timezone

from benchmarks.bulk_writes import (
    dropped_indexes,
    execute,
    insert,
    together,
    without_foreign_keys,
    without_indexes,
    without_triggers,
    write,
)
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
# Words of the texts of a case, the most characters of some, and how many texts cases choose from in
# English and in the languages of every tenth case.
SECTIONS = {"challenge": 25, "solution": 25, "results": 15, "lessons": 15}
WORDS = {"title": 7, "summary": 20, **SECTIONS}
LONGEST = {"title": 80, "summary": 220}
ENGLISH, OTHER = 5_000, 500
LANGUAGES = ("fr", "es", "zh", "ru")
LABELS = 1_000
# What cases are linked to, with the most of each case, and how much more often the first are linked
# than the last.
LINKS = {"cities": (2, 2.0), "themes": (3, 1.5), "goals": (3, 1.5), "practices": (3, 1.5)}
TAGS_OF_CASE = 3
# Search entries of one statement, and connections, one for each processor.
ENTRIES, CONNECTIONS = 1_000, 2
# Batches of search entries after which progress is reported.
STEP = 100
# Settings of all connections: the defaults are for small servers.
MEMORY = {"maintenance_work_mem": "1GB", "work_mem": "256MB"}

# The texts to choose from, numbered by name: those in English, then those in each other language.
CREATE_TEXTS = "CREATE UNLOGGED TABLE invented_text (name text, n integer, text text)"
# Every tenth case is in another language.
CASES_WITH_TEXTS = """
(
    SELECT n, coalesce((%(languages)s::text[])[nth], 'en') AS language, {drawn} FROM (
        SELECT n, CASE WHEN n %% 10 = 0 THEN 1 + n / 10 %% %(language_count)s END AS nth
        FROM generate_series({first}, {last}) AS n
    ) AS numbers, LATERAL (
        SELECT coalesce(%(english)s + (nth - 1) * %(other)s, 0) AS start,
            CASE WHEN nth IS NULL THEN %(english)s ELSE %(other)s END AS size
    ) AS texts
) AS c {texts}
"""
FIGURES = """
(
    SELECT id, position, floor(random() * %(labels)s)::integer AS label_n
    FROM repository_casestudy, generate_series(0, 1) AS position WHERE id > %(after)s
) AS figure JOIN invented_text label ON label.name = 'label' AND label.n = figure.label_n
"""

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
SELECT %(type)s, %(case)s + floor(%(cases)s * power(random(), 2))::integer,
    %(author)s + n %% %(authors)s,
    'published', now() - n * interval '5 seconds', 'An invented comment, number ' || n,
    jsonb_build_object('body', '<p>An invented comment, number ' || n || '</p>'), 'en'
FROM generate_series(1, %(number)s) AS n
"""
LARGEST_TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
ORDER BY pg_total_relation_size(oid) DESC
"""
INSERT_ENTRIES = f"""
INSERT INTO repository_searchentry ({COLUMNS}) SELECT {COLUMNS} FROM repository_search_rows
WHERE kind = %s AND row_id = ANY (%s) ORDER BY published_at DESC, row_id
"""  # noqa: S608

type Progress = Callable[[str], object]


def fill(scale: float, *, connections: int = 0, progress: Progress = lambda line: None) -> None:
    """Add `scale` times the numbers of rows, without search entries.

    With `connections`, on so many others besides this one, outside of a transaction.
    """
    writer, lap = Writer(seed=round(scale * 100)), laps(progress)
    links = [CaseStudy._meta.get_field(name).remote_field.through for name in LINKS]
    tables: list[type[Model]] = [CaseStudy, City, Evidence, TaggedItem, User, Comment, *links]
    triggers = without_triggers(), without_triggers("community_user", "community_comment")
    last = CaseStudy.objects.aggregate(last=Max("pk"))["last"] or 0
    with triggers[0], triggers[1], without_foreign_keys(*tables):
        with without_indexes(*tables, connections=connections):
            write_texts(writer)
            write_cities(round(CITIES * scale), writer)
            lap("cities")
            write_cases(round(CASES * scale))
            lap("cases")
            jobs = [
                partial(write_members_and_comments, scale, last),
                partial(link_cases, last),
                partial(write_figures, last),
            ]
            together(jobs, connections=connections)
            execute("DROP TABLE invented_text")
            lap("figures and relations of cases, members and comments")
        lap("indexes")
    lap("foreign keys")


def laps(progress: Progress) -> Callable[[str], None]:
    """Return a function that reports the seconds since it was last called."""
    last = time.monotonic()

    def lap(name: str) -> None:
        nonlocal last
        now = time.monotonic()
        progress(f"{name}: {now - last:.0f} s")
        last = now

    return lap


def write_texts(writer: Writer) -> None:
    """Write texts of each kind and language, of which cases have some."""
    execute(CREATE_TEXTS)
    languages = [*repeat("en", ENGLISH), *chain(*(repeat(code, OTHER) for code in LANGUAGES))]
    statement = "COPY invented_text (name, n, text) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for n in range(LABELS):
            copy.write_row(("label", n, writer.text(5)[:80]))
        for name, words in WORDS.items():
            for n, language in enumerate(languages):
                text = writer.text(words, language)[: LONGEST.get(name)].strip()
                copy.write_row((name, n, text))
    execute("ANALYZE invented_text")


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


def write_cases(number: int) -> None:
    """Write cases in English, every tenth in another language."""
    first = CaseStudy.objects.count()
    rendered = ", ".join(f"'{name}', '<p>' || {name}.text || '</p>'" for name in SECTIONS)
    source = CASES_WITH_TEXTS.format(
        first=first,
        last=first + number - 1,
        drawn=", ".join(f"start + floor(random() * size)::integer AS {name}_n" for name in WORDS),
        texts=" ".join(
            f"JOIN invented_text {name} ON {name}.name = '{name}' AND {name}.n = c.{name}_n"
            for name in WORDS
        ),
    )
    values = {
        "slug": "'invented-' || c.n",
        "language": "c.language",
        "published_at": "%(first_day)s + c.n * interval '1 minute'",
        "created_at": "now()",
        "updated_at": "now()",
        "rendered": f"jsonb_build_object({rendered})",
        **{name: f"{name}.text" for name in WORDS},
    }
    parameters = {
        "languages": list(LANGUAGES),
        "language_count": len(LANGUAGES),
        "english": ENGLISH,
        "other": OTHER,
        "first_day": FIRST_DAY,
        "status": CaseStatus.PUBLISHED,
    }
    execute("SELECT setseed(0.4)")
    insert(CaseStudy, source, values, parameters)


def write_figures(after: int) -> None:
    """Give each case with a larger ID two headline figures."""
    values = {
        "case_id": "figure.id",
        "position": "figure.position",
        "label": "label.text",
        "value": "1 + floor(random() * 9000)",
    }
    parameters = {"labels": LABELS, "after": after, "period": "2024", "is_headline": True}
    execute("SELECT setseed(0.6)")
    insert(Evidence, FIGURES, values, parameters)


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


def write_members_and_comments(scale: float, after: int) -> None:
    """Write members, and comments on the cases with larger IDs, most on the first."""
    first = User.objects.count() + 1
    last = User.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.7)")
        cursor.execute(INSERT_MEMBERS, {"first": first, "last": first + round(MEMBERS * scale) - 1})
        # The keys of what one statement has written have no gaps.
        authors, cases = User.objects.filter(pk__gt=last), CaseStudy.objects.filter(pk__gt=after)
        cursor.execute(
            INSERT_COMMENTS,
            {
                "type": ContentType.objects.get_for_model(CaseStudy).pk,
                "case": cases.aggregate(first=Min("pk"))["first"],
                "cases": cases.count(),
                "author": authors.aggregate(first=Min("pk"))["first"],
                "authors": authors.count(),
                "number": round(COMMENTS * scale),
            },
        )


def fill_search(*, connections: int = 0, progress: Progress = lambda line: None) -> None:
    """Create all search entries, newest first, on this connection or on others at the same time."""
    lap = laps(progress)
    with without_indexes(SearchWord):
        indexes = dropped_indexes(SearchEntry)
        execute("ANALYZE")
        execute(
            "TRUNCATE repository_searchentry, repository_searchtranslation, repository_searchword"
        )
        entries = [partial(write_entries, kind, pks) for kind, pks in batches()]
        for done in range(0, len(entries), STEP):
            together(entries[done : done + STEP], connections=connections)
            lap(f"{min(done + STEP, len(entries))} of {len(entries)} batches of search entries")
        words = [
            partial(execute, "SELECT repository_store_translated_texts(NULL, NULL)"),
            partial(execute, "SELECT repository_count_all_search_words()"),
        ]
        together([*words, *indexes], connections=connections)
    lap("words and indexes of search entries")


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


def vacuum(*, connections: int) -> None:
    """Vacuum the largest tables one by one, and then all that are left to be."""
    with connection.cursor() as cursor:
        cursor.execute(LARGEST_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
    together(
        [partial(execute, f"VACUUM (ANALYZE) {name}") for name in tables], connections=connections
    )


def main() -> None:
    scale, began = float(sys.argv[1]), time.monotonic()

    def progress(line: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {line}", flush=True)

    with connection.cursor() as cursor:
        for name, size in MEMORY.items():
            cursor.execute(
                f"ALTER DATABASE {connection.settings_dict['NAME']} SET {name} = '{size}'"
            )
    connection.close()
    try:
        if not CaseStudy.objects.exists():
            fill_relations()
            progress("what cases are linked to")
        fill(scale, connections=CONNECTIONS, progress=progress)
        fill_search(connections=CONNECTIONS, progress=progress)
        vacuum(connections=CONNECTIONS)
        progress("vacuumed")
    finally:
        for name in MEMORY:
            execute(f"ALTER DATABASE {connection.settings_dict['NAME']} RESET {name}")


if __name__ == "__main__":
    main()
