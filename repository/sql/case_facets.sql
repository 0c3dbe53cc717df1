-- The facets of the published cases, and the function that keeps them current.

-- The countries of a published case: its own, and those of its cities.
CREATE VIEW repository_case_countries AS
SELECT c.id AS case_id, l.country_id
FROM repository_casestudy c JOIN repository_casestudy_countries l ON l.casestudy_id = c.id
WHERE c.status = 'published'
UNION
SELECT c.id, x.country_id
FROM repository_casestudy c JOIN repository_casestudy_cities l ON l.casestudy_id = c.id
JOIN repository_city x ON x.id = l.city_id
WHERE c.status = 'published';

-- The contents of the table, computed from the current data. "all" is every case once, "main" its main
-- theme, which is the one that was added first, and "alone" a country of a case without a city. The last
-- ones are types of places, as far as they are known.
CREATE VIEW repository_case_facets AS
SELECT c.id AS case_id, f.facet, f.key, c.is_sample, c.published_at
FROM repository_casestudy c CROSS JOIN LATERAL (
    SELECT 'all' AS facet, '' AS key
    UNION ALL SELECT 'language', c.language
    UNION ALL SELECT 'theme', x.slug
        FROM repository_casestudy_themes l JOIN repository_theme x ON x.id = l.theme_id
        WHERE l.casestudy_id = c.id
    UNION ALL (
        SELECT 'main', x.slug
        FROM repository_casestudy_themes l JOIN repository_theme x ON x.id = l.theme_id
        WHERE l.casestudy_id = c.id ORDER BY l.id LIMIT 1
    )
    UNION ALL SELECT 'practice', x.slug
        FROM repository_casestudy_practices l JOIN repository_practice x ON x.id = l.practice_id
        WHERE l.casestudy_id = c.id
    UNION ALL SELECT 'goal', l.goal_id::text
        FROM repository_casestudy_goals l WHERE l.casestudy_id = c.id
    UNION ALL SELECT 'tag', x.slug
        FROM repository_taggeditem l JOIN repository_tag x ON x.id = l.tag_id
        WHERE l.object_id = c.id AND l.content_type_id = (
            SELECT id FROM django_content_type
            WHERE app_label = 'repository' AND model = 'casestudy'
        )
    UNION ALL SELECT 'city', x.slug
        FROM repository_casestudy_cities l JOIN repository_city x ON x.id = l.city_id
        WHERE l.casestudy_id = c.id
    UNION ALL SELECT 'country', l.country_id
        FROM repository_case_countries l WHERE l.case_id = c.id
    UNION ALL SELECT 'alone', l.country_id
        FROM repository_casestudy_countries l WHERE l.casestudy_id = c.id AND NOT EXISTS (
            SELECT FROM repository_casestudy_cities y WHERE y.casestudy_id = c.id
        )
    -- A place may be landlocked as a city and as a part of its country.
    UNION SELECT k.facet, k.key
        FROM repository_casestudy_cities l JOIN repository_city x ON x.id = l.city_id,
        LATERAL (VALUES
            ('landlocked', '', NOT x.has_sea_port), ('sea', '', x.has_sea_port),
            ('dry', '', x.has_dry_port), ('rail', '', x.has_rail_hub), ('air', '', x.has_air_hub),
            -- The classes of the United Nations (World Urbanization Prospects).
            (
                'size',
                width_bucket(x.population, '{500000, 1000000, 5000000, 10000000}'::integer[])::text,
                x.population IS NOT NULL
            )
        ) AS k (facet, key, holds)
        WHERE l.casestudy_id = c.id AND k.holds
    UNION SELECT k.facet, k.key
        FROM repository_case_countries l JOIN repository_country x ON x.iso2 = l.country_id,
        LATERAL (VALUES
            -- The codes are those of repository/places/setting.py.
            (
                'landlocked', '', x.is_lldc OR x.iso2 IN
                    ('AD', 'AT', 'BY', 'CH', 'CZ', 'HU', 'LI', 'LU', 'RS', 'SK', 'SM', 'VA')
            ),
            ('ldc', '', x.is_ldc), ('sids', '', x.is_sids),
            ('income', x.income_group, x.income_group <> ''),
            ('subregion', x.subregion, x.subregion <> ''), ('region', x.region, x.region <> '')
        ) AS k (facet, key, holds)
        WHERE l.case_id = c.id AND k.holds
) f
WHERE c.status = 'published';

-- Write the rows of some cases that differ from the current data. Unpublished and deleted cases are not
-- in the view, so their rows are only deleted.
CREATE FUNCTION repository_refresh_case_facets(ids bigint[]) RETURNS void LANGUAGE plpgsql
-- As in `repository_refresh_search_entries`.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
BEGIN
    WITH rows_now AS MATERIALIZED (
        SELECT * FROM repository_case_facets WHERE case_id = ANY (ids)
    ), gone AS (
        DELETE FROM repository_casefacet f WHERE case_id = ANY (ids) AND NOT EXISTS (
            SELECT FROM rows_now r
            WHERE (r.case_id, r.facet, r.key) = (f.case_id, f.facet, f.key)
        )
    )
    INSERT INTO repository_casefacet AS f (case_id, facet, key, is_sample, published_at)
    SELECT case_id, facet, key, is_sample, published_at FROM rows_now
    ON CONFLICT (case_id, facet, key) DO UPDATE
    SET is_sample = excluded.is_sample, published_at = excluded.published_at
    WHERE (f.is_sample, f.published_at) <> (excluded.is_sample, excluded.published_at);
END $$;

-- The cases that have a changed practice, theme or tag by another key than its slug. Names change more often,
-- and need no rows to be written, of which there may be very many.
CREATE FUNCTION repository_cases_with_former_keys(practices bigint[], themes bigint[], tags bigint[])
RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT linked.case_id FROM (
        SELECT l.casestudy_id AS case_id, 'practice' AS facet, x.slug AS key
        FROM repository_practice x JOIN repository_casestudy_practices l ON l.practice_id = x.id
        WHERE x.id = ANY (practices)
        UNION ALL SELECT l.casestudy_id, 'theme', x.slug
        FROM repository_theme x JOIN repository_casestudy_themes l ON l.theme_id = x.id
        WHERE x.id = ANY (themes)
        UNION ALL SELECT l.object_id, 'tag', x.slug
        FROM repository_tag x JOIN repository_taggeditem l ON l.tag_id = x.id
        JOIN django_content_type t ON t.id = l.content_type_id
            AND t.app_label = 'repository' AND t.model = 'casestudy'
        WHERE x.id = ANY (tags)
    ) linked
    WHERE NOT EXISTS (
        SELECT FROM repository_casefacet f
        WHERE (f.case_id, f.facet, f.key) = (linked.case_id, linked.facet, linked.key)
    )
$$;

-- Write all rows again. Readers see the old ones until the commit.
CREATE FUNCTION repository_rebuild_case_facets() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM repository_lock_search();
    PERFORM repository_note_public_change();
    DELETE FROM repository_casefacet;
    INSERT INTO repository_casefacet (case_id, facet, key, is_sample, published_at)
    SELECT case_id, facet, key, is_sample, published_at FROM repository_case_facets;
END $$;

SELECT repository_rebuild_case_facets();
