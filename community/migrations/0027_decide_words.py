from django.db import migrations

# What was decided about words stood with the answer, and stands from now on with all decisions.
MOVE = """
INSERT INTO community_decision (
    content_type_id, object_id, by_id, concerns_id, verb, reason, message, before, created_at
)
SELECT %s, id, decided_by_id, member_id, CASE words WHEN 'shown' THEN 'approve' ELSE 'decline' END,
    CASE words WHEN 'shown' THEN '' ELSE 'other' END, reason, 'waiting', decided_at
FROM community_surveyanswer WHERE decided_at IS NOT NULL AND words IN ('shown', 'declined')
ORDER BY decided_at
"""


def move_decisions(apps, schema_editor):
    kind = apps.get_model("contenttypes", "ContentType")
    content_type, _ = kind.objects.get_or_create(app_label="community", model="surveyanswer")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MOVE, [content_type.pk])


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0026_track_surveys"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        # No way back: a message may be longer than the column was, and there may be several.
        migrations.RunPython(move_decisions),
        migrations.RemoveConstraint("surveyanswer", "survey_answer_declined_has_reason"),
        migrations.RemoveField("surveyanswer", "decided_at"),
        migrations.RemoveField("surveyanswer", "decided_by"),
        migrations.RemoveField("surveyanswer", "reason"),
    ]
