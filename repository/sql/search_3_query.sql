-- The search is a single function call. User input is passed in parameters and converted to a tsquery
-- word by word; it is never interpolated into SQL.

CREATE FUNCTION repository_lexeme(word text, prefix boolean) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (repository_quote(word) || CASE WHEN prefix THEN ':*' ELSE '' END)::tsquery
$$;

-- Return the words of a text in order, with accents, except those in unspaced scripts.
CREATE FUNCTION repository_tokens(clean text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(
        SELECT lexeme FROM unnest(to_tsvector(
            'pg_catalog.simple', regexp_replace(clean, repository_unspaced(), ' ', 'g')
        )), unnest(positions) AS place
        ORDER BY place
    )
$$;

-- Return the stem of a word without accents, or NULL for words without a stem, such as stop words.
-- Accents are often omitted on phones, so they are restored in Spanish and Portuguese endings that the
-- stemmers recognize only with accents.
CREATE FUNCTION repository_stem(word text, language text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT unaccent(lexeme) FROM unnest(to_tsvector(
        repository_stemmer(language),
        CASE language
            WHEN 'en' THEN unaccent(word)
            WHEN 'es' THEN regexp_replace(word, '(c|s)ion$', '\1ión')
            WHEN 'pt' THEN regexp_replace(regexp_replace(word, 'cao$', 'ção'), 'coes$', 'ções')
            ELSE word
        END
    )) LIMIT 1
$$;

-- Return the singular or plural of an abbreviation ("sme" for "smes" and vice versa), or NULL for other
-- words. The English stemmer removes a plural s only if there is a vowel before the preceding letter,
-- which SMEs, NGOs and SDGs do not have.
CREATE FUNCTION repository_other_number(word text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN one ~ '^(?:[b-df-hj-np-tv-xz]{2,4}[aeiou]|[b-df-hj-np-tv-xz]{3,5})$' THEN
        CASE WHEN one = word THEN word || 's' ELSE one END
    END
    FROM regexp_replace(word, 's$', '') AS one
$$;

-- Is the word a stop word in English or in the reader's language, such as "the" or "de"?
CREATE FUNCTION repository_is_stop_word(word text, reader text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.english', unaccent(word)) = ''
        OR to_tsvector(coalesce(repository_stemmer(reader), 'pg_catalog.english'), word) = ''
$$;

-- Return a query for all bigrams in unspaced scripts, adjacent ones for a phrase. It is NULL if there
-- are none. All queries in this file may be NULL: `coalesce(a && b, a, b)` combines those that are not.
CREATE FUNCTION repository_pieces_query(clean text, phrase boolean) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    run text;
    piece tsquery;
    part tsquery;
    built tsquery;
BEGIN
    FOR run IN SELECT m[1] FROM regexp_matches(clean, repository_unspaced(), 'g') AS m LOOP
        part := CASE WHEN length(run) = 1 THEN repository_lexeme(run, true) END;
        FOR i IN 1 .. length(run) - 1 LOOP
            piece := repository_lexeme(substr(run, i, 2), false);
            part := coalesce(CASE WHEN phrase THEN part <-> piece ELSE part && piece END, piece);
        END LOOP;
        built := coalesce(built && part, part);
    END LOOP;
    RETURN built;
END $$;

-- Return a query for a quoted term: its unstemmed words, adjacent to each other, in originals or in
-- translations into one of the languages.
CREATE FUNCTION repository_phrase_query(clean text, languages text[]) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    tokens text[] := repository_tokens(clean);
    token text;
    language text;
    word tsquery;
    phrase tsquery;
    built tsquery;
    pieces tsquery := repository_pieces_query(clean, true);
BEGIN
    FOREACH language IN ARRAY NULL::text || languages LOOP
        phrase := NULL;
        FOREACH token IN ARRAY tokens LOOP
            word := repository_lexeme(coalesce(
                repository_translated_key(unaccent(token), language), unaccent(token)
            ), false);
            phrase := coalesce(phrase <-> word, word);
        END LOOP;
        built := coalesce(built || phrase, phrase);
    END LOOP;
    RETURN coalesce(built && pieces, built, pieces);
END $$;

-- Return a query for a word in translations into some languages, or NULL.
CREATE FUNCTION repository_translated_query(word text, languages text[], prefix boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    language text;
    lexeme tsquery;
    built tsquery;
BEGIN
    FOREACH language IN ARRAY languages LOOP
        lexeme := repository_lexeme(repository_translated_key(word, language), prefix);
        built := coalesce(built || lexeme, lexeme);
    END LOOP;
    RETURN built;
END $$;

CREATE TYPE repository_query AS (
    words tsquery,      -- the words of the query, at any position
    beginnings tsquery, -- the same, with the last word as a prefix
    phrases tsquery,    -- quoted words, adjacent to each other
    without tsquery,    -- entries that match this are excluded
    stems text[]        -- the words and their stems, for highlighting
);

-- Build the queries for the terms, which may be quoted or negated. With `prefix` the last term is still
-- being typed; with `any_word` one matching term is enough. Stop words are ignored unless there are no
-- other words; the last one may then be the prefix of another word, such as "she" of "Shenzhen".
-- `languages` are those of the originals, `readable` those of the translations in which to look.
CREATE FUNCTION repository_read_query(
    terms text[], quoted boolean[], negated boolean[], languages text[], readable text[],
    reader text, prefix boolean, any_word boolean
) RETURNS repository_query
LANGUAGE plpgsql STABLE AS $$
DECLARE
    read repository_query;
    clean text;
    tokens text[];
    written text;
    language text;
    stem text;
    other text;
    word tsquery;
    translated tsquery;
    part tsquery;
    begun tsquery;
    phrase tsquery;
    stop_words tsquery;
    stop_beginnings tsquery;
    stop_stems text[] := '{}';
    is_last boolean;
BEGIN
    read.stems := '{}';
    FOR i IN 1 .. cardinality(terms) LOOP
        clean := repository_clean(terms[i]);
        tokens := repository_tokens(clean);
        is_last := prefix AND i = cardinality(terms);
        part := repository_pieces_query(clean, false);
        IF cardinality(tokens) = 1 AND part IS NULL AND NOT quoted[i] AND NOT negated[i]
            AND repository_is_stop_word(tokens[1], reader)
        THEN
            written := unaccent(tokens[1]);
            translated := repository_translated_query(written, readable, false);
            word := repository_lexeme(written, false);
            word := coalesce(word || translated, word);
            stop_words := coalesce(stop_words && word, word);
            translated := repository_translated_query(written, readable, is_last);
            word := repository_lexeme(written, is_last);
            word := coalesce(word || translated, word);
            stop_beginnings := coalesce(stop_beginnings && word, word);
            IF is_last THEN
                stop_stems := ARRAY[written];
            END IF;
            CONTINUE;
        END IF;
        begun := part;
        FOR n IN 1 .. cardinality(tokens) LOOP
            written := unaccent(tokens[n]);
            translated := repository_translated_query(written, readable, false);
            word := repository_lexeme(written, false);
            word := coalesce(word || translated, word);
            IF NOT quoted[i] THEN
                -- Match the word itself or its stem in any of the languages.
                FOREACH language IN ARRAY languages LOOP
                    stem := repository_stem(tokens[n], language);
                    IF stem <> written OR language <> 'en' THEN
                        word := word || repository_lexeme(repository_stem_key(stem, language), false);
                    END IF;
                    IF stem IS NOT NULL AND NOT negated[i] THEN
                        read.stems := read.stems || stem;
                    END IF;
                END LOOP;
                FOREACH language IN ARRAY readable LOOP
                    stem := repository_stem(tokens[n], language);
                    IF stem IS NOT NULL THEN
                        word := word
                            || repository_lexeme(repository_translated_key(stem, language), false);
                        IF NOT negated[i] THEN
                            read.stems := read.stems || stem;
                        END IF;
                    END IF;
                END LOOP;
                other := repository_other_number(written);
                IF other IS NOT NULL THEN
                    translated := repository_translated_query(other, readable, false);
                    word := word || repository_lexeme(other, false);
                    word := coalesce(word || translated, word);
                    IF NOT negated[i] THEN
                        read.stems := read.stems || other;
                    END IF;
                END IF;
            END IF;
            part := coalesce(part && word, word);
            IF is_last AND n = cardinality(tokens) AND NOT quoted[i] THEN
                translated := repository_translated_query(written, readable, true);
                word := word || repository_lexeme(written, true);
                word := coalesce(word || translated, word);
            END IF;
            begun := coalesce(begun && word, word);
        END LOOP;
        IF NOT quoted[i] AND terms[i] ~ '^[[:alnum:]]+(?:[-‐‑][[:alnum:]]+)+$' THEN
            -- "e-commerce" also finds "ecommerce". For the reverse, the index contains both.
            written := unaccent(array_to_string(tokens, ''));
            translated := repository_translated_query(written, readable, false);
            part := part || repository_lexeme(written, false);
            part := coalesce(part || translated, part);
            translated := repository_translated_query(written, readable, is_last);
            begun := begun || repository_lexeme(written, is_last);
            begun := coalesce(begun || translated, begun);
            read.stems := read.stems || written;
        END IF;
        phrase := CASE WHEN quoted[i] THEN repository_phrase_query(clean, readable) ELSE part END;
        IF negated[i] THEN
            read.without := coalesce(read.without || phrase, phrase, read.without);
            CONTINUE;
        ELSIF quoted[i] THEN
            read.phrases := coalesce(read.phrases && phrase, phrase, read.phrases);
        END IF;
        read.stems := read.stems || unaccent(array_to_string(tokens, ' '));
        IF any_word THEN
            read.words := coalesce(read.words || part, part, read.words);
            read.beginnings := coalesce(read.beginnings || begun, begun, read.beginnings);
        ELSE
            read.words := coalesce(read.words && part, part, read.words);
            read.beginnings := coalesce(read.beginnings && begun, begun, read.beginnings);
        END IF;
    END LOOP;
    IF read.words IS NULL THEN
        read.words := stop_words;
        read.beginnings := stop_beginnings;
        read.stems := read.stems || stop_stems;
    END IF;
    RETURN read;
END $$;

-- Return the languages of entries that have a stemmer. The recursive query skips through the index
-- instead of reading all entries.
CREATE FUNCTION repository_search_languages() RETURNS text[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE found AS (
        (SELECT language FROM repository_searchentry ORDER BY language LIMIT 1)
        UNION ALL
        SELECT (
            SELECT e.language FROM repository_searchentry e
            WHERE e.language > found.language ORDER BY e.language LIMIT 1
        ) FROM found WHERE found.language IS NOT NULL
    )
    SELECT coalesce(array_agg(DISTINCT lower(split_part(language, '-', 1))), '{}')
    FROM found WHERE repository_stemmer(language) IS NOT NULL
$$;

-- Return the languages of translations, by the index of their languages.
CREATE FUNCTION repository_translation_languages() RETURNS text[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE found AS (
        (SELECT language FROM repository_translation ORDER BY language LIMIT 1)
        UNION ALL
        SELECT (
            SELECT t.language FROM repository_translation t
            WHERE t.language > found.language ORDER BY t.language LIMIT 1
        ) FROM found WHERE found.language IS NOT NULL
    )
    SELECT coalesce(array_agg(DISTINCT lower(split_part(language, '-', 1))), '{}')
    FROM found WHERE language IS NOT NULL
$$;

-- Return spelling suggestions for a term with few results: similar words that occur in many times more
-- entries, in originals or in translations into the reader's language.
CREATE FUNCTION repository_like_words(term text, prefix boolean, reader text) RETURNS json
LANGUAGE plpgsql VOLATILE STRICT AS $$
DECLARE
    token text := unaccent(repository_clean(term));
    mark text := repository_translated_key('', reader);
    known integer;
BEGIN
    IF length(token) < 4 OR length(token) > 40 OR token !~ '^[[:alpha:]]+$' THEN
        RETURN NULL;
    END IF;
    SELECT max(entries) INTO known FROM repository_searchword WHERE word IN (token, mark || token);
    -- LIKE would scan the whole index, because its pattern is not a constant.
    IF known > 3 OR known IS NULL AND prefix AND (
        EXISTS (
            SELECT FROM repository_searchword
            WHERE word ~>=~ token AND word ~<~ (token || U&'\+10FFFF')
        ) OR EXISTS (
            SELECT FROM repository_searchword
            WHERE word ~>=~ (mark || token) AND word ~<~ (mark || token || U&'\+10FFFF')
        )
    ) THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('pg_trgm.similarity_threshold', '0.25', true);
    RETURN (
        SELECT json_agg(json_build_array(written, entries)) FROM (
            SELECT written, max(entries) AS entries
            FROM repository_searchword, replace(word, mark, '') AS written
            WHERE word % token AND strpos(written, '=') = 0 AND entries > 10 * coalesce(known, 0)
            GROUP BY written
            ORDER BY similarity(written, token) DESC, max(entries) DESC LIMIT 12
        ) AS likely
    );
END $$;

-- Does the collection hold anything about a country or area: a case, a city, a webinar or a speaker?
-- Sample data do not count.
CREATE FUNCTION repository_has_content(code text) RETURNS boolean
LANGUAGE sql STABLE STRICT AS $$
    SELECT EXISTS (SELECT FROM repository_city WHERE country_id = code AND NOT is_sample)
        OR EXISTS (
            SELECT FROM repository_casestudy_countries l
            JOIN repository_casestudy c ON c.id = l.casestudy_id
            WHERE l.country_id = code AND c.status = 'published' AND NOT c.is_sample
        )
        OR EXISTS (
            SELECT FROM repository_webinar_countries l JOIN repository_webinar w ON w.id = l.webinar_id
            WHERE l.country_id = code AND repository_is_public(w)
        )
        OR EXISTS (SELECT FROM repository_speaker WHERE country_id = code)
$$;

-- Is it a sample, or about one? Samples come after everything real.
CREATE FUNCTION repository_is_sample(kind text, object_id text) RETURNS boolean
LANGUAGE sql STABLE STRICT AS $$
    SELECT CASE kind
        WHEN 'case' THEN (SELECT is_sample FROM repository_casestudy WHERE id = object_id::bigint)
        WHEN 'city' THEN (SELECT is_sample FROM repository_city WHERE id = object_id::bigint)
        WHEN 'webinar' THEN (
            SELECT s.is_sample FROM repository_webinar w JOIN repository_series s ON s.id = w.series_id
            WHERE w.id = object_id::bigint
        )
        ELSE false END
$$;

-- Return the name of a city in the reader's language, if it is known.
CREATE FUNCTION repository_name_in(kind text, object_id text, reader text) RETURNS text
LANGUAGE sql STABLE STRICT AS $$
    SELECT CASE WHEN kind = 'city' THEN (
        SELECT names ->> reader FROM repository_city WHERE id = object_id::bigint
    ) END
$$;

-- Return the cities of a case in the reader's language, or NULL if they are as in its entry.
CREATE FUNCTION repository_place_in(kind text, object_id text, reader text) RETURNS text
LANGUAGE sql STABLE STRICT AS $$
    SELECT CASE WHEN kind = 'case' AND reader <> 'en' THEN (
        SELECT string_agg(coalesce(x.names ->> reader, x.name), ', ' ORDER BY x.name)
        FROM repository_casestudy_cities l JOIN repository_city x ON x.id = l.city_id
        WHERE l.casestudy_id = object_id::bigint
    ) END
$$;

CREATE TYPE repository_found AS (
    counts json, samples json, hits json, -- as returned by `repository_search`
    listed bigint,          -- entries with the words
    listed_real bigint,     -- those that are not samples
    is_capped boolean,
    stems text[]
);

-- Search originals, and translations into the languages `readable`.
--
-- The amount of work is limited. Titles are searched first, then heads (title, summary and names), then
-- full texts, up to a fixed number of rows each. Only these rows are ranked, by their short vectors. If
-- a step reaches its limit, the following ones are skipped, unless some of its rows may be excluded by
-- negated terms.
CREATE FUNCTION repository_find(
    terms text[], quoted boolean[], negated boolean[], reader text, readable text[], prefix boolean,
    any_word boolean, brief boolean, kinds text[], near_kinds text[], near_ids text[],
    may_add boolean, skip integer, take integer
) RETURNS repository_found
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    q repository_query := repository_read_query(
        terms, quoted, negated, repository_search_languages(), readable, reader, prefix, any_word
    );
    whole text := unaccent(repository_clean(array_to_string(terms, ' ')));
    last_length integer := length(terms[cardinality(terms)]);
    -- Short prefixes match too many words: those of two letters are searched only in titles, single
    -- letters not at all.
    in_title tsquery := CASE WHEN last_length >= 2 THEN q.beginnings ELSE q.words END;
    in_head tsquery := CASE WHEN last_length >= 3 THEN q.beginnings ELSE q.words END;
    in_text tsquery := CASE WHEN prefix AND last_length >= 3 THEN q.beginnings END;
    -- The index can exclude words, but not verify phrases. Queries with phrases therefore read twice as
    -- many rows, to have enough left after the check.
    without_phrase boolean := q.without::text ~ '<(?:-|\d+)>';
    in_all tsquery := CASE WHEN without_phrase THEN q.words
        ELSE coalesce(q.words && !!q.without, q.words) END;
    is_strict boolean := q.phrases IS NOT NULL OR coalesce(without_phrase, false);
    -- Queries with many words have few matches: do not search heads, but check afterwards which match.
    is_long boolean := cardinality(terms) >= 4 AND NOT any_word;
    -- Row limits: enough for paging, and more for lists that are filtered further (`brief`).
    most_by_title integer := CASE WHEN brief THEN 200 ELSE 100 END;
    most_by_head integer := CASE WHEN brief THEN 300 ELSE 200 END;
    most_by_text integer := CASE WHEN brief THEN 500 ELSE 300 END;
    most_read integer := CASE WHEN is_strict THEN 2 * most_by_text ELSE most_by_text END;
    found repository_found;
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
    ), cases_read AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind = 'case' AND all_words @@ in_all
        LIMIT CASE WHEN q.without IS NULL AND (
                (SELECT count(*) FROM cases_by_title) = most_by_title AND NOT brief
                OR (SELECT count(*) FROM cases_by_head) = most_by_head
            ) THEN 0
            ELSE most_read END
    ), cases_by_text AS MATERIALIZED (
        SELECT id FROM cases_read
        WHERE (q.phrases IS NULL OR all_words @@ q.phrases)
            AND (without_phrase IS NOT TRUE OR NOT all_words @@ q.without)
        LIMIT most_by_text
    ), others_by_text AS MATERIALIZED (
        SELECT id FROM (
            SELECT id, all_words FROM repository_searchentry
            WHERE kind <> 'case' AND all_words @@ in_all
            LIMIT CASE WHEN brief THEN 0
                WHEN (SELECT count(*) FROM others_by_head) = 150 AND q.without IS NULL THEN 0
                ELSE 200 END
        ) AS found
        WHERE (q.phrases IS NULL OR all_words @@ q.phrases)
            AND (without_phrase IS NOT TRUE OR NOT all_words @@ q.without)
    ), cases_by_beginning AS MATERIALIZED (
        SELECT id, all_words FROM repository_searchentry
        WHERE kind = 'case' AND all_words @@ in_text
        -- A sample that has the word does not take the place of a real case that begins with it.
        LIMIT CASE WHEN EXISTS (
            SELECT FROM (
                SELECT id FROM cases_by_title UNION ALL SELECT id FROM cases_by_head
                UNION ALL SELECT id FROM cases_by_text
            ) AS found JOIN repository_searchentry e USING (id)
            WHERE NOT repository_is_sample(e.kind, e.object_id)
        ) THEN 0 ELSE 100 END
    ), candidates AS (
        SELECT id, max(tier) AS tier FROM (
            SELECT id, tier FROM (
                SELECT id, all_words, 3 AS tier FROM cases_by_title
                UNION ALL SELECT id, all_words, 3 FROM others_by_title
                UNION ALL SELECT id, all_words, 2 FROM cases_by_head
                UNION ALL SELECT id, all_words, 2 FROM others_by_head
                UNION ALL SELECT id, all_words, 0 FROM cases_by_beginning
            ) AS found
            WHERE (q.phrases IS NULL OR all_words @@ q.phrases)
                AND (q.without IS NULL OR NOT all_words @@ q.without)
            UNION ALL SELECT id, 1 FROM cases_by_text
            UNION ALL SELECT id, 1 FROM others_by_text
        ) AS checked
        GROUP BY id
    ), scored AS MATERIALIZED (
        -- A tier is worth 1 point, more than any difference in rank.
        SELECT id, kind, object_id, tier, published_at,
            whole = ANY (title_keys) AS is_exact,
            tier
            + CASE WHEN whole = ANY (title_keys) THEN 4 ELSE 0 END
            -- Whole words precede words that only start with the last term.
            + CASE WHEN tier = 3 AND title_words @@ q.words THEN 1 ELSE 0 END
            -- Cases and practices are more useful to readers than webinars and speakers.
            + CASE WHEN kind IN ('case', 'practice') THEN 0.4
                WHEN kind IN ('city', 'country', 'recommendation') THEN 0.2 ELSE 0 END
            + CASE WHEN tier >= 2
                THEN ts_rank('{0.1, 0.2, 0.4, 1.0}', head_words, q.beginnings, 32) ELSE 0 END
            -- Countries without content come after everything else.
            - CASE WHEN kind = 'country' AND NOT repository_has_content(object_id) THEN 10 ELSE 0 END
            - CASE WHEN is_sample THEN 100 ELSE 0 END
            AS score,
            is_sample
        FROM (
            -- Once for each row, and not by a function, which would take most of the time.
            SELECT e.*,
                CASE e.kind
                    WHEN 'case' THEN (
                        SELECT x.is_sample FROM repository_casestudy x WHERE x.id = e.object_id::bigint
                    )
                    WHEN 'city' THEN (
                        SELECT x.is_sample FROM repository_city x WHERE x.id = e.object_id::bigint
                    )
                    WHEN 'webinar' THEN repository_is_sample(e.kind, e.object_id)
                    ELSE false END
                AS is_sample,
                CASE WHEN is_long AND c.tier = 1 AND e.head_words @@ in_head THEN 2 ELSE c.tier END
                AS tier
            FROM candidates c JOIN repository_searchentry e USING (id)
        ) AS told_apart
    ), best AS (
        SELECT score FROM scored
        WHERE kind IN ('case', 'practice') AND NOT is_sample
        ORDER BY score DESC LIMIT 3
    ), ordered AS (
        -- Glossary terms come after the best cases and practices, which they explain.
        SELECT id, kind, object_id, tier, published_at, is_exact, is_sample,
            CASE WHEN kind = 'term' THEN least(score, (SELECT min(score) FROM best) - 0.001)
                ELSE score END AS score
        FROM scored
    ), by_words AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY score DESC, published_at DESC NULLS LAST, id) AS place
        FROM ordered
    ), by_meaning AS (
        SELECT e.id, e.kind, e.object_id, e.published_at, near.place
        FROM unnest(near_kinds, near_ids) WITH ORDINALITY AS near (kind, object_id, place)
        JOIN repository_searchentry e USING (kind, object_id)
    ), ranked AS MATERIALIZED (
        SELECT id, coalesce(w.kind, m.kind) AS kind, coalesce(w.object_id, m.object_id) AS object_id,
            coalesce(w.tier, 3) AS tier, coalesce(w.published_at, m.published_at) AS published_at,
            w.id IS NULL AS is_near_only,
            -- What is near in meaning is never a sample.
            coalesce(w.is_sample, false) AS is_sample,
            coalesce(1.0 / (60 + w.place), 0) + coalesce(1.0 / (60 + m.place), 0)
            + CASE WHEN w.is_exact AND w.kind <> 'term' THEN 1 ELSE 0 END
            -- Samples and countries without content come after everything else.
            - CASE WHEN w.score < 0 THEN 10 ELSE 0 END
            AS score
        FROM by_words w FULL JOIN by_meaning m USING (id)
        WHERE (may_add OR w.id IS NOT NULL) AND (NOT brief OR coalesce(w.kind, m.kind) = 'case')
    ), page AS (
        SELECT * FROM ranked WHERE kinds IS NULL OR kind = ANY (kinds)
        ORDER BY score DESC, published_at DESC NULLS LAST, id OFFSET skip LIMIT take
    )
    SELECT
        (
            SELECT coalesce(json_object_agg(kind, entries), '{}')
            FROM (SELECT kind, count(*) AS entries FROM ranked GROUP BY kind) AS by_kind
        ),
        (
            SELECT coalesce(json_object_agg(kind, entries), '{}')
            FROM (SELECT kind, count(*) AS entries FROM ranked WHERE is_sample GROUP BY kind) AS by_kind
        ),
        CASE WHEN brief THEN (
            SELECT json_agg(object_id::bigint ORDER BY score DESC, published_at DESC NULLS LAST, id)
            FROM page
        ) ELSE (
            SELECT json_agg(json_build_array(
                e.kind, e.object_id, e.slug,
                CASE WHEN name IS NOT NULL THEN reader ELSE coalesce(t.language, e.language) END,
                coalesce(name, nullif(t.title, ''), e.title),
                CASE WHEN has_text THEN t.language ELSE e.language END,
                CASE WHEN has_text THEN t.summary ELSE e.summary END,
                coalesce(repository_place_in(e.kind, e.object_id, reader), e.place), e.countries,
                CASE WHEN p.tier >= 2 THEN '' WHEN has_text THEN t.body ELSE e.body END,
                p.is_sample, p.is_near_only
            ) ORDER BY p.score DESC, p.published_at DESC NULLS LAST, p.id)
            FROM page p JOIN repository_searchentry e USING (id)
            LEFT JOIN repository_searchtranslation t ON t.entry_id = e.id AND t.language = reader
            CROSS JOIN repository_name_in(e.kind, e.object_id, reader) AS name
            CROSS JOIN LATERAL (
                SELECT t.summary <> '' OR t.body <> '' AND e.summary = '' AS has_text
            ) AS of_translation
        ) END,
        (SELECT count(*) FROM by_words),
        (SELECT count(*) FROM by_words WHERE NOT is_sample),
        (SELECT count(*) FROM cases_by_title) = most_by_title
            OR (SELECT count(*) FROM cases_by_head) = most_by_head
            OR (SELECT count(*) FROM cases_by_text) = most_by_text
            OR (SELECT count(*) FROM cases_read) = most_read
            OR (SELECT count(*) FROM cases_by_beginning) = 100
            OR (SELECT count(*) FROM others_by_head) = 150
            OR (SELECT count(*) FROM others_by_text) = 200
    INTO found.counts, found.samples, found.hits, found.listed, found.listed_real, found.is_capped;
    found.stems := q.stems;
    RETURN found;
END $$;

-- Return one page of hits, best first, and counts, as JSON:
--     {"counts": {kind: entries}, "samples": {kind: those of them that are samples},
--      "is_capped": true if there may be more than were counted,
--      "stems": [words and stems to highlight], "hits": [...],
--      "like": [for each term null or similar words as [[word, entries], ...]]}
-- `like` is null unless the words have no hits, or at most three for a single term. With `brief`, hits
-- are the IDs of cases.
--
-- `near_kinds` and `near_ids` are objects that are near in meaning, nearest first. The two rankings, by
-- words and by meaning, are fused by reciprocal rank: the score is the sum of 1 / (60 + rank) over the
-- rankings that have the object (G. V. Cormack, C. L. A. Clarke and S. Büttcher, "Reciprocal Rank Fusion
-- outperforms Condorcet and individual rank learning methods", SIGIR 2009). Objects whose title is the
-- query come first, samples last. Objects without any of the words are added only if `may_add` is set.
--
-- Translations are searched in the reader's language; in the others only if that finds nothing but samples,
-- since many words look alike and mean something else: "car", "pain", "sale".
CREATE FUNCTION repository_search(
    terms text[], quoted boolean[], negated boolean[], reader text, prefix boolean,
    any_word boolean, brief boolean, kinds text[], near_kinds text[], near_ids text[],
    may_add boolean, skip integer, take integer
) RETURNS json
LANGUAGE plpgsql VOLATILE
-- A sequential scan would read all vectors. The plan must not depend on the words of the query.
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
SET jit = off
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    found repository_found;
    own text[] := ARRAY[lower(split_part(reader, '-', 1))];
    others text[] := repository_translation_languages();
BEGIN
    found := repository_find(
        terms, quoted, negated, reader, own,
        prefix, any_word, brief, kinds, near_kinds, near_ids, may_add, skip, take
    );
    IF found.listed_real = 0 AND NOT others <@ own THEN
        found := repository_find(
            terms, quoted, negated, reader, others,
            prefix, any_word, brief, kinds, near_kinds, near_ids, may_add, skip, take
        );
    END IF;
    RETURN json_build_object(
        'counts', found.counts, 'samples', found.samples, 'is_capped', found.is_capped,
        'stems', found.stems,
        'hits', coalesce(found.hits, '[]'),
        'like', CASE WHEN found.listed = 0 OR found.listed <= 3 AND cardinality(terms) = 1 THEN (
            SELECT json_agg(
                CASE WHEN NOT quoted[i] AND NOT negated[i] THEN
                    repository_like_words(terms[i], prefix AND i = cardinality(terms), reader) END
                ORDER BY i
            )
            FROM generate_subscripts(terms, 1) AS i
        ) END
    );
END $$;
