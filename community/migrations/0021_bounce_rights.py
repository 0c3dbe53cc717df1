from django.db import migrations

RIGHTS = {f"{verb}_bounce": f"Can {verb} returned email" for verb in ("delete", "view")}


def grant(apps, schema_editor):
    """Let administrators of existing sites see to which addresses emails are returned.

    Groups of new sites get all rights when they are made. The rights themselves are made after
    `migrate`, which is too late here.
    """
    group = apps.get_model("auth", "Group").objects.filter(name="Administrators").first()
    if group is None:
        return
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="community", model="bounce"
    )
    rights = apps.get_model("auth", "Permission").objects
    for codename, name in RIGHTS.items():
        right, _made = rights.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("community", "0020_bounces"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
