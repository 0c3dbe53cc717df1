-- What can be translated of each object, and which paragraphs of its translations are up to date.

-- The paragraphs of a text, as `split` in repository/translations/paragraphs.py.
CREATE FUNCTION repository_paragraphs(whole text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT words
    FROM regexp_split_to_table(whole, E'\\n[ \\t\\r]*\\n|\\n(?=[ \\t]*(?:[-*+]|[0-9]{1,9}[.)])[ \\t]+)')
        WITH ORDINALITY AS part (paragraph, place),
        rtrim(regexp_replace(
            paragraph,
            E'^[ \\t\\n\\r\\f\\v]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \\t]+)?[ \\t\\n\\r\\f\\v]*', ''
        ), E' \t\n\r\f\v') AS words
    -- Numbers and signs need no translation.
    WHERE words ~ '[A-Za-z]|[^\x01-\x7f]'
    ORDER BY place
$$;

-- The texts of a field: of a list, such as the choices of a question, each item.
CREATE FUNCTION repository_field_texts(value jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT value #>> '{}' WHERE jsonb_typeof(value) = 'string'
    UNION ALL
    SELECT jsonb_array_elements_text(value) WHERE jsonb_typeof(value) = 'array'
$$;

-- The keys of the paragraphs in some fields of a row. Names of fields follow the prefix in keys.
CREATE FUNCTION repository_paragraph_keys(whole jsonb, fields text[], prefix text)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(
        array_agg(prefix || name || ':' || md5(words) ORDER BY place, item, part), '{}'
    )
    FROM unnest(fields) WITH ORDINALITY AS field (name, place),
        repository_field_texts(whole -> name) WITH ORDINALITY AS one (value, item),
        repository_paragraphs(value) WITH ORDINALITY AS paragraph (words, part)
$$;

-- The keys of the figures of a case, series or section of the landscape.
CREATE FUNCTION repository_figure_keys(of_kind text, of_object bigint)
RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(key ORDER BY e.position, e.id, part.place), '{}')
    FROM repository_evidence e,
        unnest(repository_paragraph_keys(
            to_jsonb(e), ARRAY['label', 'group', 'unit', 'display'], 'figure-'
        )) WITH ORDINALITY AS part (key, place)
    WHERE CASE of_kind
        WHEN 'case' THEN e.case_id WHEN 'series' THEN e.series_id WHEN 'landscape' THEN e.section_id
    END = of_object
$$;

-- Compare the translations of an object with the original. A translation is reviewed if all of its
-- paragraphs are that are up to date.
CREATE FUNCTION repository_compare_translations(of_kind text, of_object bigint)
RETURNS void LANGUAGE sql AS $$
    UPDATE repository_translation t
    SET total = now_is.total, up_to_date = now_is.up_to_date, is_reviewed = now_is.is_reviewed,
        stale_since = CASE
            WHEN now_is.up_to_date = now_is.total THEN NULL ELSE coalesce(t.stale_since, now())
        END
    FROM (
        SELECT t.id, count(wanted.key) AS total, count(p.id) AS up_to_date,
            coalesce(bool_and(p.is_reviewed), false) AS is_reviewed
        FROM repository_original o
        JOIN repository_translation t USING (kind, object_id)
        LEFT JOIN unnest(o.keys) AS wanted (key) ON true
        LEFT JOIN repository_translatedparagraph p ON p.translation_id = t.id AND p.key = wanted.key
        WHERE o.kind = of_kind AND o.object_id = of_object
        GROUP BY t.id
    ) AS now_is
    WHERE t.id = now_is.id
        AND (t.total, t.up_to_date, t.is_reviewed)
            IS DISTINCT FROM (now_is.total, now_is.up_to_date, now_is.is_reviewed)
$$;

-- Write the original of an object. `about` is its kind, the column with its language or else the
-- language, whether it has figures, the column with its name, and its fields.
CREATE FUNCTION repository_write_original(whole jsonb, about text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    of_kind text := about[1];
    of_object bigint := whole ->> 'id';
    keys_now text[] := repository_paragraph_keys(whole, about[5:], '');
BEGIN
    IF about[3] = 'figures' THEN
        keys_now := keys_now || repository_figure_keys(of_kind, of_object);
    END IF;
    INSERT INTO repository_original AS o (kind, object_id, language, title, keys)
    VALUES (of_kind, of_object, coalesce(whole ->> about[2], about[2]), whole ->> about[4], keys_now)
    ON CONFLICT (kind, object_id) DO UPDATE
    SET language = excluded.language, title = excluded.title, keys = excluded.keys
    WHERE (o.language, o.title, o.keys)
        IS DISTINCT FROM (excluded.language, excluded.title, excluded.keys);
    IF FOUND THEN
        PERFORM repository_compare_translations(of_kind, of_object);
    END IF;
END $$;

CREATE FUNCTION repository_delete_original(of_kind text, of_object bigint) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM repository_translation WHERE kind = of_kind AND object_id = of_object;
    DELETE FROM repository_original WHERE kind = of_kind AND object_id = of_object;
$$;

-- After a change of an object. The arguments are those of `repository_write_original`.
CREATE FUNCTION repository_note_original() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about text[] := TG_ARGV;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM repository_delete_original(about[0], OLD.id);
    ELSE
        -- The arguments of a trigger are counted from 0.
        PERFORM repository_write_original(to_jsonb(NEW), about[0:]);
    END IF;
    RETURN NULL;
END $$;

-- Write the originals of all objects, as the triggers on their tables would. Higher apps have
-- triggers with functions of the same name after their own prefix.
CREATE FUNCTION repository_rebuild_originals() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    noted record;
BEGIN
    FOR noted IN
        SELECT tgrelid::regclass AS relation,
            trim_array(string_to_array(encode(tgargs, 'escape'), E'\\000'), 1) AS about
        FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid WHERE f.proname LIKE '%\_note_original'
    LOOP
        EXECUTE format(
            'SELECT repository_write_original(to_jsonb(t), %L::text[]) FROM %s t',
            noted.about, noted.relation
        );
    END LOOP;
END $$;

-- Replace the keys of an object's figures.
CREATE FUNCTION repository_renew_figure_keys(of_kind text, of_object bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE repository_original o
    SET keys = ARRAY(SELECT key FROM unnest(o.keys) AS key WHERE key NOT LIKE 'figure-%')
        || repository_figure_keys(of_kind, of_object)
    WHERE kind = of_kind AND object_id = of_object;
    PERFORM repository_compare_translations(of_kind, of_object);
END $$;

-- After a change of a figure.
CREATE FUNCTION repository_note_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM repository_renew_figure_keys('case', id)
    FROM (VALUES (NEW.case_id), (OLD.case_id)) AS owner (id) WHERE id IS NOT NULL GROUP BY id;
    PERFORM repository_renew_figure_keys('series', id)
    FROM (VALUES (NEW.series_id), (OLD.series_id)) AS owner (id) WHERE id IS NOT NULL GROUP BY id;
    PERFORM repository_renew_figure_keys('landscape', id)
    FROM (VALUES (NEW.section_id), (OLD.section_id)) AS owner (id) WHERE id IS NOT NULL GROUP BY id;
    RETURN NULL;
END $$;

-- After a change of translated paragraphs.
CREATE FUNCTION repository_note_paragraphs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM repository_compare_translations(kind, object_id)
    FROM repository_translation
    WHERE id IN (SELECT translation_id FROM changed);
    -- The search finds translations.
    INSERT INTO repository_searchchange (kind, object_id)
    SELECT DISTINCT kind, object_id::text FROM repository_translation
    WHERE id IN (SELECT translation_id FROM changed)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- After the deletion of a translation, whose paragraphs are gone before they can tell.
CREATE FUNCTION repository_note_deleted_translation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO repository_searchchange (kind, object_id) VALUES (OLD.kind, OLD.object_id::text)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER note_deleted_translation AFTER DELETE ON repository_translation
FOR EACH ROW EXECUTE FUNCTION repository_note_deleted_translation();

CREATE TRIGGER note_inserted_paragraphs AFTER INSERT ON repository_translatedparagraph
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION repository_note_paragraphs();

CREATE TRIGGER note_updated_paragraphs AFTER UPDATE ON repository_translatedparagraph
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION repository_note_paragraphs();

CREATE TRIGGER note_deleted_paragraphs AFTER DELETE ON repository_translatedparagraph
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION repository_note_paragraphs();

-- The names of an object in other languages, as {language: name}, of those that are up to date, as
-- `names_in` in repository/translations/reading.py: lists can't mark the others.
CREATE FUNCTION repository_translated_names(of_kind text, of_object bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_object_agg(t.language, p.text), '{}')
    FROM repository_original o
    JOIN repository_translation t USING (kind, object_id)
    JOIN repository_translatedparagraph p ON p.translation_id = t.id AND p.key = ANY(o.keys)
    WHERE o.kind = of_kind AND o.object_id = of_object AND p.field = 'name'
$$;

-- Tables with translated texts.

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy
FOR EACH ROW EXECUTE FUNCTION repository_note_original('case', 'language', 'figures', 'title', 'title', 'summary', 'setting', 'challenge', 'solution', 'results', 'lessons', 'what_did_not_work', 'preconditions', 'advice', 'cost', 'time');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_practice
FOR EACH ROW EXECUTE FUNCTION repository_note_original('practice', 'en', '', 'name', 'name', 'summary', 'description', 'needs');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_webinar
FOR EACH ROW EXECUTE FUNCTION repository_note_original('webinar', 'en', '', 'title', 'title', 'summary');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation
FOR EACH ROW EXECUTE FUNCTION repository_note_original('recommendation', 'en', '', 'title', 'title', 'summary', 'body');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection
FOR EACH ROW EXECUTE FUNCTION repository_note_original('landscape', 'en', 'figures', 'title', 'title', 'summary', 'body');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_glossaryterm
FOR EACH ROW EXECUTE FUNCTION repository_note_original('term', 'en', '', 'term', 'term', 'definition');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_theme
FOR EACH ROW EXECUTE FUNCTION repository_note_original('theme', 'en', '', 'name', 'name', 'description');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_city
FOR EACH ROW EXECUTE FUNCTION repository_note_original('city', 'en', '', 'name', 'summary');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_series
FOR EACH ROW EXECUTE FUNCTION repository_note_original('series', 'en', 'figures', 'title', 'title', 'summary');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON repository_sitepage
FOR EACH ROW EXECUTE FUNCTION repository_note_original('page', 'en', '', 'title', 'title', 'summary', 'body');

CREATE TRIGGER note_figure AFTER INSERT OR UPDATE OR DELETE ON repository_evidence
FOR EACH ROW EXECUTE FUNCTION repository_note_figure();

SELECT repository_rebuild_originals();
