from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0023_request_visibility")]

    operations = [
        ValidateConstraint(model_name="partnershiprequest", name="request_visibility_known"),
    ]
