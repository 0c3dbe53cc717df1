import django.contrib.postgres.functions
import django.core.validators
import django.db.models.functions.text
import django.utils.timezone
import repository.email_addresses
from django.db import migrations, models


class Migration(migrations.Migration):
    """Accounts, which the tables of the collection refer to."""

    initial = True

    # Until the first release.
    replaces = [
        ('community', '0001_initial'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, validators=[repository.email_addresses.validate_email_address], verbose_name='e-mail address')),
                ('handle', models.CharField(blank=True, help_text='Stands in the address of the profile. Letters, digits and hyphens.', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\Z', 'Use small letters, digits and hyphens only.')], verbose_name='handle')),
                ('display_name', models.CharField(blank=True, max_length=80, verbose_name='display name')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language of the site')),
                ('is_staff', models.BooleanField(default=False, verbose_name='works at the desk')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('page_version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('page_token', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False)),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_small_letters', violation_error_message='Write the e-mail address in small letters.'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique', violation_error_message='There is already an account with this e-mail address.'), models.UniqueConstraint(django.db.models.functions.text.Lower('handle'), condition=models.Q(('handle', ''), _negated=True), name='user_handle_unique', violation_error_message='This handle is taken. Choose another one.')],
            },
        ),
    ]
