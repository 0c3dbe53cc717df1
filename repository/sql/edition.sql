-- The edition counts changes to the content of public pages.

-- Raise the edition and the named parts of it, each once per transaction; without names, the part
-- "everything", on which all pages depend. Transactions are compared by ID and start time, because IDs
-- repeat after a dump is restored on another server.
--
-- The row of the edition is always locked first, and the parts are written only under this lock.
-- Writers that change the same parts in different orders therefore cannot deadlock.
CREATE FUNCTION repository_next_edition(parts text[] DEFAULT '{everything}') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE repository_edition
       SET number = number + 1, transaction = txid_current(), changed_at = now()
     WHERE (transaction, changed_at) IS DISTINCT FROM (txid_current(), now());
    PERFORM repository_next_parts(parts);
END $$;

-- Store new tokens for parts of the edition, whose row must be locked.
CREATE FUNCTION repository_next_parts(parts text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO repository_editionpart AS part (name, token, transaction, changed_at)
    SELECT name, gen_random_uuid(), txid_current(), now() FROM unnest(parts) AS name
    ON CONFLICT (name) DO UPDATE
       SET token = excluded.token, transaction = excluded.transaction,
           changed_at = excluded.changed_at
     WHERE (part.transaction, part.changed_at)
           IS DISTINCT FROM (excluded.transaction, excluded.changed_at);
$$;

-- The argument is the part of the edition to which the table belongs.
CREATE FUNCTION repository_raise_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM repository_next_edition(ARRAY[TG_ARGV[0]]);
    RETURN NULL;
END $$;

-- Raise the part "cases" and the texts of a case, since pages with the case show what it is about, and
-- note which case has changed. Under the lock of the edition, so that notes are in the order of the
-- commits. The last thousands are kept.
CREATE FUNCTION repository_raise_cases(changed bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    note bigint;
BEGIN
    PERFORM repository_next_edition(
        ARRAY['cases', 'case texts', 'case:' || changed, 'card:' || changed]
    );
    INSERT INTO repository_casechange (token, case_id)
    SELECT part.token, changed FROM repository_editionpart part
    WHERE part.name = 'cases' AND NOT EXISTS (
        SELECT FROM repository_casechange noted
        WHERE noted.token = part.token AND noted.case_id = changed
    )
    RETURNING id INTO note;
    IF note % 1000 = 0 THEN
        DELETE FROM repository_casechange WHERE id <= note - 5000;
    END IF;
END $$;

-- Raise the edition only if the case is public: saving a draft changes no public page. If only texts
-- changed, the part "cases" remains as it is: which cases there are, and what they are about. If only
-- texts of its own page changed, the part with its card does as well.
CREATE FUNCTION repository_raise_edition_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_now jsonb := to_jsonb(NEW);
    row_before jsonb := to_jsonb(OLD);
    case_id text := coalesce(row_now, row_before) ->> 'id';
    on_page text[] := ARRAY[
        'setting', 'challenge', 'solution', 'results', 'lessons', 'what_did_not_work',
        'preconditions', 'advice', 'rendered', 'updated_at'
    ];
    texts text[] := ARRAY['title', 'summary', 'cost', 'time'] || on_page;
BEGIN
    IF coalesce(row_now ->> 'status' IN ('published', 'archived'), false)
        OR coalesce(row_before ->> 'status' IN ('published', 'archived'), false)
    THEN
        PERFORM repository_next_edition(ARRAY['case texts', 'case:' || case_id]);
        IF TG_OP <> 'UPDATE' OR row_now - on_page <> row_before - on_page THEN
            PERFORM repository_next_edition(ARRAY['card:' || case_id]);
        END IF;
        IF TG_OP <> 'UPDATE' OR row_now - texts <> row_before - texts THEN
            PERFORM repository_raise_cases(case_id::bigint);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION repository_raise_texts_of_case(case_id bigint) RETURNS void LANGUAGE sql AS $$
    SELECT repository_next_edition(ARRAY['case texts', 'case:' || case_id, 'card:' || case_id]);
$$;

-- The same for rows that belong to a case. The arguments are the part of the edition, "cases" or "case
-- texts", and the column that refers to the case. The trigger is deferred and therefore sees the final
-- status of the transaction. If a case is unpublished or deleted, the trigger on the case itself raises
-- the edition.
CREATE FUNCTION repository_raise_edition_with_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_now jsonb := to_jsonb(NEW);
    row_before jsonb := to_jsonb(OLD);
    case_id bigint;
BEGIN
    -- Rows that do not belong to a case, such as figures of a series, are public.
    IF coalesce(row_now, row_before) ->> TG_ARGV[1] IS NULL THEN
        PERFORM repository_next_edition();
    END IF;
    FOR case_id IN
        SELECT id FROM repository_casestudy
        WHERE id IN ((row_now ->> TG_ARGV[1])::bigint, (row_before ->> TG_ARGV[1])::bigint)
        AND status IN ('published', 'archived')
    LOOP
        IF TG_ARGV[0] = 'case texts' THEN
            PERFORM repository_raise_texts_of_case(case_id);
        ELSE
            PERFORM repository_raise_cases(case_id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- The same for webinars. If a webinar is deleted, the trigger on the webinar itself raises the edition.
CREATE FUNCTION repository_raise_edition_of_webinar() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    row_now jsonb := to_jsonb(NEW);
    row_before jsonb := to_jsonb(OLD);
    is_public boolean;
BEGIN
    IF TG_NARGS = 0 THEN
        is_public := coalesce(row_now ->> 'status' <> 'draft', false)
            OR coalesce(row_before ->> 'status' <> 'draft', false);
    ELSE
        is_public := EXISTS (
            SELECT FROM repository_webinar
            WHERE id IN ((row_now ->> TG_ARGV[0])::bigint, (row_before ->> TG_ARGV[0])::bigint)
            AND status <> 'draft'
        );
    END IF;
    IF is_public THEN
        PERFORM repository_next_edition('{webinars}');
    END IF;
    RETURN NULL;
END $$;

-- The same for tags. Tags of drafts and of objects outside this app, such as experience reports, are
-- not public.
CREATE FUNCTION repository_raise_edition_of_tagged() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    tagged record;
BEGIN
    FOR tagged IN
        SELECT type.model, item.object_id
        FROM (VALUES (OLD.content_type_id, OLD.object_id), (NEW.content_type_id, NEW.object_id))
            AS item (content_type_id, object_id)
        JOIN django_content_type type ON type.id = item.content_type_id
        WHERE type.app_label = 'repository'
    LOOP
        IF tagged.model = 'casestudy' THEN
            PERFORM repository_raise_cases(id) FROM repository_casestudy
            WHERE id = tagged.object_id AND status IN ('published', 'archived');
        ELSIF tagged.model = 'webinar' THEN
            PERFORM repository_next_edition('{webinars}') FROM repository_webinar
            WHERE id = tagged.object_id AND status <> 'draft';
        ELSE
            PERFORM repository_next_edition();
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- Every update of the number stores a new token, even one made by hand or with a stale token.
-- Restored rows keep their dumped tokens, because dumps load rows before they create triggers.
CREATE FUNCTION repository_renew_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.token := gen_random_uuid();
    RETURN NEW;
END $$;

CREATE TRIGGER renew_token BEFORE UPDATE ON repository_edition FOR EACH ROW
WHEN ((OLD.number, OLD.token) IS DISTINCT FROM (NEW.number, NEW.token))
EXECUTE FUNCTION repository_renew_token();

-- A number raised by hand stands for a change to any part.
CREATE FUNCTION repository_raise_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM repository_next_parts('{everything}');
    RETURN NULL;
END $$;

CREATE TRIGGER raise_everything AFTER UPDATE ON repository_edition FOR EACH ROW
WHEN (OLD.token IS DISTINCT FROM NEW.token
    AND (OLD.transaction, OLD.changed_at) IS NOT DISTINCT FROM (NEW.transaction, NEW.changed_at))
EXECUTE FUNCTION repository_raise_everything();

CREATE TRIGGER renew_token BEFORE UPDATE ON repository_pagestamp FOR EACH ROW
WHEN ((OLD.version, OLD.token) IS DISTINCT FROM (NEW.version, NEW.token))
EXECUTE FUNCTION repository_renew_token();

-- Tables shown on public pages. The triggers are deferred, so that the lock on the single edition row is
-- taken last and held only during the commit. This prevents deadlocks between writers.

CREATE CONSTRAINT TRIGGER raise_edition AFTER DELETE OR UPDATE ON repository_tag
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('themes');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_appearance
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_authors
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_cities
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_countries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_goals
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_organizations
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_references
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('case texts', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_speakers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_webinars
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('cases', 'casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_chapter
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_city
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('places');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_country
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('places');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_evidence
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('case texts', 'case_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_externalfigure
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('webinars');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_glossaryterm
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('terms');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_goal
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('themes');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_interfacereview
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('site');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('recommendations');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection_references
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('recommendations');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_organization
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('people');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_photograph
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_with_case('case texts', 'case_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_practice
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('practices');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_practice_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('practices');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('recommendations');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('recommendations');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_recording
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_reference
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('references');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_series
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('webinars');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_series_organizers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('webinars');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_series_supporters
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('webinars');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_sitepage
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('site');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_speaker
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('people');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_taggeditem
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_tagged();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_tagredirect
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('themes');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_theme
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition('themes');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_transcript
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_webinar
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_cities
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_countries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');
