"""Cities with offers, needs and requests, as many as are asked for, made in the database itself.

The countries and practices have to be there: `benchmarks.fill.fill_surroundings` writes them. The
same numbers give the same rows on every machine. `python benchmarks/partner.py 10000 50000 2000`
fills the database of the settings and says how long a ranking takes.
"""

import sys
import time

if __name__ == "__main__":
    import django

    django.setup()

from django.db import connection, transaction

from benchmarks.fill import fill_surroundings, without_triggers
from partnerships.models import PartnershipRequest

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
# Numbered practices, themes, countries and cities are chosen from by a prime step.
NUMBERED = """
    CREATE TEMPORARY TABLE a_practice ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_practice;
    CREATE TEMPORARY TABLE a_theme ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_theme;
    CREATE TEMPORARY TABLE a_country ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY iso2) - 1 AS n, iso2 FROM repository_country;
"""
CITIES = """
    INSERT INTO repository_city (slug, name, names, kind, country_id, province, summary, population,
        population_source, has_sea_port, has_rail_hub, languages, updated_at)
    SELECT 'partner-' || i, 'Partner ' || i, '{}', 'city', iso2, '', '',
        CASE WHEN i %% 3 > 0 THEN 10000 + i * 97 END, 'A round number', (i %% 4 > 1), (i %% 5 = 0),
        ARRAY[(ARRAY['en', 'fr', 'es', 'pt', 'zh'])[i %% 5 + 1]], now()
    FROM generate_series(1, %(cities)s) i
        JOIN a_country ON n = i %% (SELECT count(*) FROM a_country)
"""
MADE = """
    CREATE TEMPORARY TABLE a_city ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM repository_city
        WHERE slug LIKE 'partner-%';
    CREATE UNIQUE INDEX ON a_city (n);
    INSERT INTO partnerships_cityprofile (city_id, setting, corridors, sectors, exports, platforms,
        contact_hours, partners_a_year)
    SELECT id, (ARRAY['urban', 'mixed', 'rural'])[n % 3 + 1],
        CASE WHEN n % 4 = 0 THEN ARRAY['northern'] ELSE '{}'::varchar[] END, '', '', '', '',
        CASE WHEN n % 2 = 0 THEN 3 END
    FROM a_city;
"""
LISTINGS = """
    INSERT INTO partnerships_{noun} (title, description, rendered, language, modalities, languages,
        status, report_key, created_at, changed_at, published_at, reviewed_at, city_id)
    SELECT '{noun} ' || i, '', '{{}}', 'en',
        ARRAY[(ARRAY['training', 'study-visit', 'twinning'])[i %% 3 + 1]], ARRAY['en'],
        'published', '', now(), now(), now(), now(), a_city.id
    FROM generate_series(1, %(many)s) i JOIN a_city ON n = i * 7 %% (SELECT count(*) FROM a_city)
"""
LINKS = """
    INSERT INTO partnerships_{table}_{kind}s ({table}_id, {kind}_id)
    SELECT row.id, a_{kind}.id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM partnerships_{table}
        WHERE city_id IN (SELECT id FROM a_city)) row
        JOIN a_{kind} ON n = (i * 13 + {step}) % (SELECT count(*) FROM a_{kind})
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
    FROM generate_series(1, %(many)s) i JOIN a_city ON n = i * 11 %% (SELECT count(*) FROM a_city)
"""


def fill(*, cities: int, offers: int, requests: int) -> None:
    """Add this many cities; among them this many offers, a fifth of it as needs, and requests."""
    with (
        transaction.atomic(),
        without_triggers(*TABLES),
        connection.cursor() as cursor,
    ):
        cursor.execute(NUMBERED)
        cursor.execute(CITIES, {"cities": cities})
        cursor.execute(MADE)
        for noun, many in (("offer", offers), ("need", offers // 5)):
            cursor.execute(LISTINGS.format(noun=noun), {"many": many})
        cursor.execute(REQUESTS.format(), {"many": requests})
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
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def rank_one() -> tuple[float, float, int]:
    """Rank one request: seconds of this process, seconds on the clock, and how many candidates."""
    from partnerships.gathering import ranked

    request = PartnershipRequest.objects.open().order_by("pk").values_list("pk", flat=True)[0]
    ranked(request, most=50)
    processor, clock = time.process_time(), time.perf_counter()
    _gathered, ranking = ranked(request, most=50)
    return time.process_time() - processor, time.perf_counter() - clock, ranking.count


if __name__ == "__main__":
    fill_surroundings()
    cities, offers, requests = map(int, sys.argv[1:])
    fill(cities=cities, offers=offers, requests=requests)
    processor, clock, count = rank_one()
    print(f"{count} candidates ranked: {processor:.3f} s in Python, {clock:.3f} s in all.")
