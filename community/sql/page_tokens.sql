-- Page versions repeat after a backup is restored, so ETags use a random token stored beside them.
CREATE FUNCTION community_renew_page_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.page_token := gen_random_uuid();
    RETURN NEW;
END $$;

CREATE TRIGGER renew_page_token BEFORE UPDATE ON community_user FOR EACH ROW
WHEN ((OLD.page_version, OLD.page_token) IS DISTINCT FROM (NEW.page_version, NEW.page_token))
EXECUTE FUNCTION community_renew_page_token();
