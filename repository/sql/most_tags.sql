-- Allow at most ten tags per object. A check constraint cannot count rows. The advisory lock serializes
-- concurrent writers, so that each sees the tags committed by the others.
CREATE FUNCTION repository_check_most_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(
        hashtextextended(format('tags of %s/%s', NEW.content_type_id, NEW.object_id), 0)
    );
    IF 10 < (
        SELECT count(*) FROM repository_taggeditem
         WHERE content_type_id = NEW.content_type_id AND object_id = NEW.object_id
    ) THEN
        RAISE EXCEPTION 'more than ten tags on object % of kind %', NEW.object_id, NEW.content_type_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tagged_item_most',
                  TABLE = 'repository_taggeditem';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_most_tags
AFTER INSERT OR UPDATE OF content_type_id, object_id ON repository_taggeditem
FOR EACH ROW EXECUTE FUNCTION repository_check_most_tags();
