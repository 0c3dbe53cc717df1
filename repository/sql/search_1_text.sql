-- Convert text to words. The same functions are used for indexing and for queries.

-- Normalize to lower-case letters without invisible characters, vowel points and punctuation. Hyphens,
-- dots, slashes and at signs become spaces, because the parser would keep addresses, compounds and
-- decimal numbers as single tokens. Text is cut off after 40,000 characters: a tsvector is limited in
-- size, and saving a long text must not fail.
CREATE FUNCTION repository_clean(source text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(
        translate(
            regexp_replace(
                left(normalize(left(source, 40000), NFKC), 40000),
                '[\u00AD\u0640\u064B-\u0652\u0670\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]',
                '', 'g'
            ),
            'أإآٱ', 'اااا'
        ),
        '[!-/:-@\[-`{-~\u00A0-\u00BF\u02B0-\u02FF\u2000-\u206F]+', ' ', 'g'
    ))
$$;

-- A pattern for scripts that do not separate words by spaces, or that attach endings to words: Han,
-- kana, Hangul, Thai, Lao, Myanmar and Khmer. Runs of these are split into bigrams.
CREATE FUNCTION repository_unspaced() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '[\u0E01-\u0EFF\u1000-\u109F\u1780-\u17FF\u2E80-\u2FDF\u3005-\u3007\u3041-\u312F'
        || '\u31A0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uA9E0-\uA9FF\uAA60-\uAA7F\uAC00-\uD7AF'
        || '\uF900-\uFAFF\U00020000-\U0003FFFF]+'
$$;

-- Quote a word for use in a tsvector or tsquery.
CREATE FUNCTION repository_quote(word text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT '''' || replace(replace(word, '\', '\\'), '''', '''''') || ''''
$$;

-- Return the bigrams of each unspaced run, and its last character alone, so that a prefix query finds
-- a single character at any position.
CREATE FUNCTION repository_pieces(clean text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        string_agg(
            repository_quote(letter || coalesce(following, '')) || ':' || least(place, 16383), ' '
        ), ''
    )::tsvector
    FROM (
        SELECT letter,
            lead(letter) OVER (PARTITION BY run ORDER BY nth) AS following,
            row_number() OVER (ORDER BY run, nth) + run AS place
        FROM regexp_matches(clean, repository_unspaced(), 'g') WITH ORDINALITY AS runs (found, run),
            unnest(string_to_array(found[1], NULL)) WITH ORDINALITY AS letters (letter, nth)
    ) AS pairs
$$;

-- Return hyphenated words without hyphens, so that "ecommerce" finds "e-commerce".
CREATE FUNCTION repository_joined(source text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(DISTINCT translate(compound[1], '-‐‑', ''), ' ')
    FROM regexp_matches(lower(source), '[[:alnum:]]+(?:[-‐‑][[:alnum:]]+)+', 'g') AS compound
$$;

-- A marker for the end of a text. It occupies a position, so that phrases do not match across texts,
-- and is deleted before the words are stored.
CREATE FUNCTION repository_end() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'endofthistext' $$;

-- Treat each line as a separate text. Used for lists of names.
CREATE FUNCTION repository_lines(clean text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(clean, E'\n', ' ' || repository_end() || ' ')
$$;

-- Return the unstemmed words of a text without accents, the bigrams of unspaced scripts, and the end
-- marker. The arguments are the results of `repository_clean` and `repository_joined`.
CREATE FUNCTION repository_words(clean text, joined text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    words tsvector;
    text_end tsvector := (repository_end() || ':1')::tsvector;
BEGIN
    IF clean ~ repository_unspaced() THEN
        words := to_tsvector(
            'pg_catalog.simple',
            unaccent(regexp_replace(clean, repository_unspaced(), ' ', 'g'))
        ) || repository_pieces(clean);
    ELSE
        words := to_tsvector('pg_catalog.simple', unaccent(clean));
    END IF;
    IF joined IS NOT NULL THEN
        words := words || text_end
            || to_tsvector('pg_catalog.simple', unaccent(repository_clean(joined)));
    END IF;
    RETURN words || text_end;
END $$;

-- Return the stemmer for a language (ISO 639-1), or NULL.
CREATE FUNCTION repository_stemmer(language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE lower(split_part(language, '-', 1))
        WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
        WHEN 'de' THEN 'pg_catalog.german'
        WHEN 'en' THEN 'pg_catalog.english'
        WHEN 'es' THEN 'pg_catalog.spanish'
        WHEN 'fr' THEN 'pg_catalog.french'
        WHEN 'hi' THEN 'pg_catalog.hindi'
        WHEN 'id' THEN 'pg_catalog.indonesian'
        WHEN 'it' THEN 'pg_catalog.italian'
        WHEN 'ne' THEN 'pg_catalog.nepali'
        WHEN 'nl' THEN 'pg_catalog.dutch'
        WHEN 'pt' THEN 'pg_catalog.portuguese'
        WHEN 'ru' THEN 'pg_catalog.russian'
        WHEN 'ta' THEN 'pg_catalog.tamil'
        WHEN 'tr' THEN 'pg_catalog.turkish'
    END
$$;

-- Return a stem as stored in the index. Stems only match within their language: the French stem of
-- "news" must not find the English "new". English stems, the most frequent, have no language prefix.
CREATE FUNCTION repository_stem_key(stem text, language text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN language LIKE 'en%' THEN stem
        ELSE lower(split_part(language, '-', 1)) || ':' || stem END
$$;

-- Return the stems of a clean text. Stemmers need accents but the index has none, so they are removed
-- after stemming.
CREATE FUNCTION repository_stems(clean text, language text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    stemmer regconfig := repository_stemmer(language);
BEGIN
    IF stemmer IS NULL THEN
        RETURN '';
    ELSIF stemmer = 'pg_catalog.english'::regconfig THEN
        RETURN to_tsvector(stemmer, unaccent(clean));
    END IF;
    clean := regexp_replace(clean, repository_unspaced(), ' ', 'g');
    RETURN (
        SELECT coalesce(string_agg(
            repository_quote(repository_stem_key(unaccent(lexeme), language))
                || ':' || array_to_string(positions, ','), ' '
        ), '')::tsvector
        FROM unnest(to_tsvector(stemmer, clean))
    );
END $$;

-- Return a word or stem of a translation as stored in the index. It only matches queries that are read in
-- its language: "car" in a French text must not be found by readers who look for cars.
CREATE FUNCTION repository_translated_key(word text, language text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(split_part(language, '-', 1)) || '=' || word
$$;

-- Return the words of a translation, with its language. Bigrams of unspaced scripts and the end marker
-- stay as they are.
CREATE FUNCTION repository_translated(words tsvector, language text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(
        repository_quote(
            CASE WHEN lexeme ~ repository_unspaced() OR lexeme = repository_end() THEN lexeme
                ELSE repository_translated_key(lexeme, language) END
        ) || ':' || array_to_string(positions, ','), ' '
    ), '')::tsvector
    FROM unnest(words)
$$;

-- Return the stems of a translation, with its language.
CREATE FUNCTION repository_translated_stems(clean text, language text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(
        repository_quote(repository_translated_key(unaccent(lexeme), language))
            || ':' || array_to_string(positions, ','), ' '
    ), '')::tsvector
    FROM unnest(to_tsvector(
        repository_stemmer(language), regexp_replace(clean, repository_unspaced(), ' ', 'g')
    ))
$$;

-- Strip Markdown syntax. Used for excerpts.
CREATE FUNCTION repository_plain(markdown text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        regexp_replace(
            regexp_replace(markdown, '!?\[([^][]*)\]\([^()]*\)', '\1', 'g'),
            '(^|\n)[ \t]*(?:[-*+>]|\d{1,3}[.)])[ \t]+', '\1', 'g'
        ),
        '\*+|`+|(?:^|(?<=\W))_+|_+(?=\W|$)', '', 'g'
    ))
$$;

-- Search entries store the results of these functions.
SELECT repository_repair_search();
