from django.db import migrations

MODEL = "landscapesection"
NAME = "section of the landscape"
GIVEN = {
    "Moderators": ("add", "change", "delete", "view"),
    "Brokers": ("view",),
    "Administrators": ("add", "change", "delete", "view"),
}


def give_permissions(apps, schema_editor):
    """Give the groups that exist what new ones get (`community/accounts/roles.py`)."""
    group = apps.get_model("auth", "Group")
    content_type = apps.get_model("contenttypes", "ContentType")
    permission = apps.get_model("auth", "Permission")
    for role, verbs in GIVEN.items():
        for found in group.objects.filter(name=role):
            for verb in verbs:
                # Permissions are made after all migrations, in which these are still missing.
                kind, _ = content_type.objects.get_or_create(app_label="repository", model=MODEL)
                right, _ = permission.objects.get_or_create(
                    content_type=kind,
                    codename=f"{verb}_{MODEL}",
                    defaults={"name": f"Can {verb} {NAME}"},
                )
                found.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("community", "0035_leases_of_tasks"),
        ("repository", "0032_landscape"),
    ]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
