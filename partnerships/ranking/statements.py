"""The SQL with which `loading` reads cities.

For 10,000 cities with 50,000 offers, ORM rows would take longer than the ranking itself.

Evidence that a city knows or looks for something is encoded as a *sign*, "source:bits:kinds": the
bits say which of the requested subjects it is about, the kinds are its modalities. All signs of a
city are one text separated by spaces, as most cities have the same few.
"""


def named(prefix: str) -> str:
    """SQL that maps rows to the requested subjects; parameters have a prefix."""
    return f"""
practice (practice_id, bits) AS (
    SELECT id, bits::bit varying
    FROM unnest(%({prefix}practices)s::bigint[], %({prefix}practice_bits)s::text[])
        AS named (id, bits)
), theme (theme_id, bits) AS (
    SELECT id, bits::bit varying
    FROM unnest(%({prefix}themes)s::bigint[], %({prefix}theme_bits)s::text[])
        AS named (id, bits)
), goal (goal_id, bits) AS (
    SELECT id, bits::bit varying
    FROM unnest(%({prefix}goals)s::bigint[], %({prefix}goal_bits)s::text[])
        AS named (id, bits)
)"""  # noqa: S608


# User input is always passed as a parameter, never formatted into the SQL.
KNOWLEDGE = f"""
WITH {named("known_")},
offer_part (id, bits) AS (
    SELECT offer_id, bits FROM partnerships_offer_practices JOIN practice USING (practice_id)
    UNION ALL SELECT offer_id, bits FROM partnerships_offer_themes JOIN theme USING (theme_id)
),
case_part (id, bits) AS (
    SELECT casestudy_id, bits FROM repository_casestudy_practices JOIN practice USING (practice_id)
    UNION ALL SELECT casestudy_id, bits FROM repository_casestudy_themes JOIN theme USING (theme_id)
    UNION ALL SELECT casestudy_id, bits FROM repository_casestudy_goals JOIN goal USING (goal_id)
),
shown_case (id, bits) AS (
    SELECT id, bit_or(bits) FROM case_part JOIN repository_casestudy USING (id)
    WHERE status = 'published' GROUP BY id
),
tried (label, id, bits) AS (
    SELECT 'practice', practice_id, bits FROM practice
    UNION ALL SELECT 'casestudy', id, bits FROM shown_case
),
partnership_part (id, bits) AS (
    SELECT partnership_id, bits FROM partnerships_partnership_practices
        JOIN practice USING (practice_id)
    UNION ALL
    SELECT partnership_id, bits FROM partnerships_partnership_themes JOIN theme USING (theme_id)
),
shown_partnership (id, bits) AS (
    SELECT id, bit_or(bits) FROM partnership_part GROUP BY id
),
sign (city_id, word) AS (
    SELECT city_id, 'offer:' || bit_or(bits)::text || ':' || array_to_string(modalities, ',')
    FROM partnerships_offer JOIN offer_part USING (id)
    WHERE status = 'published' AND city_id IS NOT NULL
        AND (valid_until IS NULL OR valid_until >= %(today)s)
    GROUP BY id
    UNION ALL
    SELECT city_id, 'case:' || bits::text || ':'
    FROM repository_casestudy_cities JOIN shown_case ON shown_case.id = casestudy_id
    UNION ALL
    SELECT city_id, status || ':' || bits::text || ':'
    FROM community_experience
        JOIN django_content_type kind ON kind.id = content_type_id AND kind.app_label = 'repository'
        JOIN tried ON label = kind.model AND tried.id = object_id
    WHERE standing = 'published'
    UNION ALL
    -- Who asked has something to show once it is done; who provides, from the start.
    SELECT city_id,
        CASE status WHEN 'completed' THEN status ELSE 'running' END || ':' || bits::text || ':'
    FROM partnerships_party
        JOIN partnerships_partnership partnership ON partnership.id = partnership_id
        JOIN shown_partnership ON shown_partnership.id = partnership.id
    WHERE city_id IS NOT NULL AND is_public
        AND (status = 'completed' AND role <> 'facilitator'
            OR status IN ('agreed', 'active', 'stalled') AND role = 'provider')
)
SELECT city_id, string_agg(word, ' ') FROM sign
WHERE %(cities)s::bigint[] IS NULL OR city_id = ANY (%(cities)s)
GROUP BY city_id
"""  # noqa: S608

NEEDS = f"""
WITH {named("wanted_")},
need_part (id, bits) AS (
    SELECT need_id, bits FROM partnerships_need_practices JOIN practice USING (practice_id)
    UNION ALL SELECT need_id, bits FROM partnerships_need_themes JOIN theme USING (theme_id)
),
sign (city_id, word) AS (
    SELECT city_id, 'city:' || bit_or(bits)::text || ':'
    FROM partnerships_need JOIN need_part USING (id)
    WHERE status = 'published' AND city_id IS NOT NULL
        AND (valid_until IS NULL OR valid_until >= %(today)s)
        AND (%(cities)s::bigint[] IS NULL OR city_id = ANY (%(cities)s))
    GROUP BY id
)
SELECT city_id, string_agg(word, ' ') FROM sign GROUP BY city_id
"""  # noqa: S608

# All signs of cities: of know-how (true) and of needs (false).
SIGNS = f"""
SELECT city_id, true, signs FROM ({KNOWLEDGE}) AS knowing (city_id, signs)
UNION ALL
SELECT city_id, false, signs FROM ({NEEDS}) AS needing (city_id, signs)
"""  # noqa: S608

# The facts of cities as used by `loading.place_rows`, with the number of all cities of its kind.
PLACES = """
WITH able (city_id, capacity) AS (
    SELECT city_id, sum(capacity) FROM partnerships_offer
    WHERE status = 'published' AND city_id = ANY (%(cities)s) AND capacity IS NOT NULL
        AND (valid_until IS NULL OR valid_until >= %(today)s)
    GROUP BY city_id
),
busy (city_id, partners) AS (
    SELECT city_id, count(*) FROM partnerships_match
    WHERE status = 'introduced' AND city_id = ANY (%(cities)s)
        AND introduced_at >= %(year)s AND introduced_at < %(next_year)s
    GROUP BY city_id
),
answer (city_id, answered_at, reply_by, status) AS (
    SELECT city_id, candidate_answered_at, reply_by, status FROM partnerships_match
    WHERE proposed_at IS NOT NULL
    UNION ALL
    SELECT request.city_id, requester_answered_at, reply_by, match.status
    FROM partnerships_match match JOIN partnerships_partnershiprequest request
        ON request.id = request_id
    WHERE proposed_at IS NOT NULL
),
prompt (city_id, answered, asked) AS (
    SELECT city_id, count(*) FILTER (WHERE answered_at < reply_by + 1), count(*) FROM answer
    -- What may still be answered, or was taken back before it had to be, tells nothing.
    WHERE answered_at IS NOT NULL OR status = 'expired'
        OR status = 'proposed' AND reply_by < %(today)s
    GROUP BY city_id
),
done (city_id, completed, ended) AS (
    SELECT city_id, count(*) FILTER (WHERE status = 'completed'), count(*)
    FROM partnerships_party JOIN partnerships_partnership partnership
        ON partnership.id = partnership_id
    WHERE city_id IS NOT NULL AND role <> 'facilitator'
        AND status IN ('completed', 'discontinued')
    GROUP BY city_id
),
spoken_for (city_id) AS (
    SELECT DISTINCT city_id FROM partnerships_representation
    WHERE status = 'approved' AND (until IS NULL OR until >= %(today)s)
),
-- Cities are candidates only for their own kind: real ones, or samples.
kind (is_sample, cities) AS (
    SELECT is_sample, count(*) FROM repository_city GROUP BY is_sample
)
SELECT city.id, iso2, region, coalesce(nullif(intermediate_region, ''), subregion), income_group,
    development, is_ldc, is_lldc, is_sids, has_sea_port, has_dry_port, has_rail_hub, has_air_hub,
    population, coalesce(setting, ''), array_to_string(working_languages, ','),
    coalesce(array_to_string(corridors, ','), ''), coalesce(partners_a_year, able.capacity),
    coalesce(partners, 0), coalesce(answered, 0), coalesce(asked, 0), coalesce(completed, 0),
    coalesce(ended, 0), spoken_for.city_id IS NOT NULL,
    EXISTS (SELECT FROM partnerships_need need WHERE need.city_id = city.id
        AND status = 'published' AND (valid_until IS NULL OR valid_until >= %(today)s)),
    kind.cities, is_sample
FROM repository_city city
    JOIN kind USING (is_sample)
    JOIN repository_country country ON iso2 = country_id
    LEFT JOIN partnerships_cityprofile profile ON profile.city_id = city.id
    LEFT JOIN able ON able.city_id = city.id
    LEFT JOIN busy ON busy.city_id = city.id
    LEFT JOIN prompt ON prompt.city_id = city.id
    LEFT JOIN done ON done.city_id = city.id
    LEFT JOIN spoken_for ON spoken_for.city_id = city.id
WHERE city.id = ANY (%(cities)s)
"""
