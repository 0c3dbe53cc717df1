"""The rows of which the index of facets is made: each value of each facet, with its cases.

Cases are numbered from the oldest to the newest. Numbers come as bytes: as lists of Python they
would take many times the memory.
"""

import sys
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from repository.places.landlocked import NOT_DEVELOPING

# One statement instead of eight, so that the first view of an edition needs only one more query.
PUBLISHED = """
WITH published AS (
    -- Samples come before all real cases.
    SELECT id, language, is_sample, published_at,
        (row_number() OVER (ORDER BY is_sample DESC, published_at, id) - 1)::integer AS place
    FROM repository_casestudy WHERE status = 'published'
), countries AS (
    SELECT p.place, x.country_id
    FROM published p JOIN repository_casestudy_countries x ON x.casestudy_id = p.id
    UNION SELECT p.place, city.country_id
    FROM published p JOIN repository_casestudy_cities x ON x.casestudy_id = p.id
    JOIN repository_city city ON city.id = x.city_id
)
SELECT 'all', '', '', '{}', string_agg(int8send(id), '' ORDER BY place) FROM published
UNION ALL SELECT 'sample', '', '', '{}', string_agg(int4send(place), '')
    FROM published WHERE is_sample
UNION ALL SELECT 'theme', t.slug, t.name,
        (t.names || repository_translated_names('theme', t.id))::text,
        string_agg(int4send(p.place), '')
    FROM published p JOIN repository_casestudy_themes x ON x.casestudy_id = p.id
    JOIN repository_theme t ON t.id = x.theme_id GROUP BY t.id
-- The first theme of a case is its main one.
UNION ALL SELECT 'main', t.slug, '', '{}', string_agg(int4send(x.place), '')
    FROM (
        SELECT DISTINCT ON (p.place) p.place, x.theme_id
        FROM published p JOIN repository_casestudy_themes x ON x.casestudy_id = p.id
        ORDER BY p.place, x.id
    ) x JOIN repository_theme t ON t.id = x.theme_id GROUP BY t.id
UNION ALL SELECT 'practice', t.slug, t.name,
        repository_translated_names('practice', t.id)::text, string_agg(int4send(p.place), '')
    FROM published p JOIN repository_casestudy_practices x ON x.casestudy_id = p.id
    JOIN repository_practice t ON t.id = x.practice_id GROUP BY t.id
UNION ALL SELECT 'goal', x.goal_id::text, '', '{}', string_agg(int4send(p.place), '')
    FROM published p JOIN repository_casestudy_goals x ON x.casestudy_id = p.id GROUP BY x.goal_id
UNION ALL SELECT 'country', x.country_id, '', '{}', string_agg(int4send(x.place), '')
    FROM countries x GROUP BY x.country_id
UNION ALL SELECT 'region', c.region, c.region, '{}', string_agg(DISTINCT int4send(x.place), '')
    FROM countries x JOIN repository_country c ON c.iso2 = x.country_id
    WHERE c.region <> '' GROUP BY c.region
UNION ALL SELECT 'city', t.slug, t.name, t.names::text, string_agg(int4send(p.place), '')
    FROM published p JOIN repository_casestudy_cities x ON x.casestudy_id = p.id
    JOIN repository_city t ON t.id = x.city_id GROUP BY t.id
UNION ALL SELECT 'language', p.language, '', '{}', string_agg(int4send(p.place), '')
    FROM published p GROUP BY p.language
UNION ALL SELECT 'tag', t.slug, t.name, '{}', string_agg(int4send(p.place), '')
    FROM published p JOIN repository_taggeditem x ON x.object_id = p.id
    JOIN django_content_type k ON k.id = x.content_type_id
        AND k.app_label = 'repository' AND k.model = 'casestudy'
    JOIN repository_tag t ON t.id = x.tag_id GROUP BY t.id
-- The types of places, as far as they are known.
UNION ALL SELECT 'trait', k.trait, k.value, '{}', string_agg(int4send(p.place), '')
    FROM published p JOIN repository_casestudy_cities x ON x.casestudy_id = p.id
    JOIN repository_city t ON t.id = x.city_id, LATERAL (VALUES
        ('landlocked', '', NOT t.has_sea_port), ('sea', '', t.has_sea_port),
        ('dry', '', t.has_dry_port), ('rail', '', t.has_rail_hub), ('air', '', t.has_air_hub),
        ('size', width_bucket(t.population, %(sizes)s)::text, t.population IS NOT NULL)
    ) AS k (trait, value, holds) WHERE k.holds GROUP BY k.trait, k.value
UNION ALL SELECT 'trait', k.trait, k.value, '{}', string_agg(int4send(x.place), '')
    FROM countries x JOIN repository_country c ON c.iso2 = x.country_id, LATERAL (VALUES
        ('landlocked', '', c.is_lldc OR c.iso2 = ANY(%(landlocked)s)),
        ('ldc', '', c.is_ldc), ('sids', '', c.is_sids),
        ('income', c.income_group, c.income_group <> ''),
        ('subregion', c.subregion, c.subregion <> '')
    ) AS k (trait, value, holds) WHERE k.holds GROUP BY k.trait, k.value
"""
# Populations from which a city belongs to the next larger class, by the classes of the United
# Nations (World Urbanization Prospects).
SIZES = [500_000, 1_000_000, 5_000_000, 10_000_000]


class Row(NamedTuple):
    """A value of a facet, or another set of cases, with the numbers of its cases."""

    facet: str
    key: str
    name: str
    names: str
    numbers: bytes


def rows_of(cursor: Any) -> Iterator[Row]:
    """Yield the rows of all published cases."""
    landlocked = sorted(NOT_DEVELOPING)
    cursor.execute(PUBLISHED, {"sizes": SIZES, "landlocked": landlocked})
    # Row by row: fetching all at once would take ten times the memory of the result.
    for *texts, numbers in cursor:
        yield Row(*texts, numbers or b"")


def numbers_of(code: str, data: bytes) -> array[int]:
    """Return numbers as sent by PostgreSQL: an array of type "I", of 4 bytes, or "q", of 8."""
    numbers = array(code)
    numbers.frombytes(data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
