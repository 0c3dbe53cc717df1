-- The edition has a random token that changes with everything public.

-- Note that the transaction changes something public. Its end renews the token, once.
CREATE FUNCTION repository_note_public_change() RETURNS void LANGUAGE sql AS $$
    INSERT INTO repository_publicchange (transaction) VALUES (txid_current())
    ON CONFLICT DO NOTHING;
$$;

-- Renew the token. This is deferred twice: triggers of tables note a public change at the end of the
-- transaction, and this one follows them. So the row of the edition is locked last, after foreign keys
-- have been checked: a transaction that holds it waits for no other, so that writers cannot deadlock.
CREATE FUNCTION repository_renew_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE repository_edition
       SET number = number + 1, token = gen_random_uuid(), changed_at = now();
    DELETE FROM repository_publicchange WHERE transaction = NEW.transaction;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER renew_edition AFTER INSERT ON repository_publicchange
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_renew_edition();
