import django.core.validators
import django.db.models.functions.text
import django.utils.timezone
import repository.email_addresses
from django.db import migrations, models


class Migration(migrations.Migration):
    """Accounts alone: tables of `repository` refer to them, and those of 0002 to `repository`."""

    initial = True

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
                ('email', models.EmailField(max_length=254, unique=True, validators=[repository.email_addresses.validate_email_address], verbose_name='email address')),
                ('handle', models.CharField(blank=True, help_text='Part of the profile’s address. Letters, digits and hyphens.', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\Z', 'Use only lower-case letters, digits and hyphens.')], verbose_name='handle')),
                ('display_name', models.CharField(blank=True, max_length=80, verbose_name='display name')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='site language')),
                ('is_staff', models.BooleanField(default=False, verbose_name='staff')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined')),
                ('is_sample', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sample')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
                'indexes': [models.Index(fields=['handle'], name='user_handle', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_small_letters', violation_error_message='Enter the email address in lower case.'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique', violation_error_message='An account with this email address already exists.'), models.UniqueConstraint(django.db.models.functions.text.Lower('handle'), condition=models.Q(('handle', ''), _negated=True), name='user_handle_unique', violation_error_message='This handle is already taken. Choose another one.')],
            },
        ),
    ]
