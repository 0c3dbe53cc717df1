from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0016_samples")]

    operations = [
        migrations.AlterField(
            model_name="cluster",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
        migrations.AlterField(
            model_name="clusterevent",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
    ]
