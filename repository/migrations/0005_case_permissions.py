from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("repository", "0003_edition_triggers")]

    operations = [
        migrations.AlterModelOptions(
            name="casestudy",
            options={
                "ordering": ["-published_at", "-pk"],
                "permissions": [("publish_casestudy", "Can publish and archive case studies")],
                "verbose_name": "case study",
                "verbose_name_plural": "case studies",
            },
        ),
    ]
