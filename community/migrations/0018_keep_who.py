from django.db import migrations

# Who did something can be forgotten, as when an account is deleted, but not laid upon another.
TRIGGER = """
CREATE FUNCTION community_keep_who() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history keeps who did something: context %', OLD.id
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER keep_who BEFORE UPDATE ON pghistory_context FOR EACH ROW
WHEN ((OLD.metadata ->> 'user') <> (NEW.metadata ->> 'user'))
EXECUTE FUNCTION community_keep_who();
"""
NO_TRIGGER = """
DROP TRIGGER keep_who ON pghistory_context;
DROP FUNCTION community_keep_who();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0017_decide_matches'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
    ]
