"""The rights of the partnership desk for the groups that are there already.

Groups that `migrate` makes later get them from partnerships/desk/roles.py; administrators may change both.
"""

from django.conf import settings
from django.db import migrations

OWN = [
    ("partnershiprequest", "broker", "Can bring cities together"),
    ("brokering", "change_brokering", "Can change settings of the brokers"),
    *[
        (noun, f"{verb}_{noun}", f"Can {verb} {words}")
        for noun, words in [("cluster", "cluster"), ("round", "matchmaking round")]
        for verb in ("add", "change", "delete")
    ],
]
VIEWED = [
    ("brokering", "settings of the brokers"),
    ("cityprofile", "city profile"),
    ("cluster", "cluster"),
    ("clusternews", "news of a cluster"),
    ("interest", "interest"),
    ("match", "match"),
    ("milestone", "milestone"),
    ("need", "need"),
    ("offer", "offer"),
    ("partnership", "partnership"),
    ("partnershiprequest", "partnership request"),
    ("party", "party"),
    ("progressreport", "progress report"),
    ("question", "question"),
    ("representation", "representation"),
    ("round", "matchmaking round"),
]
RIGHTS = OWN + [(noun, f"view_{noun}", f"Can view {words}") for noun, words in VIEWED]


def give_permissions(apps, schema_editor):
    """Only once: what an administrator takes away later stays away."""
    kind = apps.get_model("contenttypes", "ContentType")
    permission = apps.get_model("auth", "Permission")
    groups = apps.get_model("auth", "Group").objects
    for group in groups.filter(name__in=["Brokers", "Administrators"]):
        for model, codename, words in RIGHTS:
            # Permissions are made after all migrations, in which these are still missing.
            content_type, _ = kind.objects.get_or_create(app_label="partnerships", model=model)
            right, _ = permission.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": words}
            )
            group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("partnerships", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
