-- Raise the edition for a row of a case only if readers can see the case: a draft that is saved makes
-- no public page new. The argument names the column with the number of the case; without one the row
-- is the case itself. At the end of the transaction the status is what it comes to; a case that
-- stopped being public, or is gone, raises the edition by its own row.
CREATE FUNCTION repository_raise_edition_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_now jsonb := to_jsonb(NEW);
    row_before jsonb := to_jsonb(OLD);
    is_public boolean;
BEGIN
    IF TG_NARGS = 0 THEN
        is_public := coalesce(row_now ->> 'status' IN ('published', 'archived'), false)
            OR coalesce(row_before ->> 'status' IN ('published', 'archived'), false);
    ELSE
        -- A figure of a series, or a tag of something else, is of no case.
        is_public := coalesce(row_now, row_before) ->> TG_ARGV[0] IS NULL
            OR coalesce(row_now, row_before) ->> 'content_type_id' <> (
                SELECT id::text FROM django_content_type
                WHERE app_label = 'repository' AND model = 'casestudy'
            )
            OR EXISTS (
                SELECT FROM repository_casestudy
                WHERE id IN (
                    (row_now ->> TG_ARGV[0])::bigint, (row_before ->> TG_ARGV[0])::bigint
                )
                AND status IN ('published', 'archived')
            );
    END IF;
    IF is_public THEN
        UPDATE repository_edition
           SET number = number + 1, transaction = txid_current(), changed_at = now()
         WHERE transaction <> txid_current();
    END IF;
    RETURN NULL;
END $$
