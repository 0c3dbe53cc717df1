import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def grant(apps, schema_editor):
    """Let the existing groups of moderators and administrators exchange translations.

    New groups are made with this permission. On an existing site it may not exist yet.
    """
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    types = apps.get_model("contenttypes", "ContentType")
    groups = list(group.objects.filter(name__in=["Moderators", "Administrators"]))
    if not groups:
        return
    of_translations, _is_new = types.objects.get_or_create(
        app_label="repository", model="translation"
    )
    exchange, _is_new = permission.objects.get_or_create(
        content_type=of_translations,
        codename="exchange_translation",
        defaults={"name": "Can export and import translations"},
    )
    for each in groups:
        each.permissions.add(exchange)


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('repository', '0014_interface_reviews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='translation',
            options={'permissions': [('exchange_translation', 'Can export and import translations')], 'verbose_name': 'translation', 'verbose_name_plural': 'translations'},
        ),
        migrations.AddIndex(
            model_name='translatedparagraph',
            index=models.Index(django.db.models.functions.text.MD5('source'), name='translated_paragraph_memory'),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
