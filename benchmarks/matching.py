"""Cities with offers, needs and requests, and benchmarks of ranking and of rounds.

Rows are generated in SQL, after benchmarks/fill.py has created countries, practices and themes. The
same numbers create the same rows on every machine.

`python benchmarks/matching.py fill 1000 10000 2000` fills the database in the settings up to these
numbers of cities, offers and requests. `python benchmarks/matching.py measure FILE` ranks
requests, assigns a round, and writes the times to the file.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    import django

    django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from benchmarks.bulk_writes import without_triggers
from partnerships.models import PartnershipRequest
from partnerships.ranking.holders import starting_points_for
from partnerships.ranking.loading import gather, ranked
from partnerships.ranking.matching import Ranking
from partnerships.rounds.assignment import assign
from repository.embeddings.sources import source_of
from repository.models import City, EmbeddingModel

# The number of requests to rank, candidates to return for each, and the size of the round.
RANKED_REQUESTS, SHOWN_CANDIDATES = 20, 50
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
# Rows are numbered, and selected in steps of a prime, so that the links are spread evenly.
CREATE_NUMBERED = """
    CREATE TEMPORARY TABLE numbered_practice AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_practice;
    CREATE TEMPORARY TABLE numbered_theme AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_theme;
    CREATE TEMPORARY TABLE numbered_country AS
        SELECT row_number() OVER (ORDER BY iso2) - 1 AS n, iso2 FROM repository_country;
    CREATE TEMPORARY TABLE numbered_organization AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_organization;
"""
INSERT_CITIES = """
    INSERT INTO repository_city (slug, name, names, kind, country_id, province, summary, longitude,
        latitude, population, population_source, has_sea_port, has_rail_hub, working_languages,
        spelling_languages, updated_at)
    SELECT 'partner-' || i, 'Partner ' || i, '{}', 'city', iso2, '', '',
        i * 37 %% 360 - 180, i * 17 %% 110 - 50,
        CASE WHEN i %% 3 > 0 THEN 10000 + i * 97 END, 'A round number', (i %% 4 > 1), (i %% 5 = 0),
        ARRAY[(ARRAY['en', 'fr', 'es', 'pt', 'zh'])[i %% 5 + 1]], '{}', now()
    FROM generate_series(%(first)s, %(last)s) i
        JOIN numbered_country ON n = i %% (SELECT count(*) FROM numbered_country)
"""
INSERT_PROFILES = """
    CREATE TEMPORARY TABLE numbered_city AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_city
        WHERE slug LIKE 'partner-%';
    CREATE UNIQUE INDEX ON numbered_city (n);
    INSERT INTO partnerships_cityprofile (city_id, setting, corridors, sectors, exports, platforms,
        contact_hours, partners_a_year)
    SELECT id, (ARRAY['urban', 'mixed', 'rural'])[n % 3 + 1],
        CASE WHEN n % 4 = 0 THEN ARRAY['northern'] ELSE '{}'::varchar[] END, '', '', '', '',
        CASE WHEN n % 2 = 0 THEN 3 END
    FROM numbered_city
    ON CONFLICT DO NOTHING;
"""
INSERT_LISTINGS = """
    INSERT INTO partnerships_{noun} (title, description, rendered, language, modalities, languages,
        status, report_key, created_at, changed_at, published_at, reviewed_at, city_id)
    SELECT '{noun} ' || i, '', '{{}}', 'en',
        ARRAY[(ARRAY['training', 'study-visit', 'twinning'])[i %% 3 + 1]], ARRAY['en'],
        'published', '', now(), now(), now(), now(), numbered_city.id
    FROM generate_series(%(first)s, %(last)s) i
        JOIN numbered_city ON n = i * 7 %% (SELECT count(*) FROM numbered_city)
"""
# Offers of whole countries and of organisations, which rankings show as starting points.
INSERT_OTHER_OFFERS = """
    INSERT INTO partnerships_offer (title, description, rendered, language, modalities, languages,
        status, report_key, created_at, changed_at, published_at, reviewed_at, country_id,
        organization_id)
    SELECT 'other offer ' || i, '', '{{}}', 'en', ARRAY['training'], ARRAY['en'], 'published', '',
        now(), now(), now(), now(), CASE WHEN i %% 2 = 0 THEN iso2 END,
        CASE WHEN i %% 2 = 1 THEN numbered_organization.id END
    FROM generate_series(%(first)s, %(last)s) i
        JOIN numbered_country
            ON numbered_country.n = i %% (SELECT count(*) FROM numbered_country)
        JOIN numbered_organization
            ON numbered_organization.n = i %% (SELECT count(*) FROM numbered_organization)
"""
INSERT_LINKS = """
    INSERT INTO partnerships_{table}_{kind}s ({table}_id, {kind}_id)
    SELECT row.id, numbered_{kind}.id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM partnerships_{table}
        WHERE city_id IN (SELECT id FROM numbered_city) OR title LIKE 'other offer %') row
        JOIN numbered_{kind} ON n = (i * 13 + {step})
            % (SELECT greatest(count(*), 1) FROM numbered_{kind})
    ON CONFLICT DO NOTHING
"""
INSERT_REQUESTS = """
    INSERT INTO partnerships_partnershiprequest (title, language, direction, challenge,
        desired_result, baseline, resources, rendered, modalities, languages, musts, endorsement,
        visibility, facilitator_welcome, status, submitted_at, opened_at, expires_at,
        closing_reason, token, broker_note, created_at, updated_at, city_id)
    SELECT 'Request ' || i, 'en', 'seek', 'Parcels take long.', 'Three days.', '', '', '{{}}',
        ARRAY['training'], ARRAY['en'], '{{}}', '', 'public', false,
        CASE WHEN i %% 2 = 0 THEN 'submitted' ELSE 'open' END,
        now() - make_interval(hours => i), now() - make_interval(hours => i),
        now() + interval '90 days', '', '', '', now(), now(), numbered_city.id
    FROM generate_series(%(first)s, %(last)s) i
        JOIN numbered_city ON n = i * 11 %% (SELECT count(*) FROM numbered_city)
"""
# A vector for each offer and request: one of 40 subjects with one of 1,000 variations. Vectors of
# the same subject have a similarity of about 0.5, others of about 0.
CREATE_VECTORS = """
    SELECT setseed(0.5);
    CREATE TEMPORARY TABLE random_vector AS
        SELECT number, array_agg(random() - 0.5)::halfvec AS vector
        FROM generate_series(0, 1039) number, generate_series(1, {dimensions}) GROUP BY number;
"""
INSERT_PASSAGES = """
    INSERT INTO repository_passage (kind, object_id, source_digest, position, language, title,
        text, digest, model_id, vector)
    SELECT kind, object_id, text.digest, 0, language, title, title, md5(title), %s,
        l2_normalize(subject.vector + variation.vector)
    FROM ({texts}) text
        JOIN random_vector subject ON subject.number = object_id::integer * 11 %% 40
        JOIN random_vector variation ON variation.number = 40 + object_id::integer * 7 %% 1000
    ON CONFLICT DO NOTHING
"""
DIMENSIONS = 512


@dataclass
class MatchingTimes:
    """Times in seconds, the largest numbers of queries, and the numbers of objects."""

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
    """Add rows up to these numbers of cities, offers and requests, and a fifth as many needs."""
    with (
        transaction.atomic(),
        without_triggers(*TABLES),
        connection.cursor() as cursor,
    ):

        def fill_up(table: str, condition: str, statement: str, total: int) -> None:
            # The condition excludes rows of the 2020 series.
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")  # noqa: S608
            [(existing,)] = cursor.fetchall()
            cursor.execute(statement, {"first": existing + 1, "last": total})

        cursor.execute(CREATE_NUMBERED)
        fill_up("repository_city", "slug LIKE 'partner-%'", INSERT_CITIES, cities)
        cursor.execute(INSERT_PROFILES)
        for noun, total in (("offer", offers), ("need", offers // 5)):
            statement = INSERT_LISTINGS.format(noun=noun)
            fill_up(f"partnerships_{noun}", f"title LIKE '{noun} %'", statement, total)
        fill_up(
            "partnerships_offer",
            "title LIKE 'other offer %'",
            INSERT_OTHER_OFFERS.format(),
            offers // 50,
        )
        fill_up(
            "partnerships_partnershiprequest",
            "title LIKE 'Request %'",
            INSERT_REQUESTS.format(),
            requests,
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
            cursor.execute(INSERT_LINKS.format(table=table, kind=kind, step=step))
        fill_passages(cursor)
        cursor.execute(
            "DROP TABLE numbered_practice, numbered_theme, numbered_country, numbered_city,"
            " numbered_organization"
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill_passages(cursor: Any) -> None:
    """Add a passage with a vector for each offer and request."""
    model = EmbeddingModel.objects.of_vectors(DIMENSIONS)
    cursor.execute(CREATE_VECTORS.format(dimensions=DIMENSIONS))
    for kind in ("offer", "request"):
        texts, values = source_of(kind).rows().query.sql_with_params()
        cursor.execute(INSERT_PASSAGES.format(texts=texts), [model.pk, *values])
    cursor.execute("DROP TABLE random_vector")


def rank(partnership_request: int) -> Ranking:
    """Rank the cities, and find the countries and organisations that have what is asked."""
    gathered, ranking = ranked(partnership_request, most=SHOWN_CANDIDATES)
    starting_points_for(gathered)
    return ranking


def measure() -> MatchingTimes:
    """Rank single requests among all cities, and assign a round."""
    # Stored vectors are compared if there is an engine. It is not asked.
    with override_settings(EMBEDDINGS_URL=settings.EMBEDDINGS_URL or "http://localhost/v1"):
        return measure_with_texts()


def measure_with_texts() -> MatchingTimes:
    requests = list(PartnershipRequest.objects.open().order_by("pk").values_list("pk", flat=True))
    cities = City.objects.filter(slug__startswith="partner-").order_by("pk")
    city_pks = list(cities.values_list("pk", flat=True)[:ROUND_CITIES])
    # The first call fills process-wide caches.
    rank(requests[0])
    times, queries, candidates = [], 0, 0
    for partnership_request in requests[:RANKED_REQUESTS]:
        seconds, number, ranking = timed(lambda pk=partnership_request: rank(pk))
        times.append(seconds)
        queries = max(queries, number)
        candidates = max(candidates, ranking.count)
    seconds, number, result = timed(lambda: assign_round(requests[:ROUND_REQUESTS], city_pks))
    return MatchingTimes(
        ranking_median=median(times),
        ranking_slowest=max(times),
        ranking_queries=queries,
        candidates=candidates,
        requests=len(requests[:ROUND_REQUESTS]),
        cities=len(city_pks),
        round=seconds,
        round_queries=number,
        assigned=len(result.assignments),
    )


def assign_round(requests: list[int], cities: list[int]):
    gathered = gather(requests, cities=cities)
    return assign(gathered.asks, gathered.places, {}, gathered.weights, served=gathered.served)


def timed(function):
    """Call the function; return elapsed seconds, the number of queries, and the result."""
    count = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    began = time.perf_counter()
    with connection.execute_wrapper(wrapper):
        result = function()
    return time.perf_counter() - began, count, result


def main() -> None:
    command, *values = sys.argv[1:]
    began = time.monotonic()
    if command == "fill":
        cities, offers, requests = map(int, values)
        fill(cities=cities, offers=offers, requests=requests)
        rows = f"{cities:,} cities with {offers:,} offers and {requests:,} requests"
        print(f"{rows} filled in {time.monotonic() - began:.0f} seconds", flush=True)
    else:
        Path(values[0]).write_text(json.dumps(asdict(measure())))
        print(f"matched in {time.monotonic() - began:.0f} seconds", flush=True)


if __name__ == "__main__":
    main()
