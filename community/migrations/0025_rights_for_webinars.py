from django.conf import settings
from django.db import migrations

# (app, model, codename, name), as `migrate` makes them afterwards.
SEEN = [
    ("community", "registration", "view_registration", "Can view registration"),
    ("community", "survey", "view_survey", "Can view survey"),
    ("community", "survey", "export_survey", "Can export answers to surveys"),
    ("community", "surveyanswer", "view_surveyanswer", "Can view answer to a survey"),
    ("repository", "dailycount", "view_dailycount", "Can view daily count"),
]
WRITTEN = [
    ("community", "surveyquestion", "question of a survey"),
    ("repository", "externalfigure", "figure of another platform"),
]
VERBS = ("add", "change", "view")
EDITED = [
    (app, model, f"{verb}_{model}", f"Can {verb} {name}")
    for app, model, name in WRITTEN
    for verb in VERBS
]
DELETED = [
    (app, model, f"delete_{model}", f"Can delete {name}") for app, model, name in WRITTEN
]
FIGURES = [row for row in [*EDITED, *DELETED] if row[1] == "externalfigure"]
QUESTIONS = [row for row in EDITED if row[1] == "surveyquestion"]
VIEWED = [row for row in [*SEEN, *EDITED] if row[0] == "repository" and row[2].startswith("view_")]
GIVEN = {
    "Moderators": [*SEEN, *QUESTIONS, *FIGURES],
    "Brokers": VIEWED,
    "Administrators": [*SEEN, *EDITED, *DELETED],
}


def give_permissions(apps, schema_editor):
    """To the groups that are there, only once: what is taken away later stays away."""
    group = apps.get_model("auth", "Group")
    kind = apps.get_model("contenttypes", "ContentType")
    permission = apps.get_model("auth", "Permission")
    for name, rights in GIVEN.items():
        for found in group.objects.filter(name=name):
            for app, model, codename, words in rights:
                # Permissions are made after all migrations, in which these are still missing.
                content_type, _ = kind.objects.get_or_create(app_label=app, model=model)
                right, _ = permission.objects.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": words}
                )
                found.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("community", "0024_surveys"),
        ("repository", "0019_speakers_and_recordings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
