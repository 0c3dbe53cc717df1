-- Raise the edition for a row of a webinar only if readers can see the webinar. The argument names the
-- column with the number of the webinar; without one the row is the webinar itself. At the end of the
-- transaction the status is what it comes to; a webinar that is gone raises the edition by its own row.
CREATE FUNCTION repository_raise_edition_of_webinar() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_now jsonb := to_jsonb(NEW);
    row_before jsonb := to_jsonb(OLD);
    is_public boolean;
BEGIN
    IF TG_NARGS = 0 THEN
        is_public := coalesce(row_now ->> 'status' <> 'draft', false)
            OR coalesce(row_before ->> 'status' <> 'draft', false);
    ELSE
        is_public := EXISTS (
            SELECT FROM repository_webinar
            WHERE id IN ((row_now ->> TG_ARGV[0])::bigint, (row_before ->> TG_ARGV[0])::bigint)
            AND status <> 'draft'
        );
    END IF;
    IF is_public THEN
        UPDATE repository_edition
           SET number = number + 1, transaction = txid_current(), changed_at = now()
         WHERE transaction <> txid_current();
    END IF;
    RETURN NULL;
END $$;

-- The same for tags: of drafts, and of what members report, they raise it no more than other words.
CREATE OR REPLACE FUNCTION repository_raise_edition_of_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE repository_edition
       SET number = number + 1, transaction = txid_current(), changed_at = now()
     WHERE transaction <> txid_current() AND EXISTS (
        SELECT FROM django_content_type
         WHERE id IN (OLD.content_type_id, NEW.content_type_id) AND app_label = 'repository'
           AND CASE model
            WHEN 'casestudy' THEN EXISTS (
                SELECT FROM repository_casestudy
                 WHERE id IN (OLD.object_id, NEW.object_id) AND status IN ('published', 'archived')
            )
            WHEN 'webinar' THEN EXISTS (
                SELECT FROM repository_webinar
                 WHERE id IN (OLD.object_id, NEW.object_id) AND status <> 'draft'
            )
            ELSE true
           END
     );
    RETURN NULL;
END $$;
