"""Cities with any number of offers, needs and requests, and benchmarks of matching.

Rows are generated in SQL, after `benchmarks/fill.py` has written countries, practices and themes;
the same numbers give the same rows on every machine.

`python benchmarks/partner.py fill 1000 10000 2000` fills up the database of the settings until
there are so many cities, offers and requests. `python benchmarks/partner.py match FILE` ranks
requests, assigns a round, and writes to the file how long it took.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

if __name__ == "__main__":
    import django

    django.setup()

from django.db import connection, transaction

from benchmarks.tables import without_triggers
from partnerships.models import PartnershipRequest
from partnerships.ranking.loading import gather, ranked
from partnerships.rounds.assignment import assign
from repository.models import City

# How many requests are ranked one by one, and how large a round is.
RANKED, SHOWN = 20, 50
ROUND_REQUESTS, ROUND_CITIES = 200, 2_000

TABLES = [
    "repository_city",
    "partnerships_cityprofile",
    "partnerships_offer",
    "partnerships_offer_practices",
    "partnerships_offer_themes",
    "partnerships_need",
    "partnerships_need_practices",
    "partnerships_partnershiprequest",
    "partnerships_partnershiprequest_practices",
    "partnerships_partnershiprequest_themes",
    "partnerships_match",
]
# Practices, themes, countries and cities are numbered, and selected with a prime step.
NUMBERED = """
    CREATE TEMPORARY TABLE a_practice AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_practice;
    CREATE TEMPORARY TABLE a_theme AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_theme;
    CREATE TEMPORARY TABLE a_country AS
        SELECT row_number() OVER (ORDER BY iso2) - 1 AS n, iso2 FROM repository_country;
"""
CITIES = """
    INSERT INTO repository_city (slug, name, names, kind, country_id, province, summary, longitude,
        latitude, population, population_source, has_sea_port, has_rail_hub, working_languages,
        spelling_languages, updated_at)
    SELECT 'partner-' || i, 'Partner ' || i, '{}', 'city', iso2, '', '',
        i * 37 %% 360 - 180, i * 17 %% 110 - 50,
        CASE WHEN i %% 3 > 0 THEN 10000 + i * 97 END, 'A round number', (i %% 4 > 1), (i %% 5 = 0),
        ARRAY[(ARRAY['en', 'fr', 'es', 'pt', 'zh'])[i %% 5 + 1]], '{}', now()
    FROM generate_series(%(first)s, %(last)s) i
        JOIN a_country ON n = i %% (SELECT count(*) FROM a_country)
"""
MADE = """
    CREATE TEMPORARY TABLE a_city AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_city
        WHERE slug LIKE 'partner-%';
    CREATE UNIQUE INDEX ON a_city (n);
    INSERT INTO partnerships_cityprofile (city_id, setting, corridors, sectors, exports, platforms,
        contact_hours, partners_a_year)
    SELECT id, (ARRAY['urban', 'mixed', 'rural'])[n % 3 + 1],
        CASE WHEN n % 4 = 0 THEN ARRAY['northern'] ELSE '{}'::varchar[] END, '', '', '', '',
        CASE WHEN n % 2 = 0 THEN 3 END
    FROM a_city
    ON CONFLICT DO NOTHING;
"""
LISTINGS = """
    INSERT INTO partnerships_{noun} (title, description, rendered, language, modalities, languages,
        status, report_key, created_at, changed_at, published_at, reviewed_at, city_id)
    SELECT '{noun} ' || i, '', '{{}}', 'en',
        ARRAY[(ARRAY['training', 'study-visit', 'twinning'])[i %% 3 + 1]], ARRAY['en'],
        'published', '', now(), now(), now(), now(), a_city.id
    FROM generate_series(%(first)s, %(last)s) i
        JOIN a_city ON n = i * 7 %% (SELECT count(*) FROM a_city)
"""
LINKS = """
    INSERT INTO partnerships_{table}_{kind}s ({table}_id, {kind}_id)
    SELECT row.id, a_{kind}.id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM partnerships_{table}
        WHERE city_id IN (SELECT id FROM a_city)) row
        JOIN a_{kind} ON n = (i * 13 + {step}) % (SELECT greatest(count(*), 1) FROM a_{kind})
    ON CONFLICT DO NOTHING
"""
REQUESTS = """
    INSERT INTO partnerships_partnershiprequest (title, language, direction, challenge,
        desired_result, baseline, resources, rendered, modalities, languages, musts, endorsement,
        visibility, facilitator_welcome, status, submitted_at, opened_at, expires_at,
        closing_reason, token, broker_note, created_at, updated_at, city_id)
    SELECT 'Request ' || i, 'en', 'seek', 'Parcels take long.', 'Three days.', '', '', '{{}}',
        ARRAY['training'], ARRAY['en'], '{{}}', '', 'public', false,
        CASE WHEN i %% 2 = 0 THEN 'submitted' ELSE 'open' END,
        now() - make_interval(hours => i), now() - make_interval(hours => i),
        now() + interval '90 days', '', '', '', now(), now(), a_city.id
    FROM generate_series(%(first)s, %(last)s) i
        JOIN a_city ON n = i * 11 %% (SELECT count(*) FROM a_city)
"""


@dataclass
class Matching:
    """Elapsed seconds and the largest number of queries."""

    ranking_median: float
    ranking_slowest: float
    ranking_queries: int
    candidates: int
    requests: int
    cities: int
    round: float
    round_queries: int
    assigned: int


def fill(*, cities: int, offers: int, requests: int) -> None:
    """Fill up to so many cities, offers of theirs, a fifth of that as needs, and requests."""
    with (
        transaction.atomic(),
        without_triggers(*TABLES),
        connection.cursor() as cursor,
    ):

        def fill_up(table: str, named: str, sql: str, many: int) -> None:
            # Beside what the series brings.
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {named}")  # noqa: S608
            [(there,)] = cursor.fetchall()
            cursor.execute(sql, {"first": there + 1, "last": many})

        cursor.execute(NUMBERED)
        fill_up("repository_city", "slug LIKE 'partner-%'", CITIES, cities)
        cursor.execute(MADE)
        fill_up("partnerships_offer", "title LIKE 'offer %'", LISTINGS.format(noun="offer"), offers)
        fill_up(
            "partnerships_need", "title LIKE 'need %'", LISTINGS.format(noun="need"), offers // 5
        )
        fill_up(
            "partnerships_partnershiprequest", "title LIKE 'Request %'", REQUESTS.format(), requests
        )
        for table, kind, step in (
            ("offer", "practice", 0),
            ("offer", "practice", 5),
            ("offer", "theme", 1),
            ("need", "practice", 3),
            ("partnershiprequest", "practice", 2),
            ("partnershiprequest", "practice", 9),
            ("partnershiprequest", "theme", 4),
        ):
            cursor.execute(LINKS.format(table=table, kind=kind, step=step))
        cursor.execute("DROP TABLE a_practice, a_theme, a_country, a_city")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def match() -> Matching:
    """Rank requests one by one among all cities, and assign a round."""
    requests = list(PartnershipRequest.objects.open().order_by("pk").values_list("pk", flat=True))
    cities = City.objects.filter(slug__startswith="partner-").order_by("pk")
    among = list(cities.values_list("pk", flat=True)[:ROUND_CITIES])
    # The first call fills the caches of the process.
    ranked(requests[0], most=SHOWN)
    times, queries, candidates = [], 0, 0
    for partnership_request in requests[:RANKED]:
        seconds, number, (_gathered, ranking) = timed(
            lambda pk=partnership_request: ranked(pk, most=SHOWN)
        )
        times.append(seconds)
        queries = max(queries, number)
        candidates = max(candidates, ranking.count)
    seconds, number, result = timed(lambda: matched(requests[:ROUND_REQUESTS], among))
    return Matching(
        ranking_median=median(times),
        ranking_slowest=max(times),
        ranking_queries=queries,
        candidates=candidates,
        requests=len(requests[:ROUND_REQUESTS]),
        cities=len(among),
        round=seconds,
        round_queries=number,
        assigned=len(result.assignments),
    )


def matched(requests: list[int], cities: list[int]):
    gathered = gather(requests, cities=cities)
    return assign(gathered.asks, gathered.places, {}, gathered.weights, served=gathered.served)


def timed(act):
    """Return elapsed seconds, the number of queries, and the result."""
    count = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    began = time.perf_counter()
    with connection.execute_wrapper(wrapper):
        result = act()
    return time.perf_counter() - began, count, result


def main() -> None:
    what, *values = sys.argv[1:]
    began = time.monotonic()
    if what == "fill":
        cities, offers, requests = map(int, values)
        fill(cities=cities, offers=offers, requests=requests)
        told = f"{cities:,} cities with {offers:,} offers and {requests:,} requests"
        print(f"{told} filled in {time.monotonic() - began:.0f} seconds", flush=True)
    else:
        Path(values[0]).write_text(json.dumps(asdict(match())))
        print(f"matched in {time.monotonic() - began:.0f} seconds", flush=True)


if __name__ == "__main__":
    main()
