-- A history context must not be attributed to another user or speaker. Erasing an account removes the
-- attribution, which is allowed.
CREATE FUNCTION community_keep_who() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history keeps who did something: context %', OLD.id
        USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER keep_who BEFORE UPDATE ON pghistory_context FOR EACH ROW
WHEN (
    (OLD.metadata ->> 'user') <> (NEW.metadata ->> 'user')
    OR (OLD.metadata ->> 'speaker') <> (NEW.metadata ->> 'speaker')
)
EXECUTE FUNCTION community_keep_who();
