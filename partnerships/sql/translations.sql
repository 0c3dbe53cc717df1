-- What can be translated of partnerships: repository/sql/translations.sql.

CREATE FUNCTION partnerships_note_original() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON partnerships_offer
FOR EACH ROW EXECUTE FUNCTION partnerships_note_original('offer', 'language', '', 'title', 'title', 'description');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON partnerships_need
FOR EACH ROW EXECUTE FUNCTION partnerships_note_original('need', 'language', '', 'title', 'title', 'description');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON partnerships_suggestion
FOR EACH ROW EXECUTE FUNCTION partnerships_note_original('suggestion', 'en', '', 'title', 'title', 'description');

CREATE TRIGGER note_original AFTER INSERT OR UPDATE OR DELETE ON partnerships_cluster
FOR EACH ROW EXECUTE FUNCTION partnerships_note_original('cluster', 'en', '', 'name', 'name', 'summary', 'description');

SELECT repository_rebuild_originals();
