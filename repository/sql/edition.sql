-- The edition counts changes to the content of public pages.

-- Raise the edition once per transaction. Transactions are compared by ID and start time, because
-- IDs repeat after a dump is restored on another server.
CREATE FUNCTION repository_next_edition() RETURNS void LANGUAGE sql AS $$
    UPDATE repository_edition
       SET number = number + 1, transaction = txid_current(), changed_at = now()
     WHERE (transaction, changed_at) IS DISTINCT FROM (txid_current(), now());
$$;

CREATE FUNCTION repository_raise_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM repository_next_edition();
    RETURN NULL;
END $$;

-- Raise the edition only if the case is public: saving a draft changes no public page. The optional
-- argument is the name of the column that refers to the case; without it, the row is the case itself.
-- The trigger is deferred and therefore sees the final status of the transaction. If a case is
-- unpublished or deleted, the trigger on the case itself raises the edition.
CREATE FUNCTION repository_raise_edition_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_now jsonb := to_jsonb(NEW);
    row_before jsonb := to_jsonb(OLD);
    is_public boolean;
BEGIN
    IF TG_NARGS = 0 THEN
        is_public := coalesce(row_now ->> 'status' IN ('published', 'archived'), false)
            OR coalesce(row_before ->> 'status' IN ('published', 'archived'), false);
    ELSE
        -- Rows that do not belong to a case, such as figures of a series, are public.
        is_public := coalesce(row_now, row_before) ->> TG_ARGV[0] IS NULL
            OR coalesce(row_now, row_before) ->> 'content_type_id' <> (
                SELECT id::text FROM django_content_type
                WHERE app_label = 'repository' AND model = 'casestudy'
            )
            OR EXISTS (
                SELECT FROM repository_casestudy
                WHERE id IN (
                    (row_now ->> TG_ARGV[0])::bigint, (row_before ->> TG_ARGV[0])::bigint
                )
                AND status IN ('published', 'archived')
            );
    END IF;
    IF is_public THEN
        PERFORM repository_next_edition();
    END IF;
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
        PERFORM repository_next_edition();
    END IF;
    RETURN NULL;
END $$;

-- The same for tags. Tags of drafts and of objects outside this app, such as experience reports, are
-- not public.
CREATE FUNCTION repository_raise_edition_of_tagged() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM django_content_type
         WHERE id IN (OLD.content_type_id, NEW.content_type_id) AND app_label = 'repository'
           AND CASE model
            WHEN 'casestudy' THEN EXISTS (
                SELECT FROM repository_casestudy
                 WHERE id IN (OLD.object_id, NEW.object_id) AND status IN ('published', 'archived')
            )
            WHEN 'webinar' THEN EXISTS (
                SELECT FROM repository_webinar
                 WHERE id IN (OLD.object_id, NEW.object_id) AND status <> 'draft'
            )
            ELSE true
           END
    ) THEN
        PERFORM repository_next_edition();
    END IF;
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

CREATE TRIGGER renew_token BEFORE UPDATE ON repository_pagestamp FOR EACH ROW
WHEN ((OLD.version, OLD.token) IS DISTINCT FROM (NEW.version, NEW.token))
EXECUTE FUNCTION repository_renew_token();

-- Tables shown on public pages. The triggers are deferred, so that the lock on the single edition row is
-- taken last and held only during the commit. This prevents deadlocks between writers.

CREATE CONSTRAINT TRIGGER raise_edition AFTER DELETE OR UPDATE ON repository_tag
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_appearance
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_authors
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_cities
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_countries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_goals
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_organizations
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_references
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_speakers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_webinars
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('casestudy_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_chapter
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_city
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_country
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_evidence
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('case_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_externalfigure
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_glossaryterm
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_goal
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_interfacereview
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection_references
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_organization
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_photograph
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_case('case_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_practice
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_practice_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_recording
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_webinar('webinar_id');

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_reference
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_series
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_series_organizers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_series_supporters
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_sitepage
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_speaker
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_taggeditem
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition_of_tagged();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_tagredirect
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON repository_theme
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition();

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
