from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("repository", "0003_samples")]

    operations = [
        migrations.AlterField(
            model_name="casestudy",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
        migrations.AlterField(
            model_name="casestudyevent",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
        migrations.AlterField(
            model_name="city",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
        migrations.AlterField(
            model_name="cityevent",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
        migrations.AlterField(
            model_name="series",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
        migrations.AlterField(
            model_name="seriesevent",
            name="is_sample",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sample"
            ),
        ),
    ]
