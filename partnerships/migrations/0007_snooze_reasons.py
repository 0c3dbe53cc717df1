from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

# A note that no city is suitable no longer holds once there has been another candidate.
END_NOTES = """
UPDATE partnerships_handling AS handling
SET nobody_suits_at = NULL
WHERE nobody_suits_at IS NOT NULL AND EXISTS (
    SELECT FROM partnerships_match AS match
    WHERE match.request_id = handling.request_id
        AND (match.ended_at IS NULL OR match.ended_at > handling.nobody_suits_at)
);
"""
# Other notes held for 30 days, which is now a snooze.
GIVE_REASONS = """
UPDATE partnerships_handling
SET snoozed_until = greatest(snoozed_until, (nobody_suits_at + interval '30 days')::date),
    snooze_reason = CASE WHEN nobody_suits_at IS NULL THEN 'other' ELSE 'no-match' END
WHERE snoozed_until IS NOT NULL OR nobody_suits_at IS NOT NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0006_snooze_with_reason'),
    ]

    operations = [
        ValidateConstraint(model_name='handling', name='handling_snooze_reason_known'),
        migrations.RunSQL([END_NOTES, GIVE_REASONS], migrations.RunSQL.noop),
    ]
