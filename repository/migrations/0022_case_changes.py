from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('repository', '0021_edition_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(editable=False)),
                ('case_id', models.BigIntegerField(editable=False)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('token', 'case_id'), name='case_change_once_a_token')],
            },
        ),
    ]
