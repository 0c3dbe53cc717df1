-- Text to words: what is indexed and what is asked for pass through the same functions.

-- Letters in their usual form, without capitals, invisible signs, vowel points and punctuation.
-- A hyphen, dot, slash or at sign becomes a space, so that the parser sees words alone and no
-- addresses, compounds or decimal numbers, which it would keep whole. What stands after the first
-- 40,000 characters is not read: a tsvector has an upper size, and no text may fail to be saved.
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

-- Han, kana, hangul, Thai, Lao, Myanmar, Khmer: scripts that put no space between words, or join
-- endings to them. Runs of them are cut into pieces of two characters.
CREATE FUNCTION repository_unspaced() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '[\u0E01-\u0EFF\u1000-\u109F\u1780-\u17FF\u2E80-\u2FDF\u3005-\u3007\u3041-\u312F'
        || '\u31A0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uA9E0-\uA9FF\uAA60-\uAA7F\uAC00-\uD7AF'
        || '\uF900-\uFAFF\U00020000-\U0003FFFF]+'
$$;

-- A word as PostgreSQL reads it inside a tsvector or tsquery.
CREATE FUNCTION repository_quote(word text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT '''' || replace(replace(word, '\', '\\'), '''', '''''') || ''''
$$;

-- Every two neighbouring characters of each unspaced run, and its last one alone: a single
-- character is then the beginning of a piece wherever it stands.
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

-- Hyphenated words, joined: "e-commerce" is found as "ecommerce".
CREATE FUNCTION repository_joined(source text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(DISTINCT translate(compound[1], '-‐‑', ''), ' ')
    FROM regexp_matches(lower(source), '[[:alnum:]]+(?:[-‐‑][[:alnum:]]+)+', 'g') AS compound
$$;

-- Stands where a text ends. It takes a place among the words, so that no phrase goes on into what
-- follows, and is taken out of what is kept.
CREATE FUNCTION repository_end() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'endofthistext' $$;

-- Each line a text of its own: for lists of names.
CREATE FUNCTION repository_lines(clean text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(clean, E'\n', ' ' || repository_end() || ' ')
$$;

-- The words of a text as they are written, without accents, and its end; unspaced scripts in pieces.
-- Takes the text as `repository_clean` gives it, and what `repository_joined` finds in the original.
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

-- The stemmer of a language (ISO 639-1), or NULL.
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

-- A stem as it stands in the index. It counts in its own language only: the French stem of "news"
-- should not find the English "new". English, the language of most texts, goes without the mark.
CREATE FUNCTION repository_stem_key(stem text, language text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN language LIKE 'en%' THEN stem
        ELSE lower(split_part(language, '-', 1)) || ':' || stem END
$$;

-- The stems of a clean text by its language. The stemmers need the accents, the index does without:
-- they are taken off the stems.
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

-- Markdown without its signs: text to quote from.
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

-- Entries hold words that these functions made.
SELECT repository_rebuild_search();
