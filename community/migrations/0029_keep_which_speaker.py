from django.db import migrations

# Who did something can be forgotten, but not laid upon another: nor upon another speaker.
TRIGGER = """
DROP TRIGGER keep_who ON pghistory_context;
CREATE TRIGGER keep_who BEFORE UPDATE ON pghistory_context FOR EACH ROW
WHEN (
    (OLD.metadata ->> 'user') <> (NEW.metadata ->> 'user')
    OR (OLD.metadata ->> 'speaker') <> (NEW.metadata ->> 'speaker')
)
EXECUTE FUNCTION community_keep_who();
"""
OLD_TRIGGER = """
DROP TRIGGER keep_who ON pghistory_context;
CREATE TRIGGER keep_who BEFORE UPDATE ON pghistory_context FOR EACH ROW
WHEN ((OLD.metadata ->> 'user') <> (NEW.metadata ->> 'user'))
EXECUTE FUNCTION community_keep_who();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0028_partner_of_answers'),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, OLD_TRIGGER),
    ]
