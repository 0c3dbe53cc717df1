from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0017_unconfirmed_to_suggestions"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at", None),
                        ("status", "replaced"),
                        models.Q(("report_key", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "replaced"), _negated=True),
                        models.Q(
                            ("report_key", ""), ("confirmed_at__isnull", False), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="need_is_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at", None),
                        ("status", "replaced"),
                        models.Q(("report_key", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "replaced"), _negated=True),
                        models.Q(
                            ("report_key", ""), ("confirmed_at__isnull", False), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="offer_is_confirmed",
            ),
        ),
    ]
