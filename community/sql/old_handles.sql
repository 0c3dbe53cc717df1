-- Redirect a member's former handle to the new one until another member takes it.
CREATE FUNCTION community_keep_old_handle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.handle NOT IN ('', NEW.handle) THEN
        INSERT INTO community_oldhandle (handle, member_id, created_at)
        VALUES (lower(OLD.handle), NEW.id, now())
        ON CONFLICT (handle) DO UPDATE SET member_id = NEW.id, created_at = now();
    END IF;
    DELETE FROM community_oldhandle WHERE handle = lower(NEW.handle);
    RETURN NULL;
END $$;

CREATE TRIGGER keep_old_handle AFTER INSERT OR UPDATE OF handle ON community_user
FOR EACH ROW EXECUTE FUNCTION community_keep_old_handle();
