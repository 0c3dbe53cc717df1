from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("community", "0006_samples")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
        migrations.AlterField(
            model_name="userevent",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
    ]
