-- The view of all searchable objects, and the functions that update search entries from it.
--
-- A changed function in this file or search_1_text.sql makes sites rebuild the search, even if only a
-- comment in its body has changed.

-- Return the values of a JSON object {language: name}, as an array or as lines of text.
CREATE FUNCTION repository_name_list(names jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT value FROM jsonb_each_text(names) WHERE value IS NOT NULL)
$$;

CREATE FUNCTION repository_names(names jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_string(repository_name_list(names), E'\n')
$$;

-- Is the webinar public? All but drafts are.
CREATE FUNCTION repository_is_public(webinar repository_webinar) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_jsonb(webinar) ->> 'status' IS DISTINCT FROM 'draft'
$$;

-- Filter by `row_id`, so that the primary keys of the tables are used. It is NULL for the few countries.
-- Results show title, summary, place and countries. Aliases are weighted like the title and names like the
-- summary; figures have the lowest weight. Names and figures are separated by newlines, so that phrases
-- do not match across them.
CREATE VIEW repository_searchable AS
SELECT 'case' AS kind, c.id AS row_id, c.id::text AS object_id, c.slug::text, c.language::text,
    c.title::text, '{}'::text[] AS aliases, c.summary::text,
    concat_ws(E'\n', cities.names, countries.names, organizations.names, themes.names,
        practices.names, tags.names, speakers.names) AS names,
    concat_ws(E'\n', c.setting, c.challenge, c.solution, c.results, c.lessons,
        c.what_did_not_work, c.preconditions, c.advice, c.cost, c.time) AS body,
    figures.labels AS figures,
    coalesce(cities.place, '') AS place,
    coalesce(countries.codes, '{}') AS countries,
    c.published_at, c.questions AS questions
FROM repository_casestudy c
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, repository_names(x.names), x.province), E'\n') AS names,
        string_agg(x.name, ', ' ORDER BY x.name) AS place
    FROM repository_casestudy_cities l JOIN repository_city x ON x.id = l.city_id
    WHERE l.casestudy_id = c.id
) cities
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, repository_names(x.names)), E'\n') AS names,
        array_agg(x.iso2::text ORDER BY x.name) AS codes
    FROM repository_country x
    WHERE x.iso2 IN (
        SELECT l.country_id FROM repository_casestudy_countries l WHERE l.casestudy_id = c.id
        UNION ALL
        SELECT y.country_id FROM repository_casestudy_cities l
        JOIN repository_city y ON y.id = l.city_id WHERE l.casestudy_id = c.id
    )
) countries
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, x.acronym), E'\n') AS names
    FROM repository_casestudy_organizations l
    JOIN repository_organization x ON x.id = l.organization_id WHERE l.casestudy_id = c.id
) organizations
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, repository_names(x.names)), E'\n') AS names
    FROM repository_casestudy_themes l JOIN repository_theme x ON x.id = l.theme_id
    WHERE l.casestudy_id = c.id
) themes
CROSS JOIN LATERAL (
    SELECT string_agg(x.name, E'\n') AS names
    FROM repository_casestudy_practices l JOIN repository_practice x ON x.id = l.practice_id
    WHERE l.casestudy_id = c.id
) practices
CROSS JOIN LATERAL (
    SELECT string_agg(x.name, E'\n') AS names
    FROM repository_taggeditem l JOIN repository_tag x ON x.id = l.tag_id
    WHERE l.object_id = c.id AND l.content_type_id = (
        SELECT id FROM django_content_type WHERE app_label = 'repository' AND model = 'casestudy'
    )
) tags
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, array_to_string(x.aliases, E'\n')), E'\n') AS names
    FROM repository_casestudy_speakers l JOIN repository_speaker x ON x.id = l.speaker_id
    WHERE l.casestudy_id = c.id AND EXISTS (
        SELECT FROM repository_appearance a JOIN repository_webinar w ON w.id = a.webinar_id
        WHERE a.speaker_id = x.id AND repository_is_public(w)
    )
) speakers
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.label, x."group"), E'\n') AS labels
    FROM repository_evidence x WHERE x.case_id = c.id
) figures
WHERE c.status = 'published'

UNION ALL
SELECT 'practice', p.id, p.id::text, p.slug, 'en', p.name, '{}', p.summary,
    (
        SELECT string_agg(concat_ws(E'\n', x.name, repository_names(x.names)), E'\n')
        FROM repository_practice_themes l JOIN repository_theme x ON x.id = l.theme_id
        WHERE l.practice_id = p.id
    ),
    concat_ws(E'\n', p.description, p.needs), '', '', '{}', NULL, p.questions
FROM repository_practice p

UNION ALL
SELECT 'city', c.id, c.id::text, c.slug, 'en', c.name, repository_name_list(c.names),
    left(c.summary, 2000),
    concat_ws(E'\n', c.province, x.name, repository_names(x.names)),
    '', '', c.province, ARRAY[x.iso2::text], NULL, ''
FROM repository_city c JOIN repository_country x ON x.iso2 = c.country_id

UNION ALL
SELECT 'country', NULL, c.iso2, lower(c.iso2), 'en', c.name, repository_name_list(c.names), '',
    concat_ws(E'\n', c.iso2, c.iso3, c.region, c.subregion, c.intermediate_region, c.capital),
    '', '', '', ARRAY[c.iso2::text], NULL, ''
FROM repository_country c

UNION ALL
SELECT 'webinar', w.id, w.id::text, w.slug, 'en', w.title, '{}', w.summary,
    concat_ws(E'\n', cities.names, countries.names, practices.names, tags.names, speakers.names),
    speakers.titles, '', '', coalesce(countries.codes, '{}'), NULL, w.questions
FROM repository_webinar w
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, repository_names(x.names)), E'\n') AS names
    FROM repository_webinar_cities l JOIN repository_city x ON x.id = l.city_id
    WHERE l.webinar_id = w.id
) cities
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, repository_names(x.names)), E'\n') AS names,
        array_agg(x.iso2::text ORDER BY x.name) AS codes
    FROM repository_webinar_countries l JOIN repository_country x ON x.iso2 = l.country_id
    WHERE l.webinar_id = w.id
) countries
CROSS JOIN LATERAL (
    SELECT string_agg(x.name, E'\n') AS names
    FROM repository_webinar_practices l JOIN repository_practice x ON x.id = l.practice_id
    WHERE l.webinar_id = w.id
) practices
CROSS JOIN LATERAL (
    SELECT string_agg(x.name, E'\n') AS names
    FROM repository_taggeditem l JOIN repository_tag x ON x.id = l.tag_id
    WHERE l.object_id = w.id AND l.content_type_id = (
        SELECT id FROM django_content_type WHERE app_label = 'repository' AND model = 'webinar'
    )
) tags
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', x.name, array_to_string(x.aliases, E'\n')), E'\n') AS names,
        string_agg(concat_ws(', ', x.name, nullif(l.title, '')), E'\n' ORDER BY l.position) AS titles
    FROM repository_appearance l JOIN repository_speaker x ON x.id = l.speaker_id
    WHERE l.webinar_id = w.id
) speakers
WHERE repository_is_public(w)

UNION ALL
SELECT 'speaker', s.id, s.id::text, s.slug, 'en', s.name, s.aliases::text[],
    coalesce(appearances.titles, ''),
    concat_ws(E'\n', o.name, o.acronym, x.name, repository_names(x.names)),
    appearances.webinars, '', '',
    CASE WHEN x.iso2 IS NULL THEN '{}' ELSE ARRAY[x.iso2::text] END, NULL, ''
FROM repository_speaker s
LEFT JOIN repository_organization o ON o.id = s.organization_id
LEFT JOIN repository_country x ON x.iso2 = s.country_id
CROSS JOIN LATERAL (
    SELECT left(string_agg(DISTINCT nullif(l.title, ''), '; '), 2000) AS titles,
        string_agg(w.title, E'\n' ORDER BY w.number) AS webinars
    FROM repository_appearance l JOIN repository_webinar w ON w.id = l.webinar_id
    WHERE l.speaker_id = s.id AND repository_is_public(w)
) appearances
-- Speakers who appear only in drafts are not public.
WHERE appearances.webinars IS NOT NULL

UNION ALL
SELECT 'recommendation', r.id, r.id::text, r.slug, 'en', r.title, '{}', r.summary, '', r.body,
    '', '', '{}', NULL, r.questions
FROM repository_recommendation r

UNION ALL
SELECT 'term', g.id, g.id::text, g.slug, 'en',
    concat(g.term, ' (' || nullif(g.abbreviation, '') || ')'),
    ARRAY[g.term, g.abbreviation]::text[] || g.aliases::text[], left(g.definition, 2000), '', g.definition, '', '', '{}', NULL,
    g.questions
FROM repository_glossaryterm g

UNION ALL
SELECT 'landscape', s.id, s.id::text, s.slug, 'en', s.title, '{}', s.summary, '', s.body,
    (
        SELECT string_agg(concat_ws(E'\n', x.label, x."group"), E'\n')
        FROM repository_evidence x WHERE x.section_id = s.id
    ),
    '', '{}', NULL, s.questions
FROM repository_landscapesection s;

-- The translations of an object, as far as its pages show them. A paragraph whose original has changed
-- since it was translated is included while nothing has moved in its field. The rules are those of `align`
-- and `put` in repository/translations, except for paragraphs that were moved and changed at once.
CREATE FUNCTION repository_translated_texts(of_kind text, of_object bigint)
RETURNS TABLE (language text, title text, summary text, body text, figures text)
LANGUAGE sql STABLE AS $$
    WITH wanted AS (
        SELECT field, key, place, row_number() OVER of_field AS nth,
            count(*) OVER (PARTITION BY field) AS paragraphs
        FROM repository_original, unnest(keys) WITH ORDINALITY AS paragraph (key, place),
            split_part(key, ':', 1) AS field
        WHERE kind = of_kind AND object_id = of_object
        WINDOW of_field AS (PARTITION BY field ORDER BY place)
    ), translated AS (
        SELECT t.language, p.field, p.key, p.text, row_number() OVER of_field AS nth,
            count(*) OVER (PARTITION BY t.id, p.field) AS paragraphs
        FROM repository_translation t JOIN repository_original o USING (kind, object_id)
        JOIN repository_translatedparagraph p ON p.translation_id = t.id
        WHERE kind = of_kind AND object_id = of_object AND t.language <> o.language
        WINDOW of_field AS (PARTITION BY t.id, p.field ORDER BY p.position, p.id)
    ), in_place AS (
        -- Fields in which nothing has moved.
        SELECT t.language, field
        FROM wanted w JOIN translated t USING (field)
        WHERE w.paragraphs IN (1, t.paragraphs) AND field NOT LIKE 'figure-%'
        GROUP BY t.language, field
        HAVING bool_and(w.nth = t.nth) FILTER (WHERE w.key = t.key) IS NOT FALSE
    ), shown AS (
        SELECT each.language, w.field, w.place, t.text
        FROM wanted w CROSS JOIN (SELECT DISTINCT t.language FROM translated t) AS each
        LEFT JOIN translated t ON t.language = each.language AND t.field = w.field AND (
            t.key = w.key
            OR t.nth = w.nth AND (t.language, t.field) IN (SELECT i.language, i.field FROM in_place i)
        )
    )
    SELECT s.language,
        coalesce(string_agg(s.text, E'\n' ORDER BY place)
            FILTER (WHERE s.field IN ('title', 'name', 'term')), ''),
        left(coalesce(string_agg(s.text, E'\n\n' ORDER BY place)
            FILTER (WHERE s.field IN ('summary', 'definition')), ''), 2000),
        coalesce(string_agg(s.text, E'\n\n' ORDER BY place)
            FILTER (WHERE s.field NOT IN ('title', 'name', 'term', 'summary')
                AND s.field NOT LIKE 'figure-%'), ''),
        coalesce(string_agg(s.text, E'\n' ORDER BY place)
            FILTER (WHERE s.field IN ('figure-label', 'figure-group')), '')
    FROM shown s GROUP BY s.language
    -- Pages show a translation only with its title; that of a city is the name.
    HAVING count(s.text) FILTER (
        WHERE s.field IN ('title', 'name', 'term') OR of_kind = 'city' AND s.field = 'summary'
    ) > 0
$$;

-- Search vectors of the title and aliases, of these with summary and names, and of the whole entry. All
-- three include the translations.
CREATE TYPE repository_search_words AS (
    title tsvector, head tsvector, everything tsvector,
    titles text[] -- in all languages
);

CREATE FUNCTION repository_search_words(s repository_searchable) RETURNS repository_search_words
LANGUAGE plpgsql STABLE AS $$
DECLARE
    -- Limited in length because a tsvector is limited in size (see `repository_clean`).
    titles text := concat_ws(E'\n', s.title, left(array_to_string(s.aliases, E'\n'), 5000));
    names text := left(s.names, 10000);
    figures text := left(s.figures, 5000);
    clean_summary text := repository_clean(s.summary);
    clean_names text := coalesce(repository_clean(names), '');
    clean_figures text := coalesce(repository_clean(figures), '');
    clean_body text := coalesce(repository_clean(s.body), '');
    title tsvector;
    head tsvector;
    everything tsvector;
    title_stems tsvector;
    head_stems tsvector;
    text_stems tsvector := '';
    all_titles text[] := s.title || s.aliases;
    translated record;
    clean_title text;
    words tsvector;
BEGIN
    title := setweight(
        repository_words(repository_lines(repository_clean(titles)), repository_joined(titles)), 'A'
    );
    head := setweight(
        repository_words(clean_summary, repository_joined(s.summary))
            || repository_words(repository_lines(clean_names), repository_joined(names)), 'B'
    );
    everything := setweight(repository_words(clean_body, repository_joined(s.body)), 'C')
        || setweight(
            repository_words(repository_lines(clean_figures), repository_joined(figures)), 'D'
        );
    title_stems := setweight(repository_stems(repository_clean(s.title), s.language), 'A');
    head_stems := setweight(
        repository_stems(concat_ws(' ', clean_summary, clean_names), s.language), 'B'
    );
    text_stems := repository_stems(concat_ws(' ', clean_body, clean_figures), s.language);
    FOR translated IN
        SELECT t.*, (60000 / count(*) OVER ())::integer AS most
        FROM repository_translated_texts(s.kind, s.row_id) AS t ORDER BY t.language
    LOOP
        all_titles := all_titles || translated.title;
        clean_title := repository_clean(left(translated.title, 2000));
        clean_summary := repository_clean(left(translated.summary, 2000));
        clean_body := repository_clean(left(repository_plain(translated.body), translated.most));
        clean_figures := repository_clean(left(translated.figures, 2000));
        words := repository_words(clean_title, repository_joined(left(translated.title, 2000)));
        title := title || setweight(repository_translated(words, translated.language), 'A');
        words := repository_words(clean_summary, repository_joined(left(translated.summary, 2000)));
        head := head || setweight(repository_translated(words, translated.language), 'B');
        words := repository_words(
            clean_body, repository_joined(left(translated.body, translated.most))
        );
        everything := everything || setweight(repository_translated(words, translated.language), 'C');
        words := repository_words(
            repository_lines(clean_figures), repository_joined(left(translated.figures, 2000))
        );
        everything := everything || setweight(repository_translated(words, translated.language), 'D');
        title_stems := title_stems || setweight(
            repository_translated_stems(clean_title, translated.language), 'A'
        );
        head_stems := head_stems || setweight(
            repository_translated_stems(clean_summary, translated.language), 'B'
        );
        text_stems := text_stems || repository_translated_stems(
            concat_ws(' ', clean_body, clean_figures), translated.language
        );
    END LOOP;
    head := title || head;
    head_stems := title_stems || head_stems;
    everything := head || everything
        -- Stems need no positions, because phrases match unstemmed words only.
        || strip(head_stems) || strip(text_stems);
    RETURN ROW(
        ts_delete(title || title_stems, repository_end()),
        ts_delete(head || head_stems, repository_end()),
        ts_delete(everything, repository_end()),
        all_titles
    );
END $$;

-- Normalize titles for comparison with the whole query.
CREATE FUNCTION repository_keys(titles text[]) RETURNS text[]
LANGUAGE sql STABLE STRICT AS $$
    SELECT ARRAY(
        SELECT DISTINCT unaccent(repository_clean(title)) FROM unnest(titles) AS title
        WHERE title <> ''
    )
$$;

-- The contents of the table of search entries, computed from the current data.
CREATE VIEW repository_search_rows AS
SELECT s.kind, s.row_id, s.object_id, s.slug, s.language, s.title, s.summary, s.place, s.countries,
    left(repository_plain(coalesce(s.body, '')), 40000) AS body, s.published_at,
    repository_keys(words.titles) AS title_keys,
    words.title AS title_words, words.head AS head_words, words.everything AS all_words, s.questions
FROM repository_searchable s CROSS JOIN LATERAL repository_search_words(s) AS words;

-- Return the words of an entry for spelling correction, those of translations with their language. Stems
-- are excluded by their missing positions, bigrams and numbers by their length or characters.
CREATE FUNCTION repository_spelling_words(entry_words tsvector) RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT lexeme FROM unnest(entry_words)
    WHERE positions IS NOT NULL AND length(lexeme) BETWEEN 3 AND 40
        AND lexeme ~ '^([a-z]+=)?[[:alpha:]]{3,}$'
$$;

-- Update the counts of spelling words, and delete words that no longer occur in any entry.
CREATE FUNCTION repository_count_search_words(words_before text[], words_after text[])
RETURNS void LANGUAGE sql AS $$
    INSERT INTO repository_searchword AS w (word, entries)
    SELECT word, sum(step) FROM (
        SELECT unnest(words_before) AS word, -1 AS step
        UNION ALL SELECT unnest(words_after), 1
    ) AS steps
    GROUP BY word HAVING sum(step) <> 0
    ON CONFLICT (word) DO UPDATE SET entries = w.entries + excluded.entries;
    DELETE FROM repository_searchword WHERE entries <= 0 AND word = ANY (words_before);
$$;

-- Store the texts of translations that results show. NULL stands for all objects of all kinds.
CREATE FUNCTION repository_store_translated_texts(of_kind text, object_ids text[])
RETURNS void LANGUAGE sql AS $$
    INSERT INTO repository_searchtranslation (entry_id, language, title, summary, body)
    SELECT e.id, t.language, t.title, t.summary, left(repository_plain(t.body), 40000)
    FROM repository_searchentry e
    CROSS JOIN LATERAL repository_translated_texts(e.kind, e.object_id::bigint) AS t
    WHERE e.kind <> 'country'
        AND (of_kind IS NULL OR e.kind = of_kind AND e.object_id = ANY (object_ids))
$$;

-- Replace the entries of some objects of one kind. Deleted and unpublished objects are not in the view,
-- so their entries are only deleted.
CREATE FUNCTION repository_refresh_search_entries(of_kind text, object_ids text[])
RETURNS void LANGUAGE plpgsql
-- Planning the view takes longer than executing it, so plan it once per connection. The plan must not
-- depend on the table sizes at that time.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
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
            title_keys, title_words, head_words, all_words, questions
        )
        SELECT kind, object_id, slug, language, title, summary, place, countries, body, published_at,
            title_keys, title_words, head_words, all_words, questions
        FROM repository_search_rows WHERE kind = 'country' AND object_id = ANY (object_ids);
    ELSE
        INSERT INTO repository_searchentry (
            kind, object_id, slug, language, title, summary, place, countries, body, published_at,
            title_keys, title_words, head_words, all_words, questions
        )
        SELECT kind, object_id, slug, language, title, summary, place, countries, body, published_at,
            title_keys, title_words, head_words, all_words, questions
        FROM repository_search_rows
        WHERE kind = of_kind AND row_id = ANY (object_ids::bigint[])
        ORDER BY published_at, row_id;
    END IF;
    PERFORM repository_store_translated_texts(of_kind, object_ids) WHERE of_kind <> 'country';
    SELECT array_agg(word) INTO words_after
    FROM repository_searchentry, repository_spelling_words(all_words) AS word
    WHERE kind = of_kind AND object_id = ANY (object_ids);
    PERFORM repository_count_search_words(words_before, words_after);
END $$;

-- Record changed objects. The arguments are pairs of a kind and the column with the ID of the object.
CREATE FUNCTION repository_note_search_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    image jsonb;
BEGIN
    FOREACH image IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
            IF image ->> TG_ARGV[i + 1] IS NOT NULL THEN
                INSERT INTO repository_searchchange (kind, object_id)
                VALUES (TG_ARGV[i], image ->> TG_ARGV[i + 1]) ON CONFLICT DO NOTHING;
            END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION repository_changed(changes jsonb, of_kind text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY(SELECT jsonb_array_elements_text(changes -> of_kind)::bigint)
$$;

-- Is a change still pending? Sequential scans are disabled because sessions usually plan this query while
-- the table is empty, and would then not use the index.
CREATE FUNCTION repository_search_change_waits(of_transaction bigint, of_kind text, of_object text)
RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM repository_searchchange
        WHERE transaction = of_transaction AND kind = of_kind AND object_id = of_object
    );
END $$;

-- Recount all spelling words.
CREATE FUNCTION repository_count_all_search_words() RETURNS void LANGUAGE sql AS $$
    WITH counted AS MATERIALIZED (
        SELECT word, count(*) AS entries
        FROM repository_searchentry e, repository_spelling_words(e.all_words) AS word GROUP BY word
    ), gone AS (
        DELETE FROM repository_searchword w
        WHERE NOT EXISTS (SELECT FROM counted WHERE counted.word = w.word)
    )
    INSERT INTO repository_searchword AS w (word, entries) SELECT * FROM counted
    ON CONFLICT (word) DO UPDATE SET entries = excluded.entries WHERE w.entries <> excluded.entries;
$$;

-- Rebuild all entries and return their number. Readers see the old ones until the commit.
CREATE FUNCTION repository_rebuild_search() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    counted_entries bigint;
BEGIN
    PERFORM repository_lock_search();
    PERFORM repository_note_public_change();
    DELETE FROM repository_searchentry;
    INSERT INTO repository_searchentry (
        kind, object_id, slug, language, title, summary, place, countries, body, published_at,
        title_keys, title_words, head_words, all_words, questions
    )
    SELECT kind, object_id, slug, language, title, summary, place, countries, body, published_at,
        title_keys, title_words, head_words, all_words, questions
    -- Newest first, so that searches that reach their row limit omit the oldest.
    FROM repository_search_rows ORDER BY kind, published_at DESC NULLS LAST, row_id;
    GET DIAGNOSTICS counted_entries = ROW_COUNT;
    PERFORM repository_store_translated_texts(NULL, NULL);
    PERFORM repository_count_all_search_words();
    RETURN counted_entries;
END $$;

-- Write the entries that differ from the current data, and return their number. An update of the functions
-- changes few entries, and writing one to the indexes takes longer than computing it.
CREATE FUNCTION repository_repair_search() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    written_entries bigint;
BEGIN
    PERFORM repository_lock_search();
    PERFORM repository_note_public_change();
    DELETE FROM repository_searchentry e WHERE NOT EXISTS (
        SELECT FROM repository_searchable s WHERE s.kind = e.kind AND s.object_id = e.object_id
    );
    INSERT INTO repository_searchentry AS e (
        kind, object_id, slug, language, title, summary, place, countries, body, published_at,
        title_keys, title_words, head_words, all_words, questions
    )
    SELECT kind, object_id, slug, language, title, summary, place, countries, body, published_at,
        title_keys, title_words, head_words, all_words, questions
    FROM repository_search_rows ORDER BY kind, published_at DESC NULLS LAST, row_id
    ON CONFLICT (kind, object_id) DO UPDATE SET
        slug = excluded.slug, language = excluded.language, title = excluded.title,
        summary = excluded.summary, place = excluded.place, countries = excluded.countries,
        body = excluded.body, published_at = excluded.published_at,
        title_keys = excluded.title_keys, title_words = excluded.title_words,
        head_words = excluded.head_words, all_words = excluded.all_words,
        questions = excluded.questions
    WHERE (
        e.slug, e.language, e.title, e.summary, e.place, e.countries, e.body, e.published_at,
        e.title_keys, e.title_words, e.head_words, e.all_words, e.questions
    ) IS DISTINCT FROM (
        excluded.slug, excluded.language, excluded.title, excluded.summary, excluded.place,
        excluded.countries, excluded.body, excluded.published_at, excluded.title_keys,
        excluded.title_words, excluded.head_words, excluded.all_words, excluded.questions
    );
    GET DIAGNOSTICS written_entries = ROW_COUNT;
    DELETE FROM repository_searchtranslation;
    PERFORM repository_store_translated_texts(NULL, NULL);
    PERFORM repository_count_all_search_words();
    RETURN written_entries;
END $$;

SELECT repository_repair_search();
