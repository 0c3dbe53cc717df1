from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

RENEW = """
CREATE FUNCTION community_renew_page_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.page_token := gen_random_uuid();
    RETURN NEW;
END $$;
CREATE TRIGGER renew_page_token BEFORE UPDATE ON community_user FOR EACH ROW
WHEN ((OLD.page_version, OLD.page_token) IS DISTINCT FROM (NEW.page_version, NEW.page_token))
EXECUTE FUNCTION community_renew_page_token();
"""
NOT_RENEWED = """
DROP TRIGGER renew_page_token ON community_user;
DROP FUNCTION community_renew_page_token();
"""


class Migration(migrations.Migration):
    """A random token beside the version of a member's pages, which repeats after a restore."""

    dependencies = [("community", "0031_count_seats_once")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="page_token",
            field=models.UUIDField(db_default=RandomUUID(), editable=False),
        ),
        migrations.RunSQL(RENEW, NOT_RENEWED),
    ]
