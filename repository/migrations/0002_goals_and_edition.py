from django.db import migrations


def add_rows(apps, schema_editor):
    """The 17 Goals and the one row of the edition."""
    goal = apps.get_model("repository", "Goal")
    goal.objects.bulk_create(
        [goal(number=number) for number in range(1, 18)], ignore_conflicts=True
    )
    editions = apps.get_model("repository", "Edition").objects
    if not editions.exists():
        editions.create()


class Migration(migrations.Migration):
    # Until the first release.
    replaces = [
        ('repository', '0002_extensions_and_goals'),
    ]

    dependencies = [
        ('repository', '0001_collection'),
    ]

    operations = [
        migrations.RunPython(add_rows, migrations.RunPython.noop),
    ]
