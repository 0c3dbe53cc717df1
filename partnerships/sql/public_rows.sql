-- Which rows visitors can see: a change to one of these renews the token of the edition, and so the pages
-- in the cache. Here, because only this app may name the tables of all three.

-- Note once for each transaction that something public changed. The argument is a condition on a row `r` of
-- the table: that before the change or the one after it must meet it. The trigger is deferred, so that it
-- sees the state at the end of the transaction, such as the status of a case whose figure has changed.
CREATE FUNCTION partnerships_note_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_public boolean;
    condition text := format('SELECT EXISTS (SELECT FROM (SELECT ($1).*) r WHERE %s)', TG_ARGV[0]);
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW
        OR EXISTS (SELECT FROM repository_publicchange WHERE transaction = txid_current())
    THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE condition INTO is_public USING NEW;
    END IF;
    IF TG_OP <> 'INSERT' AND is_public IS NOT TRUE THEN
        EXECUTE condition INTO is_public USING OLD;
    END IF;
    IF is_public THEN
        PERFORM repository_note_public_change();
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION partnerships_is_public_case(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM repository_casestudy WHERE id = pk AND status IN ('published', 'archived'));
$$;

CREATE FUNCTION partnerships_is_public_webinar(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM repository_webinar WHERE id = pk AND status <> 'draft');
$$;

CREATE FUNCTION partnerships_shows_seats(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM repository_webinar WHERE id = pk AND status <> 'draft' AND capacity IS NOT NULL);
$$;

CREATE FUNCTION partnerships_is_published_offer(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM partnerships_offer WHERE id = pk AND status = 'published');
$$;

CREATE FUNCTION partnerships_is_published_need(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM partnerships_need WHERE id = pk AND status = 'published');
$$;

CREATE FUNCTION partnerships_is_open_request(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM partnerships_partnershiprequest WHERE id = pk AND status = 'open');
$$;

CREATE FUNCTION partnerships_is_public_partnership(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM partnerships_partnership WHERE id = pk AND is_public);
$$;

CREATE FUNCTION partnerships_is_open_suggestion(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM partnerships_suggestion WHERE id = pk AND status = 'open');
$$;

CREATE FUNCTION partnerships_is_public_cluster(pk bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM partnerships_cluster WHERE id = pk AND is_public);
$$;

-- Is a tag of this object public?
CREATE FUNCTION partnerships_is_public_tagged(type_id integer, pk bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE (SELECT concat(app_label, '.', model) FROM django_content_type WHERE id = type_id)
        WHEN 'repository.casestudy' THEN partnerships_is_public_case(pk)
        WHEN 'repository.webinar' THEN partnerships_is_public_webinar(pk)
        WHEN 'community.experience' THEN EXISTS (
            SELECT FROM community_experience WHERE id = pk AND standing = 'published'
        )
        ELSE true
    END;
$$;

-- Is a passage public? Of texts that are no drafts, only requests may be hidden from visitors.
CREATE FUNCTION partnerships_is_public_text(kind text, object_id text, is_collection boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT is_collection
        OR kind IN ('experience', 'offer', 'need', 'partnership', 'suggestion')
        OR kind = 'request' AND EXISTS (
            SELECT FROM partnerships_partnershiprequest
            WHERE id = object_id::bigint AND status = 'open' AND visibility = 'public'
        );
$$;

-- Does a public page name this member?
CREATE FUNCTION partnerships_is_named(member bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
            SELECT FROM community_comment
            WHERE author_id = member AND standing NOT IN ('pending', 'declined')
        ) OR EXISTS (
            SELECT FROM community_experience
            WHERE author_id = member AND standing NOT IN ('pending', 'declined')
        )
        OR EXISTS (SELECT FROM community_revision WHERE by_id = member AND status = 'accepted')
        OR EXISTS (SELECT FROM repository_translatedparagraph WHERE by_id = member)
        OR EXISTS (
            SELECT FROM repository_casestudy_authors
            WHERE user_id = member AND partnerships_is_public_case(casestudy_id)
        );
$$;

-- Cases, and what belongs to one. Figures and photographs without a case are those of a series or of a place.

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status IN ('published', 'archived')$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_authors
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_cities
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_countries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_goals
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_organizations
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_references
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_speakers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_webinars
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.casestudy_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_evidence
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('r.case_id IS NULL OR partnerships_is_public_case(r.case_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_photograph
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('r.case_id IS NULL OR partnerships_is_public_case(r.case_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_attachment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.case_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_hiddenchange
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_case(r.case_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_revision
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status = 'accepted'$$);

-- Webinars, and what belongs to one.

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status <> 'draft'$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_cities
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_countries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_appearance
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_chapter
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_recording
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_transcript
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_registration
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_shows_seats(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_survey
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_webinar(r.webinar_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_surveyquestion
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_surveyanswer
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.words = 'shown'$$);

-- The rest of the collection.

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_city
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_country
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_externalfigure
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_glossaryterm
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_goal
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_interfacereview
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_landscapesection_references
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_organization
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_practice
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_practice_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_reference
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_series
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_series_organizers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_series_supporters
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_sitepage
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_speaker
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_tagredirect
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_theme
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

-- A tag shows where it is used.

CREATE CONSTRAINT TRIGGER note_public_change AFTER UPDATE OR DELETE ON repository_tag
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_taggeditem
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_tagged(r.content_type_id, r.object_id)');

-- Translations; those of canned texts are for staff.

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_translation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.kind <> 'canned'$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_translatedparagraph
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$EXISTS (SELECT FROM repository_translation t WHERE t.id = r.translation_id AND t.kind <> 'canned')$$);

-- What background tasks write later than the texts themselves.

CREATE CONSTRAINT TRIGGER note_public_change AFTER DELETE ON repository_outdatedentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON repository_passage
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('r.vector IS NOT NULL AND partnerships_is_public_text(r.kind, r.object_id, r.is_collection)');

-- Members, and what they add to pages. Others see no contribution that has not been published, but placeholders
-- for some of those that were.

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_comment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.standing NOT IN ('pending', 'declined')$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_helpfulmark
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$EXISTS (SELECT FROM community_comment c WHERE c.id = r.comment_id AND c.standing = 'published')$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_experience
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.standing NOT IN ('pending', 'declined')$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER UPDATE OF display_name, handle, is_active ON community_user
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_named(r.id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON community_membership
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_named(r.member_id)');

-- The partnership desk. Each process keeps all open requests, also those for members or brokers only.

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_cityprofile
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('true');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_representation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status = 'approved' AND r.city_id IS NOT NULL$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_offer
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status = 'published'$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_need
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status = 'published'$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_offer_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_offer(r.offer_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_offer_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_offer(r.offer_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_offer_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_offer(r.offer_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_offer_experiences
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_offer(r.offer_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_need_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_need(r.need_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_need_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_need(r.need_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_need_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_need(r.need_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_need_experiences
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_published_need(r.need_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnershiprequest
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status = 'open'$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnershiprequest_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_request(r.partnershiprequest_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnershiprequest_offered_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_request(r.partnershiprequest_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnershiprequest_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_request(r.partnershiprequest_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnershiprequest_goals
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_request(r.partnershiprequest_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnershiprequest_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_request(r.partnershiprequest_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnership
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('r.is_public');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnership_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_partnership(r.partnership_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_partnership_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_partnership(r.partnership_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_party
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_partnership(r.partnership_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_milestone
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_partnership(r.partnership_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_progressreport
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_partnership(r.partnership_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_suggestion
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change($$r.status = 'open'$$);

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_suggestion_practices
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_suggestion(r.suggestion_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_suggestion_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_suggestion(r.suggestion_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_suggestion_cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_open_suggestion(r.suggestion_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_cluster
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('r.is_public');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_cluster_themes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_cluster(r.cluster_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_cluster_cities
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_cluster(r.cluster_id)');

CREATE CONSTRAINT TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE ON partnerships_clusternews
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partnerships_note_public_change('partnerships_is_public_cluster(r.cluster_id)');
