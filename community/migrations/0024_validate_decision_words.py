from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("community", "0023_dismiss_flags_without_words")]

    operations = [ValidateConstraint(model_name="decision", name="decision_has_reason")]
