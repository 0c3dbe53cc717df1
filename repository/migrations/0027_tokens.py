from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

# Whatever changes the number, a statement by hand included, also stores a token; a row written
# from stale values keeps none. Dumps load their rows before they create triggers: a restored row
# has the token that it was dumped with.
RENEW = """
CREATE FUNCTION repository_renew_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.token := gen_random_uuid();
    RETURN NEW;
END $$;
CREATE TRIGGER renew_token BEFORE UPDATE ON repository_edition FOR EACH ROW
WHEN ((OLD.number, OLD.token) IS DISTINCT FROM (NEW.number, NEW.token))
EXECUTE FUNCTION repository_renew_token();
CREATE TRIGGER renew_token BEFORE UPDATE ON repository_pagestamp FOR EACH ROW
WHEN ((OLD.version, OLD.token) IS DISTINCT FROM (NEW.version, NEW.token))
EXECUTE FUNCTION repository_renew_token();
"""
NOT_RENEWED = """
DROP TRIGGER renew_token ON repository_edition;
DROP TRIGGER renew_token ON repository_pagestamp;
DROP FUNCTION repository_renew_token();
"""

# Numbers of transactions repeat as well, where a dump is restored on another server. Two
# transactions of one number began at different moments.
RAISE = """
CREATE OR REPLACE FUNCTION repository_next_edition() RETURNS void LANGUAGE sql AS $$
    UPDATE repository_edition
       SET number = number + 1, transaction = txid_current(), changed_at = now()
     WHERE (transaction, changed_at) IS DISTINCT FROM (txid_current(), now());
$$;

CREATE OR REPLACE FUNCTION repository_raise_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM repository_next_edition();
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION repository_raise_edition_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
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
        PERFORM repository_next_edition();
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION repository_raise_edition_of_webinar() RETURNS trigger
LANGUAGE plpgsql AS $$
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
        PERFORM repository_next_edition();
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION repository_raise_edition_of_tagged() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
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
    ) THEN
        PERFORM repository_next_edition();
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """A random token beside each number that repeats after a restore."""

    dependencies = [("repository", "0026_recommendation_place")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="token",
            field=models.UUIDField(
                db_default=RandomUUID(), editable=False, verbose_name="token"
            ),
        ),
        migrations.AddField(
            model_name="pagestamp",
            name="token",
            field=models.UUIDField(db_default=RandomUUID(), editable=False),
        ),
        migrations.RunSQL(RENEW, NOT_RENEWED),
        # The functions of before count in the same way: nothing is undone.
        migrations.RunSQL(RAISE, migrations.RunSQL.noop),
    ]
