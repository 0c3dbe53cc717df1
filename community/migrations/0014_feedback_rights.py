from django.db import migrations

RIGHTS = {
    "view_pagefeedback": "Can view feedback",
    "delete_pagefeedback": "Can delete feedback",
}


def grant(apps, schema_editor):
    """Let moderators of existing sites read and delete feedback on pages.

    Groups of new sites get all rights when they are made. The rights themselves are made after
    `migrate`, which is too late here.
    """
    group = apps.get_model("auth", "Group").objects.filter(name="Moderators").first()
    if group is None:
        return
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="community", model="pagefeedback"
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
        ("community", "0013_collections"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
