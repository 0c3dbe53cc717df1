-- Functions of commit 19821e5, as a database that was migrated then still had them at bd674ec.

CREATE OR REPLACE FUNCTION repository_refresh_search_entries(of_kind text, object_ids text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    words_before text[];
    words_after text[];
BEGIN
    WITH gone AS (
        DELETE FROM repository_searchentry
        WHERE kind = of_kind AND object_id = ANY (object_ids) RETURNING all_words
    )
    SELECT array_agg(word) INTO words_before FROM gone, repository_spelling_words(all_words) AS word;
    IF of_kind = 'country' THEN
        INSERT INTO repository_searchentry (
            kind, object_id, slug, language, title, summary, place, countries, body, published_at,
            title_keys, title_words, head_words, all_words
        )
        SELECT kind, object_id, slug, language, title, summary, place, countries, body, published_at,
            title_keys, title_words, head_words, all_words
        FROM repository_search_rows WHERE kind = 'country' AND object_id = ANY (object_ids);
    ELSE
        INSERT INTO repository_searchentry (
            kind, object_id, slug, language, title, summary, place, countries, body, published_at,
            title_keys, title_words, head_words, all_words
        )
        SELECT kind, object_id, slug, language, title, summary, place, countries, body, published_at,
            title_keys, title_words, head_words, all_words
        FROM repository_search_rows
        WHERE kind = of_kind AND row_id = ANY (object_ids::bigint[])
        ORDER BY published_at, row_id;
    END IF;
    SELECT array_agg(word) INTO words_after
    FROM repository_searchentry, repository_spelling_words(all_words) AS word
    WHERE kind = of_kind AND object_id = ANY (object_ids);
    PERFORM repository_count_search_words(words_before, words_after);
END $$;

CREATE OR REPLACE FUNCTION repository_apply_search_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes jsonb;
    countries text[];
    cities bigint[];
    practices bigint[];
    themes bigint[];
    organizations bigint[];
    speakers bigint[];
    webinars bigint[];
    tagged_cases bigint[];
    tagged_webinars bigint[];
    of_kind text;
    ids bigint[];
BEGIN
    -- The first row of the transaction does the work of all. The others look for themselves and find
    -- that they are gone: a search for all that is left would pass by all that was there each time.
    IF NOT repository_search_change_waits(NEW.transaction, NEW.kind, NEW.object_id) THEN
        RETURN NULL;
    END IF;
    WITH taken AS (
        DELETE FROM repository_searchchange WHERE transaction = txid_current()
        RETURNING kind, object_id
    )
    SELECT jsonb_object_agg(kind, object_ids) INTO changes
    FROM (SELECT kind, jsonb_agg(object_id) AS object_ids FROM taken GROUP BY kind) AS by_kind;
    IF changes IS NULL THEN
        RETURN NULL;
    END IF;

    countries := ARRAY(SELECT jsonb_array_elements_text(changes -> 'country'));
    cities := repository_changed(changes, 'city') || ARRAY(
        SELECT id FROM repository_city WHERE country_id = ANY (countries)
    );
    practices := repository_changed(changes, 'practice');
    themes := repository_changed(changes, 'theme');
    organizations := repository_changed(changes, 'organization');
    speakers := repository_changed(changes, 'speaker') || ARRAY(
        SELECT id FROM repository_speaker
        WHERE country_id = ANY (countries) OR organization_id = ANY (organizations)
    );
    webinars := repository_changed(changes, 'webinar');
    SELECT array_agg(i.object_id) FILTER (WHERE t.model = 'casestudy'),
        array_agg(i.object_id) FILTER (WHERE t.model = 'webinar')
    INTO tagged_cases, tagged_webinars
    FROM repository_taggeditem i JOIN django_content_type t ON t.id = i.content_type_id
    WHERE i.tag_id = ANY (repository_changed(changes, 'tag')) AND t.app_label = 'repository';

    PERFORM repository_refresh_search_entries('country', countries) WHERE countries <> '{}';
    FOREACH of_kind IN ARRAY
        ARRAY['case', 'practice', 'city', 'webinar', 'speaker', 'recommendation', 'term']
    LOOP
        ids := repository_changed(changes, of_kind) || CASE of_kind
            WHEN 'case' THEN tagged_cases || ARRAY(
                SELECT casestudy_id FROM repository_casestudy_cities WHERE city_id = ANY (cities)
                UNION SELECT casestudy_id FROM repository_casestudy_countries
                    WHERE country_id = ANY (countries)
                UNION SELECT casestudy_id FROM repository_casestudy_practices
                    WHERE practice_id = ANY (practices)
                UNION SELECT casestudy_id FROM repository_casestudy_themes
                    WHERE theme_id = ANY (themes)
                UNION SELECT casestudy_id FROM repository_casestudy_organizations
                    WHERE organization_id = ANY (organizations)
                UNION SELECT casestudy_id FROM repository_casestudy_speakers
                    WHERE speaker_id = ANY (speakers) OR speaker_id IN (
                        SELECT speaker_id FROM repository_appearance
                        WHERE webinar_id = ANY (webinars)
                    )
            )
            WHEN 'practice' THEN ARRAY(
                SELECT practice_id FROM repository_practice_themes WHERE theme_id = ANY (themes)
            )
            WHEN 'city' THEN cities
            WHEN 'webinar' THEN tagged_webinars || ARRAY(
                SELECT webinar_id FROM repository_webinar_cities WHERE city_id = ANY (cities)
                UNION SELECT webinar_id FROM repository_webinar_countries
                    WHERE country_id = ANY (countries)
                UNION SELECT webinar_id FROM repository_webinar_practices
                    WHERE practice_id = ANY (practices)
                UNION SELECT webinar_id FROM repository_appearance
                    WHERE speaker_id = ANY (speakers)
            )
            WHEN 'speaker' THEN speakers || ARRAY(
                SELECT speaker_id FROM repository_appearance WHERE webinar_id = ANY (webinars)
            )
        END;
        PERFORM repository_refresh_search_entries(of_kind, ids::text[]) WHERE ids <> '{}';
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION repository_rebuild_search() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    counted_entries bigint;
BEGIN
    -- Pages of the present edition may show other results afterwards; and the row makes writers
    -- take turns, as in `repository_apply_search_changes`.
    UPDATE repository_edition SET number = number + 1, changed_at = now();
    DELETE FROM repository_searchentry;
    INSERT INTO repository_searchentry (
        kind, object_id, slug, language, title, summary, place, countries, body, published_at,
        title_keys, title_words, head_words, all_words
    )
    SELECT kind, object_id, slug, language, title, summary, place, countries, body, published_at,
        title_keys, title_words, head_words, all_words
    -- The newest first: where a search reads no further, it is the old that is left out.
    FROM repository_search_rows ORDER BY kind, published_at DESC NULLS LAST, row_id;
    GET DIAGNOSTICS counted_entries = ROW_COUNT;
    WITH counted AS MATERIALIZED (
        SELECT word, count(*) AS entries
        FROM repository_searchentry e, repository_spelling_words(e.all_words) AS word GROUP BY word
    ), gone AS (
        DELETE FROM repository_searchword w
        WHERE NOT EXISTS (SELECT FROM counted WHERE counted.word = w.word)
    )
    INSERT INTO repository_searchword AS w (word, entries) SELECT * FROM counted
    ON CONFLICT (word) DO UPDATE SET entries = excluded.entries WHERE w.entries <> excluded.entries;
    RETURN counted_entries;
END $$;

CREATE OR REPLACE FUNCTION repository_search(
    terms text[], quoted boolean[], negated boolean[], reader text, prefix boolean,
    any_word boolean, brief boolean, kinds text[], skip integer, take integer
) RETURNS json
LANGUAGE plpgsql VOLATILE
-- A scan of the whole table would read every vector; the plan must not depend on the words.
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
SET jit = off
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    q repository_query := repository_read_query(
        terms, quoted, negated, repository_search_languages(), reader, prefix, any_word
    );
    whole text := unaccent(repository_clean(array_to_string(terms, ' ')));
    last_length integer := length(terms[cardinality(terms)]);
    -- The shorter the beginning of a word, the less far it is looked for.
    in_title tsquery := CASE WHEN last_length >= 2 THEN q.beginnings ELSE q.words END;
    in_head tsquery := CASE WHEN last_length >= 3 THEN q.beginnings ELSE q.words END;
    in_text tsquery := CASE WHEN prefix AND last_length >= 3 THEN q.beginnings END;
    -- Words to be left out are known from the index; where words must stand together, or not, more
    -- entries have to be read.
    without_phrase boolean := q.without::text ~ '<(?:-|\d+)>';
    in_all tsquery := CASE WHEN without_phrase THEN q.words
        ELSE coalesce(q.words && !!q.without, q.words) END;
    is_strict boolean := q.phrases IS NOT NULL OR coalesce(without_phrase, false);
    -- Entries with this many words are few: those found in the text are told apart afterwards.
    is_long boolean := cardinality(terms) >= 4 AND NOT any_word;
    -- Enough to page through; more for a list that is narrowed further.
    most_by_title integer := CASE WHEN brief THEN 200 ELSE 100 END;
    most_by_head integer := CASE WHEN brief THEN 300 ELSE 200 END;
    most_by_text integer := CASE WHEN brief THEN 500 ELSE 300 END;
    counts json;
    hits json;
    listed integer;
    is_capped boolean;
BEGIN
    in_title := coalesce(in_title && q.phrases, in_title);
    in_head := coalesce(in_head && q.phrases, in_head);
    WITH cases_by_title AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind = 'case' AND title_words @@ in_title LIMIT most_by_title
    ), others_by_title AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind <> 'case' AND title_words @@ in_title LIMIT CASE WHEN brief THEN 0 ELSE 100 END
    ), cases_by_head AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind = 'case' AND head_words @@ in_head
        LIMIT CASE WHEN is_long OR (SELECT count(*) FROM cases_by_title) = most_by_title
                AND q.without IS NULL AND NOT brief THEN 0
            ELSE most_by_head END
    ), others_by_head AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind <> 'case' AND head_words @@ in_head LIMIT CASE WHEN brief THEN 0 ELSE 150 END
    ), cases_by_text AS MATERIALIZED (
        SELECT id, all_words FROM (
            SELECT id, all_words FROM repository_searchentry
            WHERE kind = 'case' AND all_words @@ in_all
            LIMIT CASE WHEN q.without IS NULL AND (
                    (SELECT count(*) FROM cases_by_title) = most_by_title AND NOT brief
                    OR (SELECT count(*) FROM cases_by_head) = most_by_head
                ) THEN 0
                WHEN is_strict THEN 1000 ELSE most_by_text END
        ) AS found
        WHERE (q.phrases IS NULL OR all_words @@ q.phrases)
            AND (without_phrase IS NOT TRUE OR NOT all_words @@ q.without)
        LIMIT most_by_text
    ), others_by_text AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind <> 'case' AND all_words @@ in_all
        LIMIT CASE WHEN brief THEN 0
            WHEN (SELECT count(*) FROM others_by_head) = 150 AND q.without IS NULL THEN 0
            ELSE 200 END
    ), cases_by_beginning AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind = 'case' AND all_words @@ in_text
        LIMIT CASE WHEN EXISTS (
            SELECT FROM cases_by_title UNION ALL SELECT FROM cases_by_head
            UNION ALL SELECT FROM cases_by_text
        ) THEN 0 ELSE 100 END
    ), candidates AS (
        SELECT id, max(tier) AS tier FROM (
            SELECT id, tier FROM (
                SELECT id, all_words, 3 AS tier FROM cases_by_title
                UNION ALL SELECT id, all_words, 3 FROM others_by_title
                UNION ALL SELECT id, all_words, 2 FROM cases_by_head
                UNION ALL SELECT id, all_words, 2 FROM others_by_head
                UNION ALL SELECT id, all_words, 1 FROM others_by_text
                UNION ALL SELECT id, all_words, 0 FROM cases_by_beginning
            ) AS found
            WHERE (q.phrases IS NULL OR all_words @@ q.phrases)
                AND (q.without IS NULL OR NOT all_words @@ q.without)
            UNION ALL SELECT id, 1 FROM cases_by_text
        ) AS checked
        GROUP BY id
    ), ranked AS MATERIALIZED (
        -- A step nearer to the title is worth 1, and more than any difference in rank.
        SELECT id, kind, object_id, tier, published_at,
            tier
            + CASE WHEN whole = ANY (title_keys) THEN 4 ELSE 0 END
            -- A word as it was typed before one that only begins so.
            + CASE WHEN tier = 3 AND title_words @@ q.words THEN 1 ELSE 0 END
            -- What a city did and how tells more than who spoke of it.
            + CASE WHEN kind IN ('case', 'practice') THEN 0.4
                WHEN kind IN ('city', 'country', 'recommendation') THEN 0.2 ELSE 0 END
            + CASE WHEN tier >= 2
                THEN ts_rank('{0.1, 0.2, 0.4, 1.0}', head_words, q.beginnings, 32) ELSE 0 END
            AS score
        FROM (
            SELECT e.*,
                CASE WHEN is_long AND c.tier = 1 AND e.head_words @@ in_head THEN 2 ELSE c.tier END
                AS tier
            FROM candidates c JOIN repository_searchentry e USING (id)
        ) AS told_apart
    ), page AS (
        SELECT * FROM ranked WHERE kinds IS NULL OR kind = ANY (kinds)
        ORDER BY score DESC, published_at DESC NULLS LAST, id OFFSET skip LIMIT take
    )
    SELECT
        (
            SELECT coalesce(json_object_agg(kind, entries), '{}')
            FROM (SELECT kind, count(*) AS entries FROM ranked GROUP BY kind) AS by_kind
        ),
        CASE WHEN brief THEN (
            SELECT json_agg(object_id::bigint ORDER BY score DESC, published_at DESC NULLS LAST, id)
            FROM page
        ) ELSE (
            SELECT json_agg(json_build_array(
                e.kind, e.object_id, e.slug, e.language, e.title, e.summary, e.place, e.countries,
                CASE WHEN p.tier < 2 THEN e.body ELSE '' END
            ) ORDER BY p.score DESC, p.published_at DESC NULLS LAST, p.id)
            FROM page p JOIN repository_searchentry e USING (id)
        ) END,
        (SELECT count(*) FROM ranked),
        (SELECT count(*) FROM cases_by_title) = most_by_title
            OR (SELECT count(*) FROM cases_by_head) = most_by_head
            OR (SELECT count(*) FROM cases_by_text) = most_by_text
            OR (SELECT count(*) FROM cases_by_beginning) = 100
            OR (SELECT count(*) FROM others_by_head) = 150
            OR (SELECT count(*) FROM others_by_text) = 200
    INTO counts, hits, listed, is_capped;
    RETURN json_build_object(
        'counts', counts, 'is_capped', is_capped, 'stems', q.stems, 'hits', coalesce(hits, '[]'),
        'like', CASE WHEN listed = 0 OR listed <= 3 AND cardinality(terms) = 1 THEN (
            SELECT json_agg(
                CASE WHEN NOT quoted[i] AND NOT negated[i]
                    THEN repository_like_words(terms[i], prefix AND i = cardinality(terms)) END
                ORDER BY i
            )
            FROM generate_subscripts(terms, 1) AS i
        ) END
    );
END $$;

DROP FUNCTION repository_count_all_search_words();
