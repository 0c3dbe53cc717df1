from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


def add_rows(apps, schema_editor):
    """The 17 Goals and the one row of the edition."""
    goal = apps.get_model("repository", "Goal")
    goal.objects.bulk_create([goal(number=number) for number in range(1, 18)])
    apps.get_model("repository", "Edition").objects.create()


class Migration(migrations.Migration):
    dependencies = [("repository", "0001_initial")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunPython(add_rows, migrations.RunPython.noop),
    ]
