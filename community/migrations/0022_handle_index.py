from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Building an index concurrently is not possible in a transaction.
    atomic = False

    dependencies = [("community", "0021_bounce_rights")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                fields=["handle"], name="user_handle", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
