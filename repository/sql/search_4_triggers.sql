-- Record changed objects, and update their search entries at commit.

CREATE CONSTRAINT TRIGGER repository_apply_search_changes
AFTER INSERT ON repository_searchchange DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION repository_apply_search_changes();

-- Tables from which search entries are built.

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_appearance
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('speaker', 'speaker_id', 'webinar', 'webinar_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_cities
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_countries
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_organizations
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_practices
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_speakers
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_casestudy_themes
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('case', 'casestudy_id');

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

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_practice_themes
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('practice', 'practice_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_recommendation
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('recommendation', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_speaker
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('speaker', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_tag
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('tag', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_taggeditem
FOR EACH ROW EXECUTE FUNCTION repository_note_tagged_change();

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_theme
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('theme', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_cities
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'webinar_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_countries
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'webinar_id');

CREATE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON repository_webinar_practices
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('webinar', 'webinar_id');
