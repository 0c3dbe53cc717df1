-- What can be translated of the community: repository/sql/translations.sql.

CREATE FUNCTION community_note_original() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about text[] := TG_ARGV;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM repository_delete_original(about[0], OLD.id);
    ELSE
        PERFORM repository_write_original(to_jsonb(NEW), about[0:]);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON community_cannedtext
FOR EACH ROW EXECUTE FUNCTION community_note_original('canned', 'language', '', 'title', 'title', 'text');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON community_surveyquestion
FOR EACH ROW EXECUTE FUNCTION community_note_original('question', 'en', '', 'text', 'text', 'choices');

SELECT repository_rebuild_originals();
