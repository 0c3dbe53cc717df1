"""Who sees a request is chosen by its city: a draft begins without a choice."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

CHOICES = [("public", "Everyone"), ("members", "Members"), ("brokers", "Only brokers")]


def visibility() -> models.CharField:
    return models.CharField(blank=True, choices=CHOICES, max_length=7, verbose_name="visible to")


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0022_canned_translations")]

    operations = [
        migrations.RemoveConstraint(
            model_name="partnershiprequest", name="request_visibility_known"
        ),
        migrations.AlterField(
            model_name="partnershiprequest", name="visibility", field=visibility()
        ),
        migrations.AlterField(
            model_name="partnershiprequestevent", name="visibility", field=visibility()
        ),
        AddConstraintNotValid(
            model_name="partnershiprequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["public", "members", "brokers"]),
                    models.Q(("status", "draft"), ("visibility", "")),
                    _connector="OR",
                ),
                name="request_visibility_known",
                violation_error_message="Choose who can see the request.",
            ),
        ),
    ]
