-- Record changed objects, and update their search entries and the facets of cases at commit.

-- Serialize the writers of search entries until the end of their transactions.
CREATE FUNCTION repository_lock_search() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('repository_search', 0));
$$;

-- Update the entries of all objects changed in this transaction, and of all objects that show their
-- names, and the facets of these cases. Writers are serialized, and this runs at commit, so that they see
-- each other's committed changes: if a city is renamed while one of its cases is being published, the entry
-- of the case has the new name.
--
-- If very many objects only show a changed name, or no longer show one, as all cases with a practice do,
-- their entries are noted, and a background task updates them (repository/search/updating.py). What has
-- changed itself is always updated here, and so are facets, and the speakers of a webinar, who are not
-- public without it.
CREATE FUNCTION repository_apply_search_changes() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
DECLARE
    changes jsonb;
    countries text[];
    cities bigint[];
    cities_of_countries bigint[];
    practices bigint[];
    themes bigint[];
    organizations bigint[];
    speakers bigint[];
    speakers_of_others bigint[];
    webinars bigint[];
    tagged_cases bigint[];
    tagged_webinars bigint[];
    of_kind text;
    ids bigint[];
    showing bigint[];
    -- Each takes about 5 ms.
    most_at_once CONSTANT integer := 500;
BEGIN
    -- The first row of a transaction processes all of its rows. The others only check whether they
    -- themselves still exist; checking for any remaining rows would scan all dead ones each time.
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
    PERFORM repository_lock_search();

    countries := ARRAY(SELECT jsonb_array_elements_text(changes -> 'country'));
    cities_of_countries := ARRAY(
        SELECT id FROM repository_city WHERE country_id = ANY (countries)
    );
    cities := repository_changed(changes, 'city') || cities_of_countries;
    practices := repository_changed(changes, 'practice');
    themes := repository_changed(changes, 'theme');
    organizations := repository_changed(changes, 'organization');
    speakers_of_others := ARRAY(
        SELECT id FROM repository_speaker
        WHERE country_id = ANY (countries) OR organization_id = ANY (organizations)
    );
    speakers := repository_changed(changes, 'speaker') || speakers_of_others;
    webinars := repository_changed(changes, 'webinar');
    SELECT array_agg(i.object_id) FILTER (WHERE t.model = 'casestudy'),
        array_agg(i.object_id) FILTER (WHERE t.model = 'webinar')
    INTO tagged_cases, tagged_webinars
    FROM repository_taggeditem i JOIN django_content_type t ON t.id = i.content_type_id
    WHERE i.tag_id = ANY (repository_changed(changes, 'tag')) AND t.app_label = 'repository';

    PERFORM repository_refresh_case_facets(ARRAY(
        SELECT unnest(
            repository_changed(changes, 'case') || repository_changed(changes, 'unlinked case')
        )
        UNION SELECT casestudy_id FROM repository_casestudy_cities WHERE city_id = ANY (cities)
        UNION SELECT casestudy_id FROM repository_casestudy_countries
            WHERE country_id = ANY (countries)
        UNION SELECT repository_cases_with_former_keys(
            practices, themes, repository_changed(changes, 'tag')
        )
    ));

    PERFORM repository_refresh_search_entries('country', countries) WHERE countries <> '{}';
    FOREACH of_kind IN ARRAY
        ARRAY['case', 'practice', 'city', 'webinar', 'speaker', 'recommendation', 'landscape', 'term']
    LOOP
        ids := repository_changed(changes, of_kind);
        showing := CASE of_kind
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
            WHEN 'city' THEN cities_of_countries
            WHEN 'webinar' THEN tagged_webinars || ARRAY(
                SELECT webinar_id FROM repository_webinar_cities WHERE city_id = ANY (cities)
                UNION SELECT webinar_id FROM repository_webinar_countries
                    WHERE country_id = ANY (countries)
                UNION SELECT webinar_id FROM repository_webinar_practices
                    WHERE practice_id = ANY (practices)
                UNION SELECT webinar_id FROM repository_appearance
                    WHERE speaker_id = ANY (speakers)
            )
            WHEN 'speaker' THEN speakers_of_others || ARRAY(
                SELECT speaker_id FROM repository_appearance WHERE webinar_id = ANY (webinars)
            )
        END;
        showing := ARRAY(
            SELECT unnest(showing || repository_changed(changes, 'unlinked ' || of_kind))
            EXCEPT SELECT unnest(ids)
        );
        IF cardinality(showing) > most_at_once AND webinars = '{}' THEN
            -- A row that exists is locked, so that the task does not take it before the commit.
            INSERT INTO repository_outdatedentry (kind, object_id)
            SELECT of_kind, id::text FROM unnest(showing) AS id ORDER BY id DESC
            ON CONFLICT (kind, object_id) DO UPDATE SET kind = excluded.kind;
        ELSE
            ids := ids || showing;
        END IF;
        PERFORM repository_refresh_search_entries(of_kind, ids::text[]) WHERE ids <> '{}';
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER repository_apply_search_changes
AFTER INSERT ON repository_searchchange DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION repository_apply_search_changes();

-- Record objects to which a tag was added, or from which one was removed. The argument goes before the kind.
CREATE FUNCTION repository_note_tagged_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO repository_searchchange (kind, object_id)
    SELECT concat(TG_ARGV[0], CASE t.model WHEN 'casestudy' THEN 'case' ELSE t.model END),
        item.object_id::text
    FROM (VALUES (OLD.content_type_id, OLD.object_id), (NEW.content_type_id, NEW.object_id))
        AS item (content_type_id, object_id)
    JOIN django_content_type t ON t.id = item.content_type_id
    WHERE t.app_label = 'repository' AND t.model IN ('casestudy', 'webinar')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- Tables from which search entries and facets are built. Links are also removed by deleting what very
-- many objects show. Those of speakers are not among them: a person who is deleted is not found any more.

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_appearance
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('speaker', 'speaker_id', 'webinar', 'webinar_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_casestudy_cities
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_casestudy_cities
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_casestudy_countries
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_casestudy_countries
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_casestudy_goals
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_casestudy_goals
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_casestudy_organizations
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_casestudy_organizations
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_casestudy_practices
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_casestudy_practices
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_speakers
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_casestudy_themes
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_casestudy_themes
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_city
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('city', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_country
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('country', 'iso2');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_evidence
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'case_id', 'landscape', 'section_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_glossaryterm
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('term', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('landscape', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_organization
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('organization', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_practice
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('practice', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_practice_themes
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('practice', 'practice_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_practice_themes
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked practice', 'practice_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('recommendation', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_speaker
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('speaker', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_tag
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('tag', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_taggeditem
FOR EACH ROW EXECUTE FUNCTION repository_note_tagged_change();

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_taggeditem
FOR EACH ROW EXECUTE FUNCTION repository_note_tagged_change('unlinked ');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_theme
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('theme', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_webinar_cities
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'webinar_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_webinar_cities
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked webinar', 'webinar_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_webinar_countries
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'webinar_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_webinar_countries
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked webinar', 'webinar_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE ON repository_webinar_practices
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'webinar_id');

CREATE TRIGGER note_unlinked AFTER DELETE ON repository_webinar_practices
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('unlinked webinar', 'webinar_id');
