"""Dismissing flags needs no reason and no message: the author does not learn of it."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

WITHOUT_WORDS = [
    "approve",
    "merge",
    "pass-on",
    "propose",
    "undo",
    "dismiss",
    "start",
    "resume",
    "complete",
]


class Migration(migrations.Migration):
    dependencies = [("community", "0022_handle_index")]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="decision_has_reason"),
        AddConstraintNotValid(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verb__in", WITHOUT_WORDS),
                    models.Q(
                        models.Q(("reason", ""), _negated=True),
                        models.Q(("message", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decision_has_reason",
                violation_error_message=(
                    "Choose a reason and write a message. The member concerned will read both."
                ),
            ),
        ),
    ]
