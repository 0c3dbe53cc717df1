import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import functools
import pgtrigger.compiler
import pgtrigger.migrations
import repository.dates.days
import repository.dates.time_zones
import repository.email_addresses
import repository.embeddings.fields
import repository.fields
import repository.migration_operations
import repository.people.models
import repository.photographs.models
import repository.places.models
import repository.references.models
import repository.search.questions
import repository.tags.models
import repository.translations.languages
from django.conf import settings
from django.contrib.postgres.operations import CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


# Short vectors stay in the row, where ranking reads them; the text and its words move out.
STORAGE = """
ALTER TABLE repository_searchentry SET (toast_tuple_target = 4080);
ALTER TABLE repository_searchentry
    ALTER COLUMN title_words SET STORAGE MAIN,
    ALTER COLUMN head_words SET STORAGE MAIN;
"""
# What changed in a transaction, until it commits. The transaction is part of the key: two writers
# of the same object do not wait for each other here.
CHANGES = """
CREATE TABLE repository_searchchange (
    transaction bigint NOT NULL DEFAULT txid_current(),
    kind text NOT NULL,
    object_id text NOT NULL,
    PRIMARY KEY (transaction, kind, object_id)
);
"""


def add_rows(apps, schema_editor):
    """The 17 Goals and the one row of the edition."""
    goal = apps.get_model("repository", "Goal")
    goal.objects.bulk_create(goal(number=number) for number in range(1, 18))
    apps.get_model("repository", "Edition").objects.create()


class Migration(migrations.Migration):
    """Tables of the collection, with their history."""

    initial = True

    dependencies = [
        ('community', '0001_initial'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        CreateExtension("vector"),
        repository.migration_operations.AtOnce(
            operations=[
                migrations.CreateModel(
                    name='Appearance',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('webinar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appearances', to='repository.webinar', verbose_name='webinar')),
                        ('speaker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='repository.speaker', verbose_name='speaker')),
                        ('honorific', models.CharField(blank=True, max_length=20, verbose_name='honorific')),
                        ('title', models.CharField(blank=True, max_length=300, verbose_name='job title at the time')),
                        ('title_source', models.CharField(blank=True, max_length=120, verbose_name='source of the job title')),
                        ('other_title', models.CharField(blank=True, max_length=300, verbose_name='alternative job title')),
                        ('other_title_source', models.CharField(blank=True, max_length=120, verbose_name='source of the alternative job title')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('recording_consent', models.CharField(blank=True, choices=[('', 'Not answered'), ('yes', 'Agrees'), ('no', 'Does not agree'), ('then', 'Published at the time')], default='', max_length=4, verbose_name='consent to recording')),
                        ('slides_consent', models.CharField(blank=True, choices=[('', 'Not answered'), ('yes', 'Agrees'), ('no', 'Does not agree'), ('then', 'Published at the time')], default='', max_length=4, verbose_name='consent to publishing slides')),
                        ('answered_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='answered')),
                        ('slides', models.FileField(blank=True, editable=False, max_length=80, upload_to=repository.people.models.slides_name, verbose_name='slides')),
                    ],
                    options={
                        'verbose_name': 'talk',
                        'verbose_name_plural': 'talks',
                        'ordering': ['webinar', 'position', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('webinar', 'speaker'), name='appearance_unique', violation_error_message='This speaker is already listed for this webinar.'), models.CheckConstraint(condition=models.Q(('other_title', ''), models.Q(models.Q(('title_source', ''), _negated=True), models.Q(('other_title_source', ''), _negated=True)), _connector='OR'), name='appearance_titles_have_sources', violation_error_message='Enter the source of each job title.'), models.CheckConstraint(condition=models.Q(('recording_consent__in', ['', 'yes', 'no', 'then'])), name='appearance_recording_known'), models.CheckConstraint(condition=models.Q(('slides_consent__in', ['', 'yes', 'no', 'then'])), name='appearance_slides_known')],
                    },
                ),
                migrations.CreateModel(
                    name='City',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('names', repository.fields.ShapedField(blank=True, default=dict, help_text='By language code, like {"zh": "郑州"}.', validators=[repository.places.models.check_names], verbose_name='names in other languages')),
                        ('kind', models.CharField(choices=[('city', 'City'), ('municipality', 'Municipality'), ('prefecture', 'Prefecture'), ('county', 'County'), ('county-level city', 'County-level city'), ('district', 'District')], default='city', max_length=20, verbose_name='kind')),
                        ('country', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cities', to='repository.country', verbose_name='country or area')),
                        ('province', models.CharField(blank=True, max_length=120, verbose_name='province or state')),
                        ('summary', models.TextField(blank=True, verbose_name='summary')),
                        ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                        ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                        ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population')),
                        ('population_source', models.CharField(blank=True, max_length=200, verbose_name='source of the population')),
                        ('population_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year of the population')),
                        ('has_sea_port', models.BooleanField(blank=True, null=True, verbose_name='sea port')),
                        ('has_dry_port', models.BooleanField(blank=True, null=True, verbose_name='dry port')),
                        ('has_rail_hub', models.BooleanField(blank=True, null=True, verbose_name='rail hub')),
                        ('has_air_hub', models.BooleanField(blank=True, null=True, verbose_name='air hub')),
                        ('spelling_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10, validators=[repository.places.models.check_language]), blank=True, default=list, help_text='The city’s names in these languages appear beside its main name.', verbose_name='languages of local names')),
                        ('working_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10, validators=[repository.places.models.check_language]), blank=True, default=list, help_text='Languages the city says it can work in. Leave empty if unknown.', verbose_name='working languages')),
                        ('geoname_id', models.PositiveIntegerField(blank=True, null=True, unique=True, verbose_name='GeoNames ID')),
                        ('is_sample', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sample')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                    ],
                    options={
                        'verbose_name': 'city',
                        'verbose_name_plural': 'cities',
                        'ordering': ['name', 'slug'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='city_coordinates_valid', violation_error_message='Enter both coordinates: latitude from −90 to 90, longitude from −180 to 180.'), models.CheckConstraint(condition=models.Q(('population__isnull', True), models.Q(('population_source', ''), _negated=True), _connector='OR'), name='city_population_has_source', violation_error_message='Enter the source of the population figure.')],
                    },
                ),
                migrations.CreateModel(
                    name='CountryEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.country')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('iso2', models.CharField(max_length=2, serialize=False, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Two capital letters, like KE.')], verbose_name='ISO code')),
                        ('iso3', models.CharField(max_length=3, verbose_name='ISO code of three letters')),
                        ('m49', models.CharField(max_length=3, verbose_name='M49 code')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('region', models.CharField(blank=True, max_length=40, verbose_name='region')),
                        ('subregion', models.CharField(blank=True, max_length=60, verbose_name='sub-region')),
                        ('intermediate_region', models.CharField(blank=True, max_length=60, verbose_name='intermediate region')),
                        ('income_group', models.CharField(blank=True, choices=[('low', 'Low income'), ('lower-middle', 'Lower middle income'), ('upper-middle', 'Upper middle income'), ('high', 'High income')], max_length=12, verbose_name='income group')),
                        ('is_ldc', models.BooleanField(default=False, verbose_name='least developed country')),
                        ('is_lldc', models.BooleanField(default=False, verbose_name='landlocked developing country')),
                        ('is_sids', models.BooleanField(default=False, verbose_name='small island developing State')),
                        ('development', models.CharField(blank=True, choices=[('developing', 'Developing economy (UNCTAD)'), ('developed', 'Developed economy (UNCTAD)')], max_length=10, verbose_name='development status')),
                        ('capital', models.CharField(blank=True, max_length=80, verbose_name='capital')),
                        ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                        ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                        ('sources', repository.fields.ShapedField(blank=True, default=dict, help_text='For each group: its source and the date it was valid.', validators=[repository.places.models.check_sources], verbose_name='sources')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='DailyCount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('view', 'page views'), ('playback', 'clicks on the recording'), ('slides', 'clicks on the slides')], max_length=10, verbose_name='what is counted')),
                        ('day', models.DateField(verbose_name='day')),
                        ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='daily_counts', to='repository.casestudy', verbose_name='case study')),
                        ('webinar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='daily_counts', to='repository.webinar', verbose_name='webinar')),
                        ('number', models.PositiveBigIntegerField(verbose_name='number')),
                    ],
                    options={
                        'verbose_name': 'daily count',
                        'verbose_name_plural': 'daily counts',
                        'ordering': ['-day', 'kind', 'pk'],
                        'default_permissions': ('view',),
                        'constraints': [models.UniqueConstraint(fields=('kind', 'day', 'case', 'webinar'), name='daily_count_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('webinar__isnull', True)), models.Q(('case__isnull', True), ('webinar__isnull', False)), _connector='OR'), name='daily_count_of_one_thing'), models.CheckConstraint(condition=models.Q(('kind', 'view'), models.Q(('case__isnull', True), ('kind__in', ['playback', 'slides'])), _connector='OR'), name='daily_count_kind_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Edition',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ('number', models.PositiveBigIntegerField(default=1, verbose_name='number')),
                        ('token', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, verbose_name='token')),
                        ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
                    ],
                    options={
                        'verbose_name': 'edition',
                        'verbose_name_plural': 'editions',
                        'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='edition_single_row')],
                    },
                ),
                migrations.CreateModel(
                    name='EmbeddingModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('version', models.CharField(blank=True, max_length=50, verbose_name='version')),
                        ('dimensions', models.PositiveSmallIntegerField(verbose_name='dimensions')),
                    ],
                    options={
                        'verbose_name': 'embedding model',
                        'verbose_name_plural': 'embedding models',
                        'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='embedding_model_unique', violation_error_message='This embedding model already exists.')],
                    },
                ),
                migrations.CreateModel(
                    name='Evidence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='repository.casestudy', verbose_name='case study')),
                        ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='repository.series', verbose_name='series')),
                        ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='repository.landscapesection', verbose_name='section of the landscape')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('label', models.CharField(max_length=200, verbose_name='what it measures')),
                        ('value', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True, verbose_name='value')),
                        ('value_to', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True, verbose_name='upper end of a range')),
                        ('qualifier', models.CharField(blank=True, choices=[('about', 'about'), ('more than', 'more than'), ('at least', 'at least'), ('up to', 'up to'), ('less than', 'less than'), ('nearly', 'nearly')], max_length=10, verbose_name='qualifier')),
                        ('unit', models.CharField(blank=True, max_length=40, verbose_name='unit')),
                        ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                        ('numerator', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='numerator')),
                        ('denominator', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='denominator')),
                        ('stated', models.CharField(blank=True, max_length=80, verbose_name='as printed in the source')),
                        ('display', models.CharField(blank=True, max_length=40, verbose_name='displayed as')),
                        ('period', models.CharField(blank=True, help_text='For example 2019, 2020-H1, 2018/2020 or 2020-09-30.', max_length=40, verbose_name='period')),
                        ('group', models.CharField(blank=True, max_length=120, verbose_name='heading')),
                        ('case_section', models.CharField(blank=True, choices=[('challenge', 'Challenge'), ('solution', 'Solution'), ('results', 'Results'), ('lessons', 'Lessons'), ('what_did_not_work', 'What didn’t work'), ('preconditions', 'Preconditions'), ('advice', 'Advice for replication')], db_default='', default='', help_text='Where it is shown. If empty: beside the sentence with its number.', max_length=20, verbose_name='section of the case')),
                        ('is_headline', models.BooleanField(default=False, verbose_name='key figure')),
                        ('is_missing', models.BooleanField(default=False, verbose_name='data missing in the source')),
                        ('is_cover', models.BooleanField(db_default=False, default=False, verbose_name='cover figure')),
                        ('drawn_as', models.CharField(blank=True, choices=[('range', 'a value below the range it is compared with'), ('fraction', 'one part of several'), ('members', 'members with all their links'), ('flows', 'two flows, as an arrow to a line and one from it'), ('columns', 'columns, one for each value of a series'), ('days', 'one sheet of a calendar for each day'), ('hours', 'hours on a dial'), ('reach', 'one ray for each place reached'), ('beyond', 'marks beyond a distance'), ('marks', 'one mark each'), ('many', 'one mark for a round number'), ('share', 'a share of ten or a hundred marks'), ('bars', 'bars, longest first')], db_default='', default='', max_length=10, verbose_name='drawn as')),
                        ('reference', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='repository.reference', verbose_name='reference')),
                        ('webinar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='repository.webinar', verbose_name='webinar')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place in the source')),
                    ],
                    options={
                        'verbose_name': 'figure',
                        'verbose_name_plural': 'figures',
                        'ordering': ['position', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('section__isnull', True), ('series__isnull', True)), models.Q(('case__isnull', True), ('section__isnull', True), ('series__isnull', False)), models.Q(('case__isnull', True), ('section__isnull', False), ('series__isnull', True)), _connector='OR'), name='evidence_has_one_owner', violation_error_message='Choose a case, a series or a section of the landscape: only one of them.'), models.CheckConstraint(condition=models.Q(models.Q(('denominator__isnull', True), ('numerator__isnull', True)), models.Q(('denominator__gt', 0), ('denominator__isnull', False), ('numerator__isnull', False)), _connector='OR'), name='evidence_share_complete', violation_error_message='Enter both numbers of the share. The second must be greater than 0.'), models.CheckConstraint(condition=models.Q(('numerator__isnull', True), ('value__isnull', True), _connector='OR'), name='evidence_share_without_value', violation_error_message='Leave the value empty: the share is calculated from its two numbers.'), models.CheckConstraint(condition=models.Q(('value_to__isnull', True), models.Q(('value__isnull', False), ('value_to__gte', models.F('value'))), _connector='OR'), name='evidence_range_ordered', violation_error_message='The upper end of a range can’t be below the lower end.'), models.CheckConstraint(condition=models.Q(('is_missing', True), ('value__isnull', False), ('numerator__isnull', False), models.Q(('display', ''), _negated=True), _connector='OR'), name='evidence_has_figure', violation_error_message='Enter a value, the two numbers of a share, or the text to display.'), models.UniqueConstraint(condition=models.Q(('is_cover', True)), fields=('case',), name='evidence_one_cover', violation_error_message='Choose one figure for the cover.'), models.CheckConstraint(condition=models.Q(('case_section__in', ['', 'challenge', 'solution', 'results', 'lessons', 'what_did_not_work', 'preconditions', 'advice'])), name='evidence_case_section_known'), models.CheckConstraint(condition=models.Q(('case_section', ''), ('case__isnull', False), _connector='OR'), name='evidence_case_section_of_case', violation_error_message='Only the figures of a case can be in one of its sections.'), models.CheckConstraint(condition=models.Q(('drawn_as__in', ['', 'range', 'fraction', 'members', 'flows', 'columns', 'days', 'hours', 'reach', 'beyond', 'marks', 'many', 'share', 'bars'])), name='evidence_drawn_as_known'), models.CheckConstraint(condition=models.Q(('currency', ''), ('currency__regex', '^[A-Z]{3}$'), _connector='OR'), name='evidence_currency_code', violation_error_message='Enter the currency as three capital letters, like USD.')],
                    },
                ),
                migrations.CreateModel(
                    name='EvidenceEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.evidence')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy', verbose_name='case study')),
                        ('series', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series', verbose_name='series')),
                        ('section', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.landscapesection', verbose_name='section of the landscape')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('label', models.CharField(max_length=200, verbose_name='what it measures')),
                        ('value', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True, verbose_name='value')),
                        ('value_to', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True, verbose_name='upper end of a range')),
                        ('qualifier', models.CharField(blank=True, choices=[('about', 'about'), ('more than', 'more than'), ('at least', 'at least'), ('up to', 'up to'), ('less than', 'less than'), ('nearly', 'nearly')], max_length=10, verbose_name='qualifier')),
                        ('unit', models.CharField(blank=True, max_length=40, verbose_name='unit')),
                        ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                        ('numerator', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='numerator')),
                        ('denominator', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='denominator')),
                        ('stated', models.CharField(blank=True, max_length=80, verbose_name='as printed in the source')),
                        ('display', models.CharField(blank=True, max_length=40, verbose_name='displayed as')),
                        ('period', models.CharField(blank=True, help_text='For example 2019, 2020-H1, 2018/2020 or 2020-09-30.', max_length=40, verbose_name='period')),
                        ('group', models.CharField(blank=True, max_length=120, verbose_name='heading')),
                        ('case_section', models.CharField(blank=True, choices=[('challenge', 'Challenge'), ('solution', 'Solution'), ('results', 'Results'), ('lessons', 'Lessons'), ('what_did_not_work', 'What didn’t work'), ('preconditions', 'Preconditions'), ('advice', 'Advice for replication')], db_default='', default='', help_text='Where it is shown. If empty: beside the sentence with its number.', max_length=20, verbose_name='section of the case')),
                        ('is_headline', models.BooleanField(default=False, verbose_name='key figure')),
                        ('is_missing', models.BooleanField(default=False, verbose_name='data missing in the source')),
                        ('is_cover', models.BooleanField(db_default=False, default=False, verbose_name='cover figure')),
                        ('drawn_as', models.CharField(blank=True, choices=[('range', 'a value below the range it is compared with'), ('fraction', 'one part of several'), ('members', 'members with all their links'), ('flows', 'two flows, as an arrow to a line and one from it'), ('columns', 'columns, one for each value of a series'), ('days', 'one sheet of a calendar for each day'), ('hours', 'hours on a dial'), ('reach', 'one ray for each place reached'), ('beyond', 'marks beyond a distance'), ('marks', 'one mark each'), ('many', 'one mark for a round number'), ('share', 'a share of ten or a hundred marks'), ('bars', 'bars, longest first')], db_default='', default='', max_length=10, verbose_name='drawn as')),
                        ('reference', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.reference', verbose_name='reference')),
                        ('webinar', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar', verbose_name='webinar')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place in the source')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='ExternalFigure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('series', models.ForeignKey(blank=True, help_text='Only if the number covers the whole series.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='external_figures', to='repository.series', verbose_name='series')),
                        ('webinar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='external_figures', to='repository.webinar', verbose_name='webinar')),
                        ('platform', models.CharField(max_length=80, verbose_name='platform')),
                        ('kind', models.CharField(choices=[('live', 'live views'), ('recording', 'views of the recording'), ('slides', 'slide downloads'), ('attended', 'attendees')], max_length=10, verbose_name='measure')),
                        ('day', models.DateField(validators=[repository.dates.days.check_day], verbose_name='counted up to')),
                        ('value', models.PositiveBigIntegerField(verbose_name='value')),
                        ('source', models.CharField(help_text='Where it can be checked, like “statistics page of the channel”.', max_length=200, verbose_name='source')),
                    ],
                    options={
                        'verbose_name': 'figure from another platform',
                        'verbose_name_plural': 'figures from other platforms',
                        'ordering': ['-day', 'platform', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('day__isnull', True), ('day__range', (datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))), _connector='OR'), name='external_figure_day_in_range', violation_error_message='Enter a date between 2000 and 2099.'), models.CheckConstraint(condition=models.Q(models.Q(('series__isnull', False), ('webinar__isnull', True)), models.Q(('series__isnull', True), ('webinar__isnull', False)), _connector='OR'), name='external_figure_of_one_thing', violation_error_message='Choose either a webinar or a series.'), models.CheckConstraint(condition=models.Q(('kind__in', ['live', 'recording', 'slides', 'attended'])), name='external_figure_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('platform', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='external_figure_has_source', violation_error_message='Enter the platform and the source.'), models.UniqueConstraint(fields=('series', 'webinar', 'platform', 'kind', 'day'), name='external_figure_once_a_day', nulls_distinct=False, violation_error_message='There is already a figure from this platform for that day. Edit it instead.')],
                    },
                ),
                migrations.CreateModel(
                    name='ExternalFigureEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.externalfigure')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('series', models.ForeignKey(blank=True, db_constraint=False, help_text='Only if the number covers the whole series.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series', verbose_name='series')),
                        ('webinar', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar', verbose_name='webinar')),
                        ('platform', models.CharField(max_length=80, verbose_name='platform')),
                        ('kind', models.CharField(choices=[('live', 'live views'), ('recording', 'views of the recording'), ('slides', 'slide downloads'), ('attended', 'attendees')], max_length=10, verbose_name='measure')),
                        ('day', models.DateField(validators=[repository.dates.days.check_day], verbose_name='counted up to')),
                        ('value', models.PositiveBigIntegerField(verbose_name='value')),
                        ('source', models.CharField(help_text='Where it can be checked, like “statistics page of the channel”.', max_length=200, verbose_name='source')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='GlossaryTerm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('term', models.CharField(max_length=120, unique=True, verbose_name='term')),
                        ('abbreviation', models.CharField(blank=True, max_length=20, verbose_name='abbreviation')),
                        ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, verbose_name='synonyms')),
                        ('definition', models.TextField(verbose_name='definition')),
                    ],
                    options={
                        'verbose_name': 'glossary term',
                        'verbose_name_plural': 'glossary terms',
                        'ordering': ['term'],
                    },
                ),
                migrations.CreateModel(
                    name='GlossaryTermEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.glossaryterm')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('slug', models.SlugField(db_index=False, max_length=80, verbose_name='slug')),
                        ('term', models.CharField(max_length=120, verbose_name='term')),
                        ('abbreviation', models.CharField(blank=True, max_length=20, verbose_name='abbreviation')),
                        ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, verbose_name='synonyms')),
                        ('definition', models.TextField(verbose_name='definition')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Goal',
                    fields=[
                        ('number', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                    ],
                    options={
                        'verbose_name': 'Goal',
                        'verbose_name_plural': 'Goals',
                        'ordering': ['number'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('number__range', (1, 17))), name='goal_number_valid', violation_error_message='There are 17 Goals.')],
                    },
                ),
                migrations.CreateModel(
                    name='InterfaceReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('language', models.CharField(choices=repository.translations.languages.site_languages, max_length=10, unique=True, verbose_name='language')),
                        ('reviewed_on', models.DateField(verbose_name='reviewed on')),
                    ],
                    options={
                        'verbose_name': 'review by a native speaker',
                        'verbose_name_plural': 'reviews by native speakers',
                        'ordering': ['language'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('language', 'en'), _negated=True), name='interface_review_of_translation', violation_error_message='English is the original.')],
                    },
                ),
                migrations.CreateModel(
                    name='InterfaceReviewEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.interfacereview')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('language', models.CharField(choices=repository.translations.languages.site_languages, max_length=10, verbose_name='language')),
                        ('reviewed_on', models.DateField(verbose_name='reviewed on')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='LandscapeSection',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='landscape', to='repository.series', verbose_name='series')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                        ('title', models.CharField(max_length=120, verbose_name='title')),
                        ('summary', models.CharField(blank=True, help_text='One or two plain sentences.', max_length=260, verbose_name='summary')),
                        ('body', models.TextField(blank=True, verbose_name='text')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place in the source')),
                        ('rendered', repository.fields.RenderedField(sources=['body'])),
                        ('references', models.ManyToManyField(blank=True, related_name='landscape', to='repository.reference', verbose_name='references')),
                    ],
                    options={
                        'verbose_name': 'landscape section',
                        'verbose_name_plural': 'landscape sections',
                        'ordering': ['-series__start', 'series', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('series', 'number'), name='landscape_number_unique', violation_error_message='The series already has a section with this number.')],
                    },
                ),
                migrations.CreateModel(
                    name='LandscapeSectionEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.landscapesection')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series', verbose_name='series')),
                        ('slug', models.SlugField(db_index=False, max_length=80, verbose_name='slug')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                        ('title', models.CharField(max_length=120, verbose_name='title')),
                        ('summary', models.CharField(blank=True, help_text='One or two plain sentences.', max_length=260, verbose_name='summary')),
                        ('body', models.TextField(blank=True, verbose_name='text')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place in the source')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='LandscapeSectionReferencesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('landscapesection', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.landscapesection')),
                        ('reference', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.reference')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='LoadRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40, verbose_name='kind')),
                        ('key', models.CharField(max_length=120, verbose_name='key')),
                        ('digest', models.CharField(max_length=64, verbose_name='content hash')),
                        ('loaded_at', models.DateTimeField(auto_now=True, verbose_name='loaded')),
                    ],
                    options={
                        'verbose_name': 'load record',
                        'verbose_name_plural': 'load records',
                        'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='load_record_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Organization',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('acronym', models.CharField(blank=True, max_length=20, verbose_name='acronym')),
                        ('kind', models.CharField(choices=[('un', 'United Nations'), ('intergovernmental', 'Intergovernmental organisation'), ('government', 'Government'), ('association', 'Association'), ('company', 'Company'), ('bank', 'Bank'), ('research', 'Research'), ('ngo', 'Non-governmental organisation')], max_length=20, verbose_name='kind')),
                        ('country', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organizations', to='repository.country', verbose_name='country or area')),
                        ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organizations', to='repository.city', verbose_name='city')),
                        ('url', models.URLField(blank=True, verbose_name='website')),
                    ],
                    options={
                        'verbose_name': 'organisation',
                        'verbose_name_plural': 'organisations',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='OrganizationEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.organization')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False, max_length=80, verbose_name='slug')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('acronym', models.CharField(blank=True, max_length=20, verbose_name='acronym')),
                        ('kind', models.CharField(choices=[('un', 'United Nations'), ('intergovernmental', 'Intergovernmental organisation'), ('government', 'Government'), ('association', 'Association'), ('company', 'Company'), ('bank', 'Bank'), ('research', 'Research'), ('ngo', 'Non-governmental organisation')], max_length=20, verbose_name='kind')),
                        ('country', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.country', verbose_name='country or area')),
                        ('city', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.city', verbose_name='city')),
                        ('url', models.URLField(blank=True, verbose_name='website')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Original',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=20)),
                        ('object_id', models.BigIntegerField()),
                        ('language', models.CharField(max_length=10)),
                        ('title', models.TextField()),
                        ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField())),
                    ],
                    options={
                        'verbose_name': 'original',
                        'verbose_name_plural': 'originals',
                        'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='original_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='OutdatedEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('case', 'Case'), ('practice', 'Practice'), ('city', 'City'), ('country', 'Country or area'), ('webinar', 'Webinar'), ('speaker', 'Speaker'), ('recommendation', 'Recommendation'), ('landscape', 'Landscape'), ('term', 'Glossary term')], max_length=20)),
                        ('object_id', models.CharField(max_length=20)),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='outdated_entry_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Passage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=20)),
                        ('object_id', models.CharField(max_length=20)),
                        ('source_digest', models.CharField(max_length=32)),
                        ('position', models.PositiveSmallIntegerField()),
                        ('language', models.CharField(max_length=10)),
                        ('title', models.TextField()),
                        ('text', models.TextField()),
                        ('is_question', models.BooleanField(db_default=False, default=False)),
                        ('is_collection', models.BooleanField(db_default=True, default=True)),
                        ('digest', models.CharField(max_length=32)),
                        ('model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='repository.embeddingmodel')),
                        ('vector', repository.embeddings.fields.HalfVectorField(null=True)),
                    ],
                    options={
                        'verbose_name': 'passage',
                        'verbose_name_plural': 'passages',
                        'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'digest'), name='passage_unique'), models.CheckConstraint(condition=models.Q(models.Q(('model__isnull', True), ('vector__isnull', True)), models.Q(('model__isnull', False), ('vector__isnull', False)), _connector='OR'), name='passage_vector_with_model')],
                    },
                ),
                migrations.CreateModel(
                    name='Photograph',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='photograph', to='repository.casestudy', verbose_name='case study')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photographs', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('alt', models.CharField(max_length=200, verbose_name='alternative text')),
                        ('credit', models.CharField(max_length=120, verbose_name='credit')),
                        ('avif_400', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'avif-400'))),
                        ('avif_800', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'avif-800'))),
                        ('avif_1200', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'avif-1200'))),
                        ('webp_400', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'webp-400'))),
                        ('webp_800', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'webp-800'))),
                        ('webp_1200', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'webp-1200'))),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                    ],
                    options={
                        'verbose_name': 'photograph',
                        'verbose_name_plural': 'photographs',
                        'ordering': ['pk'],
                        'default_permissions': ('view',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('alt', ''), _negated=True), name='photograph_has_alt', violation_error_message='Describe what the photograph shows.'), models.CheckConstraint(condition=models.Q(('credit', ''), _negated=True), name='photograph_has_credit', violation_error_message='Enter who took the photograph.')],
                    },
                ),
                migrations.CreateModel(
                    name='PhotographEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.photograph')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy', verbose_name='case study')),
                        ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('alt', models.CharField(max_length=200, verbose_name='alternative text')),
                        ('credit', models.CharField(max_length=120, verbose_name='credit')),
                        ('avif_400', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'avif-400'))),
                        ('avif_800', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'avif-800'))),
                        ('avif_1200', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'avif-1200'))),
                        ('webp_400', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'webp-400'))),
                        ('webp_800', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'webp-800'))),
                        ('webp_1200', models.FileField(editable=False, max_length=120, upload_to=functools.partial(repository.photographs.models.photograph_name, 'webp-1200'))),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Practice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=90, verbose_name='name')),
                        ('summary', models.CharField(max_length=260, verbose_name='summary')),
                        ('description', models.TextField(blank=True, verbose_name='description')),
                        ('needs', models.CharField(blank=True, help_text='Separate the requirements by semicolons: they become a checklist.', max_length=400, verbose_name='what it needs')),
                        ('rendered', repository.fields.RenderedField(sources=['description'])),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                        ('themes', models.ManyToManyField(blank=True, related_name='practices', to='repository.theme', verbose_name='themes')),
                    ],
                    options={
                        'verbose_name': 'practice',
                        'verbose_name_plural': 'practices',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='PracticeEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.practice')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('slug', models.SlugField(db_index=False, max_length=80, verbose_name='slug')),
                        ('name', models.CharField(max_length=90, verbose_name='name')),
                        ('summary', models.CharField(max_length=260, verbose_name='summary')),
                        ('description', models.TextField(blank=True, verbose_name='description')),
                        ('needs', models.CharField(blank=True, help_text='Separate the requirements by semicolons: they become a checklist.', max_length=400, verbose_name='what it needs')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='PracticeThemesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('practice', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.practice')),
                        ('theme', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.theme')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='PublicChange',
                    fields=[
                        ('transaction', models.BigIntegerField(primary_key=True, serialize=False)),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Recommendation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='repository.series', verbose_name='series')),
                        ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                        ('kind', models.CharField(choices=[('policy', 'Policy recommendation'), ('action', 'Action point')], max_length=6, verbose_name='kind')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('summary', models.CharField(blank=True, max_length=260, verbose_name='summary')),
                        ('body', models.TextField(blank=True, verbose_name='text')),
                        ('place', models.CharField(blank=True, help_text='The chapter and heading of this recommendation in the report.', max_length=200, verbose_name='place in the report')),
                        ('rendered', repository.fields.RenderedField(sources=['body'])),
                        ('cases', models.ManyToManyField(blank=True, related_name='recommendations', to='repository.casestudy', verbose_name='related cases')),
                    ],
                    options={
                        'verbose_name': 'recommendation',
                        'verbose_name_plural': 'recommendations',
                        'ordering': ['-kind', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('series', 'kind', 'number'), name='recommendation_number_unique', violation_error_message='The series already has a recommendation of this kind with this number.')],
                    },
                ),
                migrations.CreateModel(
                    name='RecommendationCasesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('recommendation', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.recommendation')),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='RecommendationEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.recommendation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series', verbose_name='series')),
                        ('slug', models.SlugField(db_index=False, max_length=120, verbose_name='slug')),
                        ('kind', models.CharField(choices=[('policy', 'Policy recommendation'), ('action', 'Action point')], max_length=6, verbose_name='kind')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('summary', models.CharField(blank=True, max_length=260, verbose_name='summary')),
                        ('body', models.TextField(blank=True, verbose_name='text')),
                        ('place', models.CharField(blank=True, help_text='The chapter and heading of this recommendation in the report.', max_length=200, verbose_name='place in the report')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Recording',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('webinar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recordings', to='repository.webinar', verbose_name='webinar')),
                        ('kind', models.CharField(choices=[('video', 'Video'), ('audio', 'Audio only')], default='video', max_length=5, verbose_name='kind')),
                        ('label', models.CharField(help_text='For example “In French” or “Part 2”.', max_length=80, verbose_name='label')),
                        ('url', models.URLField(max_length=500, verbose_name='link')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                    ],
                    options={
                        'verbose_name': 'consent to recording',
                        'verbose_name_plural': 'more recordings',
                        'ordering': ['webinar', 'position', 'pk'],
                        'default_permissions': (),
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['video', 'audio'])), name='recording_kind_known'), models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='recording_has_label', violation_error_message='Enter a label.')],
                    },
                ),
                migrations.CreateModel(
                    name='RecordingEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.recording')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar', verbose_name='webinar')),
                        ('kind', models.CharField(choices=[('video', 'Video'), ('audio', 'Audio only')], default='video', max_length=5, verbose_name='kind')),
                        ('label', models.CharField(help_text='For example “In French” or “Part 2”.', max_length=80, verbose_name='label')),
                        ('url', models.URLField(max_length=500, verbose_name='link')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Reference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.SlugField(max_length=80, unique=True, verbose_name='key')),
                        ('kind', models.CharField(choices=[('report', 'Report'), ('article', 'Article'), ('web', 'Web page'), ('press-release', 'Press release'), ('dataset', 'Dataset'), ('book', 'Book')], max_length=14, verbose_name='kind')),
                        ('authors', repository.fields.ShapedField(blank=True, default=list, validators=[repository.references.models.check_authors], verbose_name='authors')),
                        ('year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1500), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                        ('title', models.CharField(max_length=400, verbose_name='title')),
                        ('publisher', models.CharField(blank=True, max_length=200, verbose_name='publisher')),
                        ('url', models.URLField(blank=True, max_length=500, verbose_name='web address')),
                        ('doi', models.CharField(blank=True, max_length=120, validators=[django.core.validators.RegexValidator('^10\\.[0-9]{4,9}/[^\\s\\"<>]+\\Z', 'Enter a DOI, like 10.1000/182.')], verbose_name='DOI')),
                        ('accessed', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='accessed on')),
                        ('language', models.CharField(blank=True, max_length=10, validators=[repository.places.models.check_language], verbose_name='language')),
                        ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
                        ('is_proposed', models.BooleanField(default=False, editable=False, verbose_name='proposed with a case')),
                    ],
                    options={
                        'verbose_name': 'reference',
                        'verbose_name_plural': 'references',
                        'ordering': ['key'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('accessed__isnull', True), ('accessed__range', (datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))), _connector='OR'), name='reference_accessed_in_range', violation_error_message='Enter a date between 2000 and 2099.'), models.CheckConstraint(condition=models.Q(('year__isnull', True), ('year__range', (1500, 2100)), _connector='OR'), name='reference_year_in_range'), models.CheckConstraint(condition=models.Q(('doi', ''), ('doi__regex', '^10\\.[0-9]{4,9}/[^\\s\\"<>]+$'), _connector='OR'), name='reference_doi_valid')],
                    },
                ),
                migrations.CreateModel(
                    name='ReferenceEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.reference')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('key', models.SlugField(db_index=False, max_length=80, verbose_name='key')),
                        ('kind', models.CharField(choices=[('report', 'Report'), ('article', 'Article'), ('web', 'Web page'), ('press-release', 'Press release'), ('dataset', 'Dataset'), ('book', 'Book')], max_length=14, verbose_name='kind')),
                        ('authors', repository.fields.ShapedField(blank=True, default=list, validators=[repository.references.models.check_authors], verbose_name='authors')),
                        ('year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1500), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                        ('title', models.CharField(max_length=400, verbose_name='title')),
                        ('publisher', models.CharField(blank=True, max_length=200, verbose_name='publisher')),
                        ('url', models.URLField(blank=True, max_length=500, verbose_name='web address')),
                        ('doi', models.CharField(blank=True, max_length=120, validators=[django.core.validators.RegexValidator('^10\\.[0-9]{4,9}/[^\\s\\"<>]+\\Z', 'Enter a DOI, like 10.1000/182.')], verbose_name='DOI')),
                        ('accessed', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='accessed on')),
                        ('language', models.CharField(blank=True, max_length=10, validators=[repository.places.models.check_language], verbose_name='language')),
                        ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
                        ('is_proposed', models.BooleanField(default=False, editable=False, verbose_name='proposed with a case')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='SearchEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('case', 'Case'), ('practice', 'Practice'), ('city', 'City'), ('country', 'Country or area'), ('webinar', 'Webinar'), ('speaker', 'Speaker'), ('recommendation', 'Recommendation'), ('landscape', 'Landscape'), ('term', 'Glossary term')], max_length=20)),
                        ('object_id', models.CharField(max_length=20)),
                        ('slug', models.CharField(max_length=120)),
                        ('language', models.CharField(db_index=True, max_length=10)),
                        ('title', models.TextField()),
                        ('summary', models.TextField()),
                        ('place', models.TextField()),
                        ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2))),
                        ('body', models.TextField()),
                        ('published_at', models.DateTimeField(null=True)),
                        ('questions', models.TextField(db_default='')),
                        ('title_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField())),
                        ('title_words', django.contrib.postgres.search.SearchVectorField()),
                        ('head_words', django.contrib.postgres.search.SearchVectorField()),
                        ('all_words', django.contrib.postgres.search.SearchVectorField()),
                        ('digest', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.MD5(django.db.models.functions.text.Concat('language', 'title', 'summary', 'body', 'questions')), output_field=models.CharField(max_length=32))),
                    ],
                    options={
                        'verbose_name': 'search entry',
                        'verbose_name_plural': 'search entries',
                        'indexes': [django.contrib.postgres.indexes.GinIndex(condition=models.Q(('kind', 'case')), fastupdate=False, fields=['title_words'], name='search_title_words_cases'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('kind', 'case'), _negated=True), fastupdate=False, fields=['title_words'], name='search_title_words_others'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('kind', 'case')), fastupdate=False, fields=['head_words'], name='search_head_words_cases'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('kind', 'case'), _negated=True), fastupdate=False, fields=['head_words'], name='search_head_words_others'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('kind', 'case')), fastupdate=False, fields=['all_words'], name='search_all_words_cases'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('kind', 'case'), _negated=True), fastupdate=False, fields=['all_words'], name='search_all_words_others')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='search_entry_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='SearchTranslation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('entry', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='translations', to='repository.searchentry')),
                        ('language', models.CharField(max_length=10)),
                        ('title', models.TextField()),
                        ('summary', models.TextField()),
                        ('body', models.TextField()),
                    ],
                    options={
                        'verbose_name': 'translation',
                        'verbose_name_plural': 'translations',
                        'constraints': [models.UniqueConstraint(fields=('entry', 'language'), name='search_translation_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='SearchWord',
                    fields=[
                        ('word', models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ('entries', models.IntegerField()),
                    ],
                    options={
                        'verbose_name': 'search word',
                        'verbose_name_plural': 'search words',
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['word'], name='search_word_trigrams', opclasses=['gin_trgm_ops'])],
                    },
                ),
                migrations.CreateModel(
                    name='Series',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('title', models.CharField(max_length=250, verbose_name='title')),
                        ('summary', models.TextField(blank=True, verbose_name='summary')),
                        ('start', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='first day')),
                        ('end', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='last day')),
                        ('framework', models.CharField(blank=True, help_text='The project or programme the series was part of.', max_length=120, verbose_name='framework')),
                        ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='repository.reference', verbose_name='report')),
                        ('is_sample', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sample')),
                        ('organizers', models.ManyToManyField(blank=True, related_name='series', to='repository.organization', verbose_name='organisers')),
                        ('supporters', models.ManyToManyField(blank=True, related_name='supported_series', to='repository.organization', verbose_name='supporters')),
                    ],
                    options={
                        'verbose_name': 'series',
                        'verbose_name_plural': 'series',
                        'ordering': ['-start', 'slug'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('start__isnull', True), ('start__range', (datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))), _connector='OR'), name='series_start_in_range', violation_error_message='Enter a date between 2000 and 2099.'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__range', (datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))), _connector='OR'), name='series_end_in_range', violation_error_message='Enter a date between 2000 and 2099.'), models.CheckConstraint(condition=models.Q(('start__isnull', True), ('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='series_ends_after_start', violation_error_message='The last day must not be before the first day.')],
                    },
                ),
                migrations.CreateModel(
                    name='SeriesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.series')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False, max_length=80, verbose_name='slug')),
                        ('title', models.CharField(max_length=250, verbose_name='title')),
                        ('summary', models.TextField(blank=True, verbose_name='summary')),
                        ('start', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='first day')),
                        ('end', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='last day')),
                        ('framework', models.CharField(blank=True, help_text='The project or programme the series was part of.', max_length=120, verbose_name='framework')),
                        ('report', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.reference', verbose_name='report')),
                        ('is_sample', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sample')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='SeriesOrganizersEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('series', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series')),
                        ('organization', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.organization')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='SeriesSupportersEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('series', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series')),
                        ('organization', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.organization')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='SitePage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('topic', models.CharField(choices=[('about', 'About'), ('contact', 'Contact'), ('privacy', 'Privacy'), ('accessibility', 'Accessibility'), ('terms', 'Terms of use')], max_length=20, verbose_name='page')),
                        ('title', models.CharField(max_length=80, verbose_name='title')),
                        ('summary', models.CharField(max_length=260, verbose_name='summary')),
                        ('body', models.TextField(help_text='Markdown: paragraphs, lists, emphasis and links. A line that begins with “## ” is a heading.', verbose_name='text')),
                    ],
                    options={
                        'verbose_name': 'page about the site',
                        'verbose_name_plural': 'pages about the site',
                        'ordering': ['topic'],
                        'constraints': [models.UniqueConstraint(fields=('topic',), name='site_page_once', violation_error_message='This page exists. Edit it instead.')],
                    },
                ),
                migrations.CreateModel(
                    name='SitePageEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.sitepage')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('topic', models.CharField(choices=[('about', 'About'), ('contact', 'Contact'), ('privacy', 'Privacy'), ('accessibility', 'Accessibility'), ('terms', 'Terms of use')], max_length=20, verbose_name='page')),
                        ('title', models.CharField(max_length=80, verbose_name='title')),
                        ('summary', models.CharField(max_length=260, verbose_name='summary')),
                        ('body', models.TextField(help_text='Markdown: paragraphs, lists, emphasis and links. A line that begins with “## ” is a heading.', verbose_name='text')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Speaker',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, verbose_name='other spellings')),
                        ('country', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='speakers', to='repository.country', verbose_name='country or area')),
                        ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='speakers', to='repository.organization', verbose_name='organisation')),
                        ('email', models.EmailField(blank=True, help_text='We send the speaker the link to their own page. Not shown anywhere else.', max_length=254, validators=[repository.email_addresses.validate_email_address], verbose_name='private email address')),
                        ('photo', models.FileField(blank=True, editable=False, max_length=80, upload_to=repository.people.models.photo_name, verbose_name='photo')),
                        ('bio', models.TextField(blank=True, max_length=1500, verbose_name='bio')),
                        ('shows_profile', models.BooleanField(default=False, verbose_name='shows photo and bio')),
                        ('correction', models.CharField(blank=True, help_text='Make the correction, then clear this field.', max_length=500, verbose_name='requested correction')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                    ],
                    options={
                        'verbose_name': 'speaker',
                        'verbose_name_plural': 'speakers',
                        'ordering': ['name', 'slug'],
                    },
                ),
                migrations.CreateModel(
                    name='SpeakerEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.speaker')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False, max_length=80, verbose_name='slug')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, verbose_name='other spellings')),
                        ('country', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.country', verbose_name='country or area')),
                        ('organization', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.organization', verbose_name='organisation')),
                        ('shows_profile', models.BooleanField(default=False, verbose_name='shows photo and bio')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Tag',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                        ('slug', models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='slug')),
                        ('folded', repository.tags.models.FoldedField(error_messages={'unique': 'A tag with this name already exists in another spelling.'}, unique=True)),
                        ('is_blocked', models.BooleanField(default=False, editable=False, verbose_name='blocked')),
                    ],
                    options={
                        'verbose_name': 'tag',
                        'verbose_name_plural': 'tags',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='TagEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.tag')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('slug', models.SlugField(allow_unicode=True, db_index=False, max_length=100, verbose_name='slug')),
                        ('is_blocked', models.BooleanField(default=False, editable=False, verbose_name='blocked')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='TaggedItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_tagged_items', to='contenttypes.contenttype', verbose_name='content type')),
                        ('object_id', models.IntegerField(db_index=True, verbose_name='object ID')),
                        ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='repository.tag', verbose_name='tag')),
                    ],
                    options={
                        'verbose_name': 'tagged item',
                        'verbose_name_plural': 'tagged items',
                        'constraints': [models.UniqueConstraint(fields=('content_type', 'object_id', 'tag'), name='tagged_item_unique', violation_error_message='This tag has already been added.')],
                    },
                ),
                migrations.CreateModel(
                    name='TaggedItemEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.taggeditem')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('content_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype', verbose_name='content type')),
                        ('object_id', models.IntegerField(verbose_name='object ID')),
                        ('tag', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.tag', verbose_name='tag')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [models.Index(fields=['content_type', 'object_id'], name='tagged_item_event_object')],
                    },
                ),
                migrations.CreateModel(
                    name='TagRedirect',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='slug')),
                        ('folded', models.CharField(db_index=True, max_length=200)),
                        ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='repository.tag', verbose_name='tag')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                    ],
                    options={
                        'verbose_name': 'old URL of a tag',
                        'verbose_name_plural': 'old URLs of tags',
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='TagRedirectEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.tagredirect')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(allow_unicode=True, db_index=False, max_length=100, verbose_name='slug')),
                        ('folded', models.CharField(max_length=200)),
                        ('tag', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.tag', verbose_name='tag')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Theme',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                        ('names', repository.fields.ShapedField(blank=True, default=dict, validators=[repository.places.models.check_names], verbose_name='names in other languages')),
                        ('description', models.TextField(blank=True, verbose_name='description')),
                    ],
                    options={
                        'verbose_name': 'theme',
                        'verbose_name_plural': 'themes',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='ThemeEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.theme')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False, verbose_name='slug')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('names', repository.fields.ShapedField(blank=True, default=dict, validators=[repository.places.models.check_names], verbose_name='names in other languages')),
                        ('description', models.TextField(blank=True, verbose_name='description')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Transcript',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('webinar', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='transcript', to='repository.webinar', verbose_name='webinar')),
                        ('language', models.CharField(default='en', max_length=10, validators=[repository.places.models.check_language], verbose_name='language')),
                        ('text', models.TextField(verbose_name='text')),
                    ],
                    options={
                        'verbose_name': 'transcript',
                        'verbose_name_plural': 'transcripts',
                        'default_permissions': (),
                        'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='transcript_has_text', violation_error_message='This file contains no text.')],
                    },
                ),
                migrations.CreateModel(
                    name='TranscriptEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.transcript')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar', verbose_name='webinar')),
                        ('language', models.CharField(default='en', max_length=10, validators=[repository.places.models.check_language], verbose_name='language')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='TranslatedParagraph',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('translation', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='paragraphs', to='repository.translation', verbose_name='translation')),
                        ('field', models.TextField(verbose_name='field')),
                        ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                        ('source', models.TextField(verbose_name='text of the original')),
                        ('text', models.TextField(verbose_name='translation')),
                        ('origin', models.CharField(choices=[('person', 'A person'), ('editors', 'The editors'), ('machine', 'A machine'), ('memory', 'An earlier translation')], default='person', max_length=10, verbose_name='made by')),
                        ('is_reviewed', models.BooleanField(db_default=False, default=False, verbose_name='reviewed')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='translator')),
                        ('key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Concat('field', models.Value(':', models.TextField()), django.db.models.functions.text.MD5('source')), output_field=models.TextField())),
                    ],
                    options={
                        'verbose_name': 'translated paragraph',
                        'verbose_name_plural': 'translated paragraphs',
                        'ordering': ['translation', 'field', 'position'],
                        'indexes': [models.Index(django.db.models.functions.text.MD5('source'), name='translated_paragraph_memory'), models.Index(condition=models.Q(('origin', 'machine')), fields=['translation'], name='translated_paragraph_machine')],
                        'constraints': [models.UniqueConstraint(fields=('translation', 'key'), name='translated_paragraph_unique'), models.CheckConstraint(condition=models.Q(('origin__in', ['person', 'editors', 'machine', 'memory'])), name='translated_paragraph_origin_known'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='translated_paragraph_has_text')],
                    },
                ),
                migrations.CreateModel(
                    name='TranslatedParagraphEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.translatedparagraph')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('translation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.translation', verbose_name='translation')),
                        ('field', models.TextField(verbose_name='field')),
                        ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                        ('source', models.TextField(verbose_name='text of the original')),
                        ('text', models.TextField(verbose_name='translation')),
                        ('origin', models.CharField(choices=[('person', 'A person'), ('editors', 'The editors'), ('machine', 'A machine'), ('memory', 'An earlier translation')], default='person', max_length=10, verbose_name='made by')),
                        ('is_reviewed', models.BooleanField(db_default=False, default=False, verbose_name='reviewed')),
                        ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='translator')),
                        ('key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Concat('field', models.Value(':', models.TextField()), django.db.models.functions.text.MD5('source')), output_field=models.TextField())),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Translation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=20, verbose_name='kind')),
                        ('object_id', models.BigIntegerField(verbose_name='object')),
                        ('language', models.CharField(choices=repository.translations.languages.site_languages, max_length=10, verbose_name='language')),
                        ('version', models.BigIntegerField(null=True, verbose_name='version of the original')),
                        ('is_reviewed', models.BooleanField(default=False, editable=False, help_text='By someone who speaks the language well.', verbose_name='reviewed')),
                        ('total', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        ('up_to_date', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        ('stale_since', models.DateTimeField(editable=False, null=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                    ],
                    options={
                        'verbose_name': 'translation',
                        'verbose_name_plural': 'translations',
                        'permissions': [('exchange_translation', 'Can export and import translations')],
                        'indexes': [models.Index(fields=['language', 'kind'], name='translation_by_language')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'language'), name='translation_unique', violation_error_message='This text is already translated into this language.')],
                    },
                ),
                migrations.CreateModel(
                    name='TranslationEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.translation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('kind', models.CharField(max_length=20, verbose_name='kind')),
                        ('object_id', models.BigIntegerField(verbose_name='object')),
                        ('language', models.CharField(choices=repository.translations.languages.site_languages, max_length=10, verbose_name='language')),
                        ('version', models.BigIntegerField(null=True, verbose_name='version of the original')),
                        ('is_reviewed', models.BooleanField(default=False, editable=False, help_text='By someone who speaks the language well.', verbose_name='reviewed')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Webinar',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='webinars', to='repository.series', verbose_name='series')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                        ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                        ('title', models.CharField(max_length=250, verbose_name='title')),
                        ('summary', models.CharField(blank=True, max_length=400, verbose_name='summary')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('announced', 'Announced'), ('live', 'Live now'), ('held', 'Held'), ('cancelled', 'Cancelled')], default='draft', editable=False, max_length=20, verbose_name='status')),
                        ('date', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='date')),
                        ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='start')),
                        ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='length in minutes')),
                        ('time_zone', models.CharField(blank=True, help_text='Times are shown in this time zone, like “Asia/Kolkata”.', max_length=64, validators=[repository.dates.time_zones.check], verbose_name='time zone')),
                        ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, verbose_name='languages')),
                        ('interpretation', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, verbose_name='interpretation')),
                        ('meeting_link', models.URLField(blank=True, help_text='Only registered participants can see it. It must start with https://.', max_length=500, verbose_name='link to the meeting')),
                        ('capacity', models.PositiveIntegerField(blank=True, help_text='Leave blank for no limit.', null=True, verbose_name='seats')),
                        ('cancelled_because', models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason for cancellation')),
                        ('recording', models.URLField(blank=True, verbose_name='consent to recording')),
                        ('slides', models.URLField(blank=True, verbose_name='slides')),
                        ('views', models.PositiveIntegerField(blank=True, null=True, verbose_name='views')),
                        ('downloads', models.PositiveIntegerField(blank=True, null=True, verbose_name='slide downloads')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                        ('countries', models.ManyToManyField(blank=True, related_name='webinars', to='repository.country', verbose_name='countries and areas')),
                        ('cities', models.ManyToManyField(blank=True, related_name='webinars', to='repository.city', verbose_name='cities')),
                        ('practices', models.ManyToManyField(blank=True, related_name='webinars', to='repository.practice', verbose_name='practices')),
                        ('cases', models.ManyToManyField(blank=True, related_name='webinars_about', to='repository.casestudy', verbose_name='cases presented')),
                        ('tags', repository.tags.models.Tags(blank=True, help_text='Up to ten, separated by commas. Capital letters don’t matter.', through='repository.TaggedItem', to='repository.Tag', verbose_name='Tags')),
                    ],
                    options={
                        'verbose_name': 'webinar',
                        'verbose_name_plural': 'webinars',
                        'ordering': ['series', 'number'],
                        'indexes': [models.Index(condition=models.Q(('status__in', ('announced', 'live'))), fields=['starts_at'], name='webinar_open_by_start')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('date__isnull', True), ('date__range', (datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))), _connector='OR'), name='webinar_date_in_range', violation_error_message='Enter a date between 2000 and 2099.'), models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), ('starts_at__range', (datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2100, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), _connector='OR'), name='webinar_start_in_range', violation_error_message='Enter a date between 2000 and 2099.'), models.UniqueConstraint(fields=('series', 'number'), name='webinar_number_unique', violation_error_message='There is already a webinar with this number in the series.'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'announced', 'live', 'held', 'cancelled'])), name='webinar_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('announced', 'live')), _negated=True), models.Q(('minutes__isnull', False), ('starts_at__isnull', False), models.Q(('time_zone', ''), _negated=True)), _connector='OR'), name='webinar_announced_has_time', violation_error_message='To announce this webinar, add a date, a start time, a time zone and a length.'), models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), models.Q(('time_zone', ''), _negated=True), _connector='OR'), name='webinar_start_has_zone', violation_error_message='Enter the time zone.'), models.CheckConstraint(condition=models.Q(('minutes__isnull', True), ('minutes__range', (5, 1440)), _connector='OR'), name='webinar_minutes_in_range', violation_error_message='The length must be between 5 minutes and one day.'), models.CheckConstraint(condition=models.Q(('capacity__isnull', True), ('capacity__gte', 1), _connector='OR'), name='webinar_capacity_positive', violation_error_message='Enter at least 1 seat, or leave blank for no limit.'), models.CheckConstraint(condition=models.Q(('meeting_link', ''), ('meeting_link__startswith', 'https://'), _connector='OR'), name='webinar_link_is_https', violation_error_message='The meeting link must start with https://.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'cancelled'), _negated=True), models.Q(('cancelled_because', ''), _negated=True), _connector='OR'), name='webinar_cancelled_has_reason', violation_error_message='Enter a reason for the cancellation. Readers will see it.')],
                    },
                ),
                migrations.CreateModel(
                    name='WebinarCasesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar')),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='WebinarCitiesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar')),
                        ('city', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.city')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='WebinarCountriesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar')),
                        ('country', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.country')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='WebinarEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.webinar')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series', verbose_name='series')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                        ('slug', models.SlugField(db_index=False, max_length=120, verbose_name='slug')),
                        ('title', models.CharField(max_length=250, verbose_name='title')),
                        ('summary', models.CharField(blank=True, max_length=400, verbose_name='summary')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('announced', 'Announced'), ('live', 'Live now'), ('held', 'Held'), ('cancelled', 'Cancelled')], default='draft', editable=False, max_length=20, verbose_name='status')),
                        ('date', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='date')),
                        ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='start')),
                        ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='length in minutes')),
                        ('time_zone', models.CharField(blank=True, help_text='Times are shown in this time zone, like “Asia/Kolkata”.', max_length=64, validators=[repository.dates.time_zones.check], verbose_name='time zone')),
                        ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, verbose_name='languages')),
                        ('interpretation', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, verbose_name='interpretation')),
                        ('capacity', models.PositiveIntegerField(blank=True, help_text='Leave blank for no limit.', null=True, verbose_name='seats')),
                        ('cancelled_because', models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason for cancellation')),
                        ('recording', models.URLField(blank=True, verbose_name='consent to recording')),
                        ('slides', models.URLField(blank=True, verbose_name='slides')),
                        ('views', models.PositiveIntegerField(blank=True, null=True, verbose_name='views')),
                        ('downloads', models.PositiveIntegerField(blank=True, null=True, verbose_name='slide downloads')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='WebinarPracticesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar')),
                        ('practice', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.practice')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='AppearanceEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.appearance')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar', verbose_name='webinar')),
                        ('speaker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.speaker', verbose_name='speaker')),
                        ('honorific', models.CharField(blank=True, max_length=20, verbose_name='honorific')),
                        ('title', models.CharField(blank=True, max_length=300, verbose_name='job title at the time')),
                        ('title_source', models.CharField(blank=True, max_length=120, verbose_name='source of the job title')),
                        ('other_title', models.CharField(blank=True, max_length=300, verbose_name='alternative job title')),
                        ('other_title_source', models.CharField(blank=True, max_length=120, verbose_name='source of the alternative job title')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('recording_consent', models.CharField(blank=True, choices=[('', 'Not answered'), ('yes', 'Agrees'), ('no', 'Does not agree'), ('then', 'Published at the time')], default='', max_length=4, verbose_name='consent to recording')),
                        ('slides_consent', models.CharField(blank=True, choices=[('', 'Not answered'), ('yes', 'Agrees'), ('no', 'Does not agree'), ('then', 'Published at the time')], default='', max_length=4, verbose_name='consent to publishing slides')),
                        ('answered_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='answered')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                        ('title', models.CharField(max_length=90, verbose_name='title')),
                        ('summary', models.CharField(help_text='One or two plain sentences.', max_length=260, verbose_name='summary')),
                        ('language', models.CharField(default='en', max_length=10, validators=[repository.places.models.check_language], verbose_name='language')),
                        ('setting', models.CharField(blank=True, help_text='For example “Landlocked provincial capital, rail hub”.', max_length=120, verbose_name='type of place')),
                        ('challenge', models.TextField(blank=True, verbose_name='challenge')),
                        ('solution', models.TextField(blank=True, verbose_name='solution')),
                        ('results', models.TextField(blank=True, verbose_name='results')),
                        ('lessons', models.TextField(blank=True, verbose_name='lessons')),
                        ('what_did_not_work', models.TextField(blank=True, verbose_name='what didn’t work')),
                        ('preconditions', models.TextField(blank=True, verbose_name='preconditions')),
                        ('advice', models.TextField(blank=True, verbose_name='advice for replication')),
                        ('cost', models.CharField(blank=True, max_length=300, verbose_name='cost')),
                        ('time', models.CharField(blank=True, max_length=300, verbose_name='time it took')),
                        ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                        ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='repository.series', verbose_name='series')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('changes-requested', 'Changes requested'), ('published', 'Published'), ('declined', 'Declined'), ('archived', 'Archived')], db_index=True, default='draft', editable=False, max_length=20, verbose_name='status')),
                        ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                        ('archived_reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason for archiving')),
                        ('verified_at', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='last verified')),
                        ('is_sample', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sample')),
                        ('rendered', repository.fields.RenderedField(sources=['challenge', 'solution', 'results', 'lessons', 'what_did_not_work', 'preconditions', 'advice'])),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                        ('cities', models.ManyToManyField(blank=True, related_name='cases', to='repository.city', verbose_name='cities')),
                        ('countries', models.ManyToManyField(blank=True, related_name='cases', to='repository.country', verbose_name='countries and areas')),
                        ('organizations', models.ManyToManyField(blank=True, related_name='cases', to='repository.organization', verbose_name='organisations')),
                        ('themes', models.ManyToManyField(blank=True, related_name='cases', to='repository.theme', verbose_name='themes')),
                        ('goals', models.ManyToManyField(blank=True, related_name='cases', to='repository.goal', verbose_name='Goals')),
                        ('practices', models.ManyToManyField(blank=True, related_name='cases', to='repository.practice', verbose_name='practices')),
                        ('webinars', models.ManyToManyField(blank=True, related_name='cases_from_it', to='repository.webinar', verbose_name='presented at')),
                        ('speakers', models.ManyToManyField(blank=True, related_name='cases', to='repository.speaker', verbose_name='presented by')),
                        ('references', models.ManyToManyField(blank=True, related_name='cases', to='repository.reference', verbose_name='references')),
                        ('authors', models.ManyToManyField(blank=True, related_name='cases', to=settings.AUTH_USER_MODEL, verbose_name='authors')),
                        ('tags', repository.tags.models.Tags(blank=True, help_text='Up to ten, separated by commas. Capital letters don’t matter.', through='repository.TaggedItem', to='repository.Tag', verbose_name='Tags')),
                    ],
                    options={
                        'verbose_name': 'case study',
                        'verbose_name_plural': 'case studies',
                        'ordering': ['-published_at', '-pk'],
                        'permissions': [('publish_casestudy', 'Can publish and archive case studies')],
                        'indexes': [models.Index(condition=models.Q(('status', 'published')), fields=['-published_at', '-id'], name='case_newest_published')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('verified_at__isnull', True), ('verified_at__range', (datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))), _connector='OR'), name='case_verified_in_range', violation_error_message='Enter a date between 2000 and 2099.'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'changes-requested', 'published', 'declined', 'archived'])), name='case_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['published', 'archived']), _negated=True), ('published_at__isnull', False), _connector='OR'), name='case_published_has_date', violation_error_message='A published case must have a publication date.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'archived'), _negated=True), models.Q(('archived_reason', ''), _negated=True), _connector='OR'), name='case_archived_has_reason', violation_error_message='Enter the reason for archiving. Readers will see it.')],
                    },
                ),
                migrations.CreateModel(
                    name='CaseFacet',
                    fields=[
                        ('pk', models.CompositePrimaryKey('case', 'facet', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='repository.casestudy')),
                        ('facet', models.CharField(db_collation='C', max_length=10)),
                        ('key', models.CharField(db_collation='C', max_length=120)),
                        ('is_sample', models.BooleanField()),
                        ('published_at', models.DateTimeField()),
                    ],
                    options={
                        'default_permissions': (),
                        'indexes': [models.Index(fields=['facet', 'key', 'is_sample', '-published_at', '-case'], name='case_facet_newest')],
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyAuthorsEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('user', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.casestudy')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('questions', models.TextField(blank=True, help_text='What readers might ask or describe, in everyday words: one question or situation per line, in any language. They help readers find this page.', max_length=12000, validators=[repository.search.questions.check_questions], verbose_name='questions that it answers')),
                        ('slug', models.SlugField(db_index=False, max_length=120, verbose_name='slug')),
                        ('title', models.CharField(max_length=90, verbose_name='title')),
                        ('summary', models.CharField(help_text='One or two plain sentences.', max_length=260, verbose_name='summary')),
                        ('language', models.CharField(default='en', max_length=10, validators=[repository.places.models.check_language], verbose_name='language')),
                        ('setting', models.CharField(blank=True, help_text='For example “Landlocked provincial capital, rail hub”.', max_length=120, verbose_name='type of place')),
                        ('challenge', models.TextField(blank=True, verbose_name='challenge')),
                        ('solution', models.TextField(blank=True, verbose_name='solution')),
                        ('results', models.TextField(blank=True, verbose_name='results')),
                        ('lessons', models.TextField(blank=True, verbose_name='lessons')),
                        ('what_did_not_work', models.TextField(blank=True, verbose_name='what didn’t work')),
                        ('preconditions', models.TextField(blank=True, verbose_name='preconditions')),
                        ('advice', models.TextField(blank=True, verbose_name='advice for replication')),
                        ('cost', models.CharField(blank=True, max_length=300, verbose_name='cost')),
                        ('time', models.CharField(blank=True, max_length=300, verbose_name='time it took')),
                        ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                        ('series', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.series', verbose_name='series')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('changes-requested', 'Changes requested'), ('published', 'Published'), ('declined', 'Declined'), ('archived', 'Archived')], default='draft', editable=False, max_length=20, verbose_name='status')),
                        ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                        ('archived_reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason for archiving')),
                        ('verified_at', models.DateField(blank=True, null=True, validators=[repository.dates.days.check_day], verbose_name='last verified')),
                        ('is_sample', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sample')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyGoalsEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('goal', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.goal')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyOrganizationsEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('organization', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.organization')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyPracticesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('practice', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.practice')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyReferencesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('reference', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.reference')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudySpeakersEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('speaker', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.speaker')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyThemesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('theme', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.theme')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyWebinarsEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('webinar', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Chapter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('webinar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chapters', to='repository.webinar', verbose_name='webinar')),
                        ('seconds', models.PositiveIntegerField(verbose_name='time')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='chapters', to='repository.casestudy', verbose_name='case study')),
                        ('practice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='chapters', to='repository.practice', verbose_name='practice')),
                    ],
                    options={
                        'verbose_name': 'chapter',
                        'verbose_name_plural': 'chapters',
                        'ordering': ['webinar', 'seconds'],
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('webinar', 'seconds'), name='chapter_time_once', violation_error_message='Another chapter starts at the same time.'), models.CheckConstraint(condition=models.Q(('case__isnull', True), ('practice__isnull', True), _connector='OR'), name='chapter_about_one', violation_error_message='Choose either a case or a practice for a chapter, not both.')],
                    },
                ),
                migrations.CreateModel(
                    name='ChapterEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.chapter')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('webinar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.webinar', verbose_name='webinar')),
                        ('seconds', models.PositiveIntegerField(verbose_name='time')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy', verbose_name='case study')),
                        ('practice', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.practice', verbose_name='practice')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyCitiesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('city', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.city')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Country',
                    fields=[
                        ('iso2', models.CharField(max_length=2, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Two capital letters, like KE.')], verbose_name='ISO code')),
                        ('iso3', models.CharField(max_length=3, unique=True, verbose_name='ISO code of three letters')),
                        ('m49', models.CharField(max_length=3, unique=True, verbose_name='M49 code')),
                        ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                        ('names', repository.places.models.CountryNamesField(verbose_name='names in other languages')),
                        ('region', models.CharField(blank=True, db_index=True, max_length=40, verbose_name='region')),
                        ('subregion', models.CharField(blank=True, max_length=60, verbose_name='sub-region')),
                        ('intermediate_region', models.CharField(blank=True, max_length=60, verbose_name='intermediate region')),
                        ('income_group', models.CharField(blank=True, choices=[('low', 'Low income'), ('lower-middle', 'Lower middle income'), ('upper-middle', 'Upper middle income'), ('high', 'High income')], max_length=12, verbose_name='income group')),
                        ('is_ldc', models.BooleanField(default=False, verbose_name='least developed country')),
                        ('is_lldc', models.BooleanField(default=False, verbose_name='landlocked developing country')),
                        ('is_sids', models.BooleanField(default=False, verbose_name='small island developing State')),
                        ('development', models.CharField(blank=True, choices=[('developing', 'Developing economy (UNCTAD)'), ('developed', 'Developed economy (UNCTAD)')], max_length=10, verbose_name='development status')),
                        ('capital', models.CharField(blank=True, max_length=80, verbose_name='capital')),
                        ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                        ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                        ('sources', repository.fields.ShapedField(blank=True, default=dict, help_text='For each group: its source and the date it was valid.', validators=[repository.places.models.check_sources], verbose_name='sources')),
                    ],
                    options={
                        'verbose_name': 'country or area',
                        'verbose_name_plural': 'countries and areas',
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='country_coordinates_valid', violation_error_message='Enter both coordinates: latitude from −90 to 90, longitude from −180 to 180.')],
                    },
                ),
                migrations.CreateModel(
                    name='CityEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repository.city')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False, max_length=80, verbose_name='slug')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('names', repository.fields.ShapedField(blank=True, default=dict, help_text='By language code, like {"zh": "郑州"}.', validators=[repository.places.models.check_names], verbose_name='names in other languages')),
                        ('kind', models.CharField(choices=[('city', 'City'), ('municipality', 'Municipality'), ('prefecture', 'Prefecture'), ('county', 'County'), ('county-level city', 'County-level city'), ('district', 'District')], default='city', max_length=20, verbose_name='kind')),
                        ('country', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.country', verbose_name='country or area')),
                        ('province', models.CharField(blank=True, max_length=120, verbose_name='province or state')),
                        ('summary', models.TextField(blank=True, verbose_name='summary')),
                        ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                        ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                        ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population')),
                        ('population_source', models.CharField(blank=True, max_length=200, verbose_name='source of the population')),
                        ('population_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year of the population')),
                        ('has_sea_port', models.BooleanField(blank=True, null=True, verbose_name='sea port')),
                        ('has_dry_port', models.BooleanField(blank=True, null=True, verbose_name='dry port')),
                        ('has_rail_hub', models.BooleanField(blank=True, null=True, verbose_name='rail hub')),
                        ('has_air_hub', models.BooleanField(blank=True, null=True, verbose_name='air hub')),
                        ('spelling_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10, validators=[repository.places.models.check_language]), blank=True, default=list, help_text='The city’s names in these languages appear beside its main name.', verbose_name='languages of local names')),
                        ('working_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10, validators=[repository.places.models.check_language]), blank=True, default=list, help_text='Languages the city says it can work in. Leave empty if unknown.', verbose_name='working languages')),
                        ('geoname_id', models.PositiveIntegerField(blank=True, null=True, verbose_name='GeoNames ID')),
                        ('is_sample', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sample')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyCountriesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('casestudy', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.casestudy')),
                        ('country', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='repository.country')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='CaseStudyAuthors',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_authors',),
                ),
                migrations.CreateModel(
                    name='CaseStudyCities',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_cities',),
                ),
                migrations.CreateModel(
                    name='CaseStudyCountries',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_countries',),
                ),
                migrations.CreateModel(
                    name='CaseStudyGoals',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_goals',),
                ),
                migrations.CreateModel(
                    name='CaseStudyOrganizations',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_organizations',),
                ),
                migrations.CreateModel(
                    name='CaseStudyPractices',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_practices',),
                ),
                migrations.CreateModel(
                    name='RecommendationCases',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.recommendation_cases',),
                ),
                migrations.CreateModel(
                    name='LandscapeSectionReferences',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.landscapesection_references',),
                ),
                migrations.CreateModel(
                    name='CaseStudyReferences',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_references',),
                ),
                migrations.CreateModel(
                    name='SeriesOrganizers',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.series_organizers',),
                ),
                migrations.CreateModel(
                    name='SeriesSupporters',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.series_supporters',),
                ),
                migrations.CreateModel(
                    name='CaseStudySpeakers',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_speakers',),
                ),
                migrations.CreateModel(
                    name='PracticeThemes',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.practice_themes',),
                ),
                migrations.CreateModel(
                    name='CaseStudyThemes',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_themes',),
                ),
                migrations.CreateModel(
                    name='WebinarCases',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.webinar_cases',),
                ),
                migrations.CreateModel(
                    name='WebinarCities',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.webinar_cities',),
                ),
                migrations.CreateModel(
                    name='WebinarCountries',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.webinar_countries',),
                ),
                migrations.CreateModel(
                    name='WebinarPractices',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.webinar_practices',),
                ),
                migrations.CreateModel(
                    name='CaseStudyWebinars',
                    fields=[
                    ],
                    options={
                        'proxy': True,
                        'default_permissions': (),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('repository.casestudy_webinars',),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='country',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_countryevent" ("capital", "development", "income_group", "intermediate_region", "is_ldc", "is_lldc", "is_sids", "iso2", "iso3", "latitude", "longitude", "m49", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "sources", "subregion") VALUES (NEW."capital", NEW."development", NEW."income_group", NEW."intermediate_region", NEW."is_ldc", NEW."is_lldc", NEW."is_sids", NEW."iso2", NEW."iso3", NEW."latitude", NEW."longitude", NEW."m49", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."iso2", NEW."region", NEW."sources", NEW."subregion"); RETURN NULL;', hash='f45ef89e94763451f4d813c968f542f1daad2505', operation='INSERT', pgid='pgtrigger_insert_insert_b486b', table='repository_country', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='country',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."capital" IS DISTINCT FROM (NEW."capital") OR OLD."development" IS DISTINCT FROM (NEW."development") OR OLD."income_group" IS DISTINCT FROM (NEW."income_group") OR OLD."intermediate_region" IS DISTINCT FROM (NEW."intermediate_region") OR OLD."is_ldc" IS DISTINCT FROM (NEW."is_ldc") OR OLD."is_lldc" IS DISTINCT FROM (NEW."is_lldc") OR OLD."is_sids" IS DISTINCT FROM (NEW."is_sids") OR OLD."iso2" IS DISTINCT FROM (NEW."iso2") OR OLD."iso3" IS DISTINCT FROM (NEW."iso3") OR OLD."latitude" IS DISTINCT FROM (NEW."latitude") OR OLD."longitude" IS DISTINCT FROM (NEW."longitude") OR OLD."m49" IS DISTINCT FROM (NEW."m49") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."sources" IS DISTINCT FROM (NEW."sources") OR OLD."subregion" IS DISTINCT FROM (NEW."subregion"))', func='INSERT INTO "repository_countryevent" ("capital", "development", "income_group", "intermediate_region", "is_ldc", "is_lldc", "is_sids", "iso2", "iso3", "latitude", "longitude", "m49", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "sources", "subregion") VALUES (NEW."capital", NEW."development", NEW."income_group", NEW."intermediate_region", NEW."is_ldc", NEW."is_lldc", NEW."is_sids", NEW."iso2", NEW."iso3", NEW."latitude", NEW."longitude", NEW."m49", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."iso2", NEW."region", NEW."sources", NEW."subregion"); RETURN NULL;', hash='397ba10c3c4401d4a434762661ccbc9851342964', operation='UPDATE', pgid='pgtrigger_update_update_ffe2c', table='repository_country', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='country',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_countryevent" ("capital", "development", "income_group", "intermediate_region", "is_ldc", "is_lldc", "is_sids", "iso2", "iso3", "latitude", "longitude", "m49", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "sources", "subregion") VALUES (OLD."capital", OLD."development", OLD."income_group", OLD."intermediate_region", OLD."is_ldc", OLD."is_lldc", OLD."is_sids", OLD."iso2", OLD."iso3", OLD."latitude", OLD."longitude", OLD."m49", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."iso2", OLD."region", OLD."sources", OLD."subregion"); RETURN NULL;', hash='08225cd4337485399249facd1f1350912c15e85d', operation='DELETE', pgid='pgtrigger_delete_delete_ecd20', table='repository_country', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='glossaryterm',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_glossarytermevent" ("abbreviation", "aliases", "definition", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "slug", "term") VALUES (NEW."abbreviation", NEW."aliases", NEW."definition", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."questions", NEW."slug", NEW."term"); RETURN NULL;', hash='cddd1a6b1f04c34ef1de5aa76c5f861738ed1af0', operation='INSERT', pgid='pgtrigger_insert_insert_9a6e2', table='repository_glossaryterm', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='glossaryterm',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_glossarytermevent" ("abbreviation", "aliases", "definition", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "slug", "term") VALUES (NEW."abbreviation", NEW."aliases", NEW."definition", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."questions", NEW."slug", NEW."term"); RETURN NULL;', hash='f161daaad13b4e397dcdf45d9c8b1438f6d2bc47', operation='UPDATE', pgid='pgtrigger_update_update_dd53c', table='repository_glossaryterm', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='glossaryterm',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_glossarytermevent" ("abbreviation", "aliases", "definition", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "slug", "term") VALUES (OLD."abbreviation", OLD."aliases", OLD."definition", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."questions", OLD."slug", OLD."term"); RETURN NULL;', hash='c1389fdf7ee2c71f4489f45a61fe1f9b9b5a422d', operation='DELETE', pgid='pgtrigger_delete_delete_2c076', table='repository_glossaryterm', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='interfacereview',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_interfacereviewevent" ("id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_on") VALUES (NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reviewed_on"); RETURN NULL;', hash='a6a7d7d59046f5ac643efc0f4049aa123576b3d5', operation='INSERT', pgid='pgtrigger_insert_insert_2c96c', table='repository_interfacereview', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='interfacereview',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_interfacereviewevent" ("id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_on") VALUES (NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reviewed_on"); RETURN NULL;', hash='02ee1e1c4898708c56309528e6c8b919f7c62d0f', operation='UPDATE', pgid='pgtrigger_update_update_8582b', table='repository_interfacereview', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='interfacereview',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_interfacereviewevent" ("id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_on") VALUES (OLD."id", OLD."language", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reviewed_on"); RETURN NULL;', hash='40e4d9a7dbce0e4feb330031e3993f0725824136', operation='DELETE', pgid='pgtrigger_delete_delete_631ee', table='repository_interfacereview', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='reference',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_referenceevent" ("accessed", "authors", "doi", "id", "is_proposed", "key", "kind", "language", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "title", "url", "year") VALUES (NEW."accessed", NEW."authors", NEW."doi", NEW."id", NEW."is_proposed", NEW."key", NEW."kind", NEW."language", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."publisher", NEW."title", NEW."url", NEW."year"); RETURN NULL;', hash='cf39f7003f285e17a09fbbe8058b189b38979018', operation='INSERT', pgid='pgtrigger_insert_insert_fefe5', table='repository_reference', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='reference',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_referenceevent" ("accessed", "authors", "doi", "id", "is_proposed", "key", "kind", "language", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "title", "url", "year") VALUES (NEW."accessed", NEW."authors", NEW."doi", NEW."id", NEW."is_proposed", NEW."key", NEW."kind", NEW."language", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."publisher", NEW."title", NEW."url", NEW."year"); RETURN NULL;', hash='3eb42b76e53823c68717977b69fb27ead81482ee', operation='UPDATE', pgid='pgtrigger_update_update_1e996', table='repository_reference', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='reference',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_referenceevent" ("accessed", "authors", "doi", "id", "is_proposed", "key", "kind", "language", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "title", "url", "year") VALUES (OLD."accessed", OLD."authors", OLD."doi", OLD."id", OLD."is_proposed", OLD."key", OLD."kind", OLD."language", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."publisher", OLD."title", OLD."url", OLD."year"); RETURN NULL;', hash='1596e0cc314f7b066ffe14d382e869d4d3303bbf', operation='DELETE', pgid='pgtrigger_delete_delete_bcb6f', table='repository_reference', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='sitepage',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_sitepageevent" ("body", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary", "title", "topic") VALUES (NEW."body", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."summary", NEW."title", NEW."topic"); RETURN NULL;', hash='1a73b1382544999a2214d5045999eda4ae3af717', operation='INSERT', pgid='pgtrigger_insert_insert_e9ddb', table='repository_sitepage', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='sitepage',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_sitepageevent" ("body", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary", "title", "topic") VALUES (NEW."body", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."summary", NEW."title", NEW."topic"); RETURN NULL;', hash='3f67f2a305cca90fd4602c79eb9f7c93a19d376e', operation='UPDATE', pgid='pgtrigger_update_update_97ea0', table='repository_sitepage', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='sitepage',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_sitepageevent" ("body", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary", "title", "topic") VALUES (OLD."body", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."summary", OLD."title", OLD."topic"); RETURN NULL;', hash='8023e5850242a657f500994dc6ae356ea23abd09', operation='DELETE', pgid='pgtrigger_delete_delete_0fb82', table='repository_sitepage', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tag',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_tagevent" ("id", "is_blocked", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."id", NEW."is_blocked", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug"); RETURN NULL;', hash='760fe91966dca217df635c7e266a8989324f3375', operation='INSERT', pgid='pgtrigger_insert_insert_1c4ef', table='repository_tag', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tag',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_blocked" IS DISTINCT FROM (NEW."is_blocked") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='INSERT INTO "repository_tagevent" ("id", "is_blocked", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."id", NEW."is_blocked", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='9afee5ff7da0cd0718def2e7ed90fb6c8aae804e', operation='UPDATE', pgid='pgtrigger_update_update_32787', table='repository_tag', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tag',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_tagevent" ("id", "is_blocked", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (OLD."id", OLD."is_blocked", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug"); RETURN NULL;', hash='58092e3ff49cedaeb891cde4d658749812fe5acf', operation='DELETE', pgid='pgtrigger_delete_delete_a9e56', table='repository_tag', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='theme',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_themeevent" ("description", "id", "name", "names", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."description", NEW."id", NEW."name", NEW."names", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug"); RETURN NULL;', hash='21e5d974536584054bccb0cb6109ef0a7428b4d9', operation='INSERT', pgid='pgtrigger_insert_insert_031d8', table='repository_theme', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='theme',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_themeevent" ("description", "id", "name", "names", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."description", NEW."id", NEW."name", NEW."names", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='27f3a06c39f5da9c2a97e86aee3a4a68363d4bab', operation='UPDATE', pgid='pgtrigger_update_update_29e94', table='repository_theme', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='theme',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_themeevent" ("description", "id", "name", "names", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (OLD."description", OLD."id", OLD."name", OLD."names", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug"); RETURN NULL;', hash='ed578ccfca86dc1307ce6f7fda88a84fcea5a3a1', operation='DELETE', pgid='pgtrigger_delete_delete_afab7', table='repository_theme', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translation',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_translationevent" ("created_at", "id", "is_reviewed", "kind", "language", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."created_at", NEW."id", NEW."is_reviewed", NEW."kind", NEW."language", NEW."object_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='007d45922dfad7425de15b7070ecb530175a26d7', operation='INSERT', pgid='pgtrigger_insert_insert_7d4ea', table='repository_translation', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translation',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_reviewed" IS DISTINCT FROM (NEW."is_reviewed") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."object_id" IS DISTINCT FROM (NEW."object_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "repository_translationevent" ("created_at", "id", "is_reviewed", "kind", "language", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."created_at", NEW."id", NEW."is_reviewed", NEW."kind", NEW."language", NEW."object_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='1be103578db6a90d4b0dfe0e7f7f4b78a2ff2953', operation='UPDATE', pgid='pgtrigger_update_update_7952a', table='repository_translation', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translation',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_translationevent" ("created_at", "id", "is_reviewed", "kind", "language", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (OLD."created_at", OLD."id", OLD."is_reviewed", OLD."kind", OLD."language", OLD."object_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='8e8ac2f1abc590c7fa0b52bc3f9f9b53e63478b2', operation='DELETE', pgid='pgtrigger_delete_delete_07b05', table='repository_translation', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyauthorsevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4b0e049711b7d987f5a61d80de0ccb625e204073', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d6006', table='repository_casestudyauthorsevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudycitiesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='11172c095b70f2502e4f2ac3d1ce10451e50391a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_55fed', table='repository_casestudycitiesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='cityevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5b7c23120faa8eccb966ff5d9f1a323d5c5f2a15', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_27634', table='repository_cityevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='city',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_cityevent" ("country_id", "geoname_id", "has_air_hub", "has_dry_port", "has_rail_hub", "has_sea_port", "id", "is_sample", "kind", "latitude", "longitude", "name", "names", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "population_source", "population_year", "province", "slug", "spelling_languages", "summary", "working_languages") VALUES (NEW."country_id", NEW."geoname_id", NEW."has_air_hub", NEW."has_dry_port", NEW."has_rail_hub", NEW."has_sea_port", NEW."id", NEW."is_sample", NEW."kind", NEW."latitude", NEW."longitude", NEW."name", NEW."names", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."population", NEW."population_source", NEW."population_year", NEW."province", NEW."slug", NEW."spelling_languages", NEW."summary", NEW."working_languages"); RETURN NULL;', hash='c233315182483f88a2875023b826a82bfb7964ab', operation='INSERT', pgid='pgtrigger_insert_insert_70a1f', table='repository_city', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='city',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."country_id" IS DISTINCT FROM (NEW."country_id") OR OLD."geoname_id" IS DISTINCT FROM (NEW."geoname_id") OR OLD."has_air_hub" IS DISTINCT FROM (NEW."has_air_hub") OR OLD."has_dry_port" IS DISTINCT FROM (NEW."has_dry_port") OR OLD."has_rail_hub" IS DISTINCT FROM (NEW."has_rail_hub") OR OLD."has_sea_port" IS DISTINCT FROM (NEW."has_sea_port") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_sample" IS DISTINCT FROM (NEW."is_sample") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."latitude" IS DISTINCT FROM (NEW."latitude") OR OLD."longitude" IS DISTINCT FROM (NEW."longitude") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."names" IS DISTINCT FROM (NEW."names") OR OLD."population" IS DISTINCT FROM (NEW."population") OR OLD."population_source" IS DISTINCT FROM (NEW."population_source") OR OLD."population_year" IS DISTINCT FROM (NEW."population_year") OR OLD."province" IS DISTINCT FROM (NEW."province") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."spelling_languages" IS DISTINCT FROM (NEW."spelling_languages") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."working_languages" IS DISTINCT FROM (NEW."working_languages"))', func='INSERT INTO "repository_cityevent" ("country_id", "geoname_id", "has_air_hub", "has_dry_port", "has_rail_hub", "has_sea_port", "id", "is_sample", "kind", "latitude", "longitude", "name", "names", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "population_source", "population_year", "province", "slug", "spelling_languages", "summary", "working_languages") VALUES (NEW."country_id", NEW."geoname_id", NEW."has_air_hub", NEW."has_dry_port", NEW."has_rail_hub", NEW."has_sea_port", NEW."id", NEW."is_sample", NEW."kind", NEW."latitude", NEW."longitude", NEW."name", NEW."names", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."population", NEW."population_source", NEW."population_year", NEW."province", NEW."slug", NEW."spelling_languages", NEW."summary", NEW."working_languages"); RETURN NULL;', hash='7d775d8167d86fbfbf935f3779a0d0c4d36942fe', operation='UPDATE', pgid='pgtrigger_update_update_fe49c', table='repository_city', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='city',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_cityevent" ("country_id", "geoname_id", "has_air_hub", "has_dry_port", "has_rail_hub", "has_sea_port", "id", "is_sample", "kind", "latitude", "longitude", "name", "names", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "population_source", "population_year", "province", "slug", "spelling_languages", "summary", "working_languages") VALUES (OLD."country_id", OLD."geoname_id", OLD."has_air_hub", OLD."has_dry_port", OLD."has_rail_hub", OLD."has_sea_port", OLD."id", OLD."is_sample", OLD."kind", OLD."latitude", OLD."longitude", OLD."name", OLD."names", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."population", OLD."population_source", OLD."population_year", OLD."province", OLD."slug", OLD."spelling_languages", OLD."summary", OLD."working_languages"); RETURN NULL;', hash='3f557bebbcdff7b68f1ce466b8de5d1b21631809', operation='DELETE', pgid='pgtrigger_delete_delete_4ee98', table='repository_city', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudycountriesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='022991ae318e8ebeda5fff9418e3686ff15a0782', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ce853', table='repository_casestudycountriesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='countryevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bff6e79954ad2630050fc30323ab29ef5dcaa0eb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e3689', table='repository_countryevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='glossarytermevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c6b8463df93ded24facd582ec65f6dda36e752a4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_180da', table='repository_glossarytermevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudygoalsevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='261a6da76510ddc38d55bbf29ef28e71861f337c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a8abf', table='repository_casestudygoalsevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='interfacereviewevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4e9b297249290edc53a0e00630a45650d22a6afd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_97678', table='repository_interfacereviewevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='organization',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_organizationevent" ("acronym", "city_id", "country_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "url") VALUES (NEW."acronym", NEW."city_id", NEW."country_id", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."url"); RETURN NULL;', hash='2a84560c994e79d44f7a7ec5c43d5caf77dc7666', operation='INSERT', pgid='pgtrigger_insert_insert_9d389', table='repository_organization', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='organization',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_organizationevent" ("acronym", "city_id", "country_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "url") VALUES (NEW."acronym", NEW."city_id", NEW."country_id", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."url"); RETURN NULL;', hash='c97d3fab14d81efb1ee4d27f45e302937f7ef927', operation='UPDATE', pgid='pgtrigger_update_update_cdc32', table='repository_organization', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='organization',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_organizationevent" ("acronym", "city_id", "country_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "url") VALUES (OLD."acronym", OLD."city_id", OLD."country_id", OLD."id", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."url"); RETURN NULL;', hash='f880d5313550920804a1ce41170873c6f3818981', operation='DELETE', pgid='pgtrigger_delete_delete_d99f8', table='repository_organization', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyorganizationsevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a2c3616342b2c5419179de6e204e68569604ae11', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a5c9a', table='repository_casestudyorganizationsevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='organizationevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7212fa545fafa7a74886ac6f4e095bf54f483eb8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_94d1e', table='repository_organizationevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='photograph',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_photographevent" ("alt", "avif_1200", "avif_400", "avif_800", "by_id", "case_id", "created_at", "credit", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "webp_1200", "webp_400", "webp_800") VALUES (NEW."alt", NEW."avif_1200", NEW."avif_400", NEW."avif_800", NEW."by_id", NEW."case_id", NEW."created_at", NEW."credit", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."webp_1200", NEW."webp_400", NEW."webp_800"); RETURN NULL;', hash='53e9f6a1c49b259d7be64211b6e191cc04cb86f8', operation='INSERT', pgid='pgtrigger_insert_insert_af9de', table='repository_photograph', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='photograph',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_photographevent" ("alt", "avif_1200", "avif_400", "avif_800", "by_id", "case_id", "created_at", "credit", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "webp_1200", "webp_400", "webp_800") VALUES (NEW."alt", NEW."avif_1200", NEW."avif_400", NEW."avif_800", NEW."by_id", NEW."case_id", NEW."created_at", NEW."credit", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."webp_1200", NEW."webp_400", NEW."webp_800"); RETURN NULL;', hash='092a2c9cb320faf0fe9bc04faeb3327051a9554c', operation='UPDATE', pgid='pgtrigger_update_update_b95e4', table='repository_photograph', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='photograph',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_photographevent" ("alt", "avif_1200", "avif_400", "avif_800", "by_id", "case_id", "created_at", "credit", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "webp_1200", "webp_400", "webp_800") VALUES (OLD."alt", OLD."avif_1200", OLD."avif_400", OLD."avif_800", OLD."by_id", OLD."case_id", OLD."created_at", OLD."credit", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."webp_1200", OLD."webp_400", OLD."webp_800"); RETURN NULL;', hash='6a059e6f0ba8fd7533407f18100f2159804ddd8e', operation='DELETE', pgid='pgtrigger_delete_delete_5d65f', table='repository_photograph', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='photographevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='96adb894438edb88c1f8cd4517e1858a15b9f422', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_70d94', table='repository_photographevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudypracticesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dbd5d864603b1950026249a6b7e5ecf343b46956', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_54499', table='repository_casestudypracticesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='practiceevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bf096dcfdc229a1174c80f8d905f5f215474dcae', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_623c2', table='repository_practiceevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recommendationcasesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='54c3bcb1de920fe7b5068d7f7e273a2ece34ced6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c7f84', table='repository_recommendationcasesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='landscapesectionreferencesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='813b06e49cfe1b3d52d13e250e7cc827bacaf421', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b1539', table='repository_landscapesectionreferencesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyreferencesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='84494be69db1d9ff03abb5c18d7134541f3d2193', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_425e0', table='repository_casestudyreferencesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='referenceevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5e060fec7c0dd0fa6f663d943fe55389f8169d0c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_68e6a', table='repository_referenceevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='series',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_seriesevent" ("end", "framework", "id", "is_sample", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "slug", "start", "summary", "title") VALUES (NEW."end", NEW."framework", NEW."id", NEW."is_sample", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."report_id", NEW."slug", NEW."start", NEW."summary", NEW."title"); RETURN NULL;', hash='ca3a1f330fb4c220b76c4203d0548a8a2bd8aecd', operation='INSERT', pgid='pgtrigger_insert_insert_4152a', table='repository_series', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='series',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_seriesevent" ("end", "framework", "id", "is_sample", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "slug", "start", "summary", "title") VALUES (NEW."end", NEW."framework", NEW."id", NEW."is_sample", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."report_id", NEW."slug", NEW."start", NEW."summary", NEW."title"); RETURN NULL;', hash='3ae9c2cf1d0b9882d764a7fde1a5eaf871a1474d', operation='UPDATE', pgid='pgtrigger_update_update_32586', table='repository_series', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='series',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_seriesevent" ("end", "framework", "id", "is_sample", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "slug", "start", "summary", "title") VALUES (OLD."end", OLD."framework", OLD."id", OLD."is_sample", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."report_id", OLD."slug", OLD."start", OLD."summary", OLD."title"); RETURN NULL;', hash='6acec06ce270660cf9ab3b24b84bcf444b76d6c3', operation='DELETE', pgid='pgtrigger_delete_delete_1e33a', table='repository_series', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recommendationevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c43f7c8d22d6344c62546c87f034cac1495bb9ee', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4099f', table='repository_recommendationevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recommendation',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_recommendationevent" ("body", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "questions", "series_id", "slug", "summary", "title") VALUES (NEW."body", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."questions", NEW."series_id", NEW."slug", NEW."summary", NEW."title"); RETURN NULL;', hash='9565e5ff7208f83fee9a337881d379b1265bbf22', operation='INSERT', pgid='pgtrigger_insert_insert_a0f9b', table='repository_recommendation', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recommendation',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."questions" IS DISTINCT FROM (NEW."questions") OR OLD."series_id" IS DISTINCT FROM (NEW."series_id") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "repository_recommendationevent" ("body", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "questions", "series_id", "slug", "summary", "title") VALUES (NEW."body", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."questions", NEW."series_id", NEW."slug", NEW."summary", NEW."title"); RETURN NULL;', hash='99f989eedba7f7208a0b20641194e3e566a3ee72', operation='UPDATE', pgid='pgtrigger_update_update_dd0cd', table='repository_recommendation', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recommendation',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_recommendationevent" ("body", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "questions", "series_id", "slug", "summary", "title") VALUES (OLD."body", OLD."id", OLD."kind", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."questions", OLD."series_id", OLD."slug", OLD."summary", OLD."title"); RETURN NULL;', hash='9c2e179426c39e0f2d64b836ec82ca0207a46eea', operation='DELETE', pgid='pgtrigger_delete_delete_de501', table='repository_recommendation', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='landscapesectionevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b16d90ff8786cdfbc7eb100a9e719acbb46e852e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f24b3', table='repository_landscapesectionevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='landscapesection',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_landscapesectionevent" ("body", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "questions", "series_id", "slug", "summary", "title") VALUES (NEW."body", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."questions", NEW."series_id", NEW."slug", NEW."summary", NEW."title"); RETURN NULL;', hash='a6f74b9fc16724e8796821232b6d43092ccbabc6', operation='INSERT', pgid='pgtrigger_insert_insert_25be2', table='repository_landscapesection', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='landscapesection',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."questions" IS DISTINCT FROM (NEW."questions") OR OLD."series_id" IS DISTINCT FROM (NEW."series_id") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "repository_landscapesectionevent" ("body", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "questions", "series_id", "slug", "summary", "title") VALUES (NEW."body", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."questions", NEW."series_id", NEW."slug", NEW."summary", NEW."title"); RETURN NULL;', hash='45e3776edd1f452b2454a8ab096417bc126547a7', operation='UPDATE', pgid='pgtrigger_update_update_aefde', table='repository_landscapesection', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='landscapesection',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_landscapesectionevent" ("body", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "questions", "series_id", "slug", "summary", "title") VALUES (OLD."body", OLD."id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."questions", OLD."series_id", OLD."slug", OLD."summary", OLD."title"); RETURN NULL;', hash='ad53e6f1c053ca751fef21ec9fba63894a3db982', operation='DELETE', pgid='pgtrigger_delete_delete_82ea9', table='repository_landscapesection', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ed9cebecc02a665c84e49831b1919a1c11fc51cd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_be044', table='repository_casestudyevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='seriesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1a2add79666670032d418bd6ede0b689935662c7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c5cf7', table='repository_seriesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='seriesorganizersevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='45c7bdaf904611bfc7f924fedf62b4ce1a839e1f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f2d44', table='repository_seriesorganizersevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='seriessupportersevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a02aa2fc9b2eb1215f05752f2d8285a0a966f976', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_28ac5', table='repository_seriessupportersevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='sitepageevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2f18c9120a95f39b0371c350a1ca82815e35559c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_49879', table='repository_sitepageevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='speaker',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_speakerevent" ("aliases", "country_id", "id", "name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shows_profile", "slug") VALUES (NEW."aliases", NEW."country_id", NEW."id", NEW."name", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."shows_profile", NEW."slug"); RETURN NULL;', hash='6529c5135c92a8f2ff68fd8a3e8eb8f85c0e08ae', operation='INSERT', pgid='pgtrigger_insert_insert_5fbc1', table='repository_speaker', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='speaker',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."aliases" IS DISTINCT FROM (NEW."aliases") OR OLD."country_id" IS DISTINCT FROM (NEW."country_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."organization_id" IS DISTINCT FROM (NEW."organization_id") OR OLD."shows_profile" IS DISTINCT FROM (NEW."shows_profile") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='INSERT INTO "repository_speakerevent" ("aliases", "country_id", "id", "name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shows_profile", "slug") VALUES (NEW."aliases", NEW."country_id", NEW."id", NEW."name", NEW."organization_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."shows_profile", NEW."slug"); RETURN NULL;', hash='cedb387d74ac9fe3be6a781d48fd4654922ac9cc', operation='UPDATE', pgid='pgtrigger_update_update_f7485', table='repository_speaker', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='speaker',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_speakerevent" ("aliases", "country_id", "id", "name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shows_profile", "slug") VALUES (OLD."aliases", OLD."country_id", OLD."id", OLD."name", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."shows_profile", OLD."slug"); RETURN NULL;', hash='a408925023e5b2a82a39e329ef07f44275e8bd76', operation='DELETE', pgid='pgtrigger_delete_delete_348cd', table='repository_speaker', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyspeakersevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='37c2b512b25e810ac43c0762d7ebcb973b61e4ea', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_271a0', table='repository_casestudyspeakersevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='speakerevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d2dfd119333e9c4b83dfe95f5a18cb1e9a9465df', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6bd58', table='repository_speakerevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tagevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ced4178b1506265393449484cc295ff17fb5659b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_81a86', table='repository_tagevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='taggeditem',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_taggeditemevent" ("content_type_id", "id", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (NEW."content_type_id", NEW."id", NEW."object_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tag_id"); RETURN NULL;', hash='da4bc701ef3c397225b17316baeef73c9775e165', operation='INSERT', pgid='pgtrigger_insert_insert_86510', table='repository_taggeditem', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='taggeditem',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_taggeditemevent" ("content_type_id", "id", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (NEW."content_type_id", NEW."id", NEW."object_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tag_id"); RETURN NULL;', hash='e30f07715785dee13cd3b1de217ffa1d0ad9a9cd', operation='UPDATE', pgid='pgtrigger_update_update_00e12', table='repository_taggeditem', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='taggeditem',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_taggeditemevent" ("content_type_id", "id", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (OLD."content_type_id", OLD."id", OLD."object_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tag_id"); RETURN NULL;', hash='04dcab0a5b705e3056c2dc579bd1b10c2695f43f', operation='DELETE', pgid='pgtrigger_delete_delete_8a75f', table='repository_taggeditem', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='taggeditemevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5aa7ef804863f487cdda4545a3a9ca4abf43d8b6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_01950', table='repository_taggeditemevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tagredirect',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_tagredirectevent" ("created_at", "folded", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tag_id") VALUES (NEW."created_at", NEW."folded", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."tag_id"); RETURN NULL;', hash='ad8dae3ad8d18ca14f11e71d6ded2e559d6059a7', operation='INSERT', pgid='pgtrigger_insert_insert_c44fb', table='repository_tagredirect', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tagredirect',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_tagredirectevent" ("created_at", "folded", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tag_id") VALUES (NEW."created_at", NEW."folded", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."tag_id"); RETURN NULL;', hash='42159538bdb8bf0de08e95f431d113f20c00494b', operation='UPDATE', pgid='pgtrigger_update_update_ec9f0', table='repository_tagredirect', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tagredirect',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_tagredirectevent" ("created_at", "folded", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tag_id") VALUES (OLD."created_at", OLD."folded", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."tag_id"); RETURN NULL;', hash='b23a387113683aea8665988e8a28c0bcdc134c0b', operation='DELETE', pgid='pgtrigger_delete_delete_f454f', table='repository_tagredirect', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tagredirectevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0af95397ee841bed7e3b3e8a3a23f573b871a890', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bc3fd', table='repository_tagredirectevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='practicethemesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3745aeee83c28c18e27c690510e23a095260e370', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ba0be', table='repository_practicethemesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='practice',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_practiceevent" ("description", "id", "name", "needs", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "slug", "summary") VALUES (NEW."description", NEW."id", NEW."name", NEW."needs", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."questions", NEW."slug", NEW."summary"); RETURN NULL;', hash='f5cde97c0a0b353635fae9a5c8bacc07d6b7eb36', operation='INSERT', pgid='pgtrigger_insert_insert_1e0d9', table='repository_practice', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='practice',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."needs" IS DISTINCT FROM (NEW."needs") OR OLD."questions" IS DISTINCT FROM (NEW."questions") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."summary" IS DISTINCT FROM (NEW."summary"))', func='INSERT INTO "repository_practiceevent" ("description", "id", "name", "needs", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "slug", "summary") VALUES (NEW."description", NEW."id", NEW."name", NEW."needs", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."questions", NEW."slug", NEW."summary"); RETURN NULL;', hash='fd5513d3ba96684c390c3c8c9bcdad48044855df', operation='UPDATE', pgid='pgtrigger_update_update_c4bd8', table='repository_practice', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='practice',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_practiceevent" ("description", "id", "name", "needs", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "slug", "summary") VALUES (OLD."description", OLD."id", OLD."name", OLD."needs", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."questions", OLD."slug", OLD."summary"); RETURN NULL;', hash='aa5ad598842d3bb889005850b7c0aeab3fe385d3', operation='DELETE', pgid='pgtrigger_delete_delete_99fab', table='repository_practice', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudythemesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='923f867e87bb6ace4fc7c46a54c6e9c57e7e76d8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0b247', table='repository_casestudythemesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='themeevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c03ade22d18296562c90469d46a3eaf5d7a82607', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8a8f1', table='repository_themeevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translatedparagraphevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d40d1628fd8d485d061d3c178ff69d08af7347c3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bd6a9', table='repository_translatedparagraphevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translatedparagraph',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_translatedparagraphevent" ("by_id", "field", "id", "is_reviewed", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "text", "translation_id") VALUES (NEW."by_id", NEW."field", NEW."id", NEW."is_reviewed", NEW."origin", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."source", NEW."text", NEW."translation_id"); RETURN NULL;', hash='450c1fb32891698799879110176ed0e6ba94a848', operation='INSERT', pgid='pgtrigger_insert_insert_73f61', table='repository_translatedparagraph', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translatedparagraph',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_translatedparagraphevent" ("by_id", "field", "id", "is_reviewed", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "text", "translation_id") VALUES (NEW."by_id", NEW."field", NEW."id", NEW."is_reviewed", NEW."origin", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."source", NEW."text", NEW."translation_id"); RETURN NULL;', hash='5741e782b16c6fea68bfc83c7f49c398e8dce79b', operation='UPDATE', pgid='pgtrigger_update_update_cb85d', table='repository_translatedparagraph', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translatedparagraph',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_translatedparagraphevent" ("by_id", "field", "id", "is_reviewed", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "text", "translation_id") VALUES (OLD."by_id", OLD."field", OLD."id", OLD."is_reviewed", OLD."origin", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."source", OLD."text", OLD."translation_id"); RETURN NULL;', hash='8342ed165a270b53ae09ec7a326d68097e5a4c7a', operation='DELETE', pgid='pgtrigger_delete_delete_4e3d0', table='repository_translatedparagraph', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='translationevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bd2db7972aec294fdb8a4c45bc8ba69458632031', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_06d4d', table='repository_translationevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinar',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarevent" ("cancelled_because", "capacity", "date", "downloads", "id", "interpretation", "languages", "minutes", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "recording", "series_id", "slides", "slug", "starts_at", "status", "summary", "time_zone", "title", "views") VALUES (NEW."cancelled_because", NEW."capacity", NEW."date", NEW."downloads", NEW."id", NEW."interpretation", NEW."languages", NEW."minutes", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."questions", NEW."recording", NEW."series_id", NEW."slides", NEW."slug", NEW."starts_at", NEW."status", NEW."summary", NEW."time_zone", NEW."title", NEW."views"); RETURN NULL;', hash='18784bb6116cfaf2b1f336e349c5aa66efdba6c2', operation='INSERT', pgid='pgtrigger_insert_insert_0cb0e', table='repository_webinar', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinar',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."cancelled_because" IS DISTINCT FROM (NEW."cancelled_because") OR OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."downloads" IS DISTINCT FROM (NEW."downloads") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."interpretation" IS DISTINCT FROM (NEW."interpretation") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."questions" IS DISTINCT FROM (NEW."questions") OR OLD."recording" IS DISTINCT FROM (NEW."recording") OR OLD."series_id" IS DISTINCT FROM (NEW."series_id") OR OLD."slides" IS DISTINCT FROM (NEW."slides") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."views" IS DISTINCT FROM (NEW."views"))', func='INSERT INTO "repository_webinarevent" ("cancelled_because", "capacity", "date", "downloads", "id", "interpretation", "languages", "minutes", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "recording", "series_id", "slides", "slug", "starts_at", "status", "summary", "time_zone", "title", "views") VALUES (NEW."cancelled_because", NEW."capacity", NEW."date", NEW."downloads", NEW."id", NEW."interpretation", NEW."languages", NEW."minutes", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."questions", NEW."recording", NEW."series_id", NEW."slides", NEW."slug", NEW."starts_at", NEW."status", NEW."summary", NEW."time_zone", NEW."title", NEW."views"); RETURN NULL;', hash='a14ff1e7d773ee9fc7a1caebd8fd22cf5c4b78f7', operation='UPDATE', pgid='pgtrigger_update_update_b692b', table='repository_webinar', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinar',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarevent" ("cancelled_because", "capacity", "date", "downloads", "id", "interpretation", "languages", "minutes", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions", "recording", "series_id", "slides", "slug", "starts_at", "status", "summary", "time_zone", "title", "views") VALUES (OLD."cancelled_because", OLD."capacity", OLD."date", OLD."downloads", OLD."id", OLD."interpretation", OLD."languages", OLD."minutes", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."questions", OLD."recording", OLD."series_id", OLD."slides", OLD."slug", OLD."starts_at", OLD."status", OLD."summary", OLD."time_zone", OLD."title", OLD."views"); RETURN NULL;', hash='8095238bcd40b2f2ce68cd2ff71b6c6a93f2f8f1', operation='DELETE', pgid='pgtrigger_delete_delete_81542', table='repository_webinar', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='transcriptevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b334a7f3163daf26d9c3997e035335048cbe08e2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e3ce4', table='repository_transcriptevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='transcript',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_transcriptevent" ("id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "webinar_id") VALUES (NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."webinar_id"); RETURN NULL;', hash='c660cbe0add220365f8dd39a5177c1b05f64deab', operation='INSERT', pgid='pgtrigger_insert_insert_5ad79', table='repository_transcript', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='transcript',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."webinar_id" IS DISTINCT FROM (NEW."webinar_id"))', func='INSERT INTO "repository_transcriptevent" ("id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "webinar_id") VALUES (NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."webinar_id"); RETURN NULL;', hash='5af7bf8c3fdb4c4602d6b8727a34e9857c10d0e5', operation='UPDATE', pgid='pgtrigger_update_update_49459', table='repository_transcript', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='transcript',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_transcriptevent" ("id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "webinar_id") VALUES (OLD."id", OLD."language", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."webinar_id"); RETURN NULL;', hash='15a22b935ef1552c4c61d5fbb6a0ff89d970aa77', operation='DELETE', pgid='pgtrigger_delete_delete_d4f4e', table='repository_transcript', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recordingevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0abebf9a5ce5366cf0bf3d5fe04e701590e841ef', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2860f', table='repository_recordingevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recording',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_recordingevent" ("id", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "url", "webinar_id") VALUES (NEW."id", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."url", NEW."webinar_id"); RETURN NULL;', hash='7e534ab308c2dc0a6f6cb6e4554ef4b3c5f281a3', operation='INSERT', pgid='pgtrigger_insert_insert_950b1', table='repository_recording', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recording',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_recordingevent" ("id", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "url", "webinar_id") VALUES (NEW."id", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."url", NEW."webinar_id"); RETURN NULL;', hash='d5cdea504c0c38092477a721613c0b90db3576b8', operation='UPDATE', pgid='pgtrigger_update_update_e3096', table='repository_recording', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recording',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_recordingevent" ("id", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "url", "webinar_id") VALUES (OLD."id", OLD."kind", OLD."label", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."url", OLD."webinar_id"); RETURN NULL;', hash='a0ce7e055ff7ef480d6b88dcc1969a989c379d2c', operation='DELETE', pgid='pgtrigger_delete_delete_29958', table='repository_recording', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='externalfigureevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='90978914a46debae4b81b3cbc52d4e79f2081dc3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_51fa1', table='repository_externalfigureevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='externalfigure',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_externalfigureevent" ("day", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform", "series_id", "source", "value", "webinar_id") VALUES (NEW."day", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."platform", NEW."series_id", NEW."source", NEW."value", NEW."webinar_id"); RETURN NULL;', hash='fc76e8e051e1080fee89c86beeb8e332d59d4fc8', operation='INSERT', pgid='pgtrigger_insert_insert_353e3', table='repository_externalfigure', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='externalfigure',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_externalfigureevent" ("day", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform", "series_id", "source", "value", "webinar_id") VALUES (NEW."day", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."platform", NEW."series_id", NEW."source", NEW."value", NEW."webinar_id"); RETURN NULL;', hash='d290c616723ef4a392a3ae280902a34850b8fef6', operation='UPDATE', pgid='pgtrigger_update_update_f6f9e', table='repository_externalfigure', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='externalfigure',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_externalfigureevent" ("day", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform", "series_id", "source", "value", "webinar_id") VALUES (OLD."day", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."platform", OLD."series_id", OLD."source", OLD."value", OLD."webinar_id"); RETURN NULL;', hash='db5158d4b2c4ff6735693c7e70f1d6179bbc9614', operation='DELETE', pgid='pgtrigger_delete_delete_48a56', table='repository_externalfigure', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='evidenceevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='747a765d5e686ec154e69253f9e41a5ef59630da', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7b479', table='repository_evidenceevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='evidence',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_evidenceevent" ("case_id", "case_section", "currency", "denominator", "display", "drawn_as", "group", "id", "is_cover", "is_headline", "is_missing", "label", "numerator", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "position", "qualifier", "reference_id", "section_id", "series_id", "stated", "unit", "value", "value_to", "webinar_id") VALUES (NEW."case_id", NEW."case_section", NEW."currency", NEW."denominator", NEW."display", NEW."drawn_as", NEW."group", NEW."id", NEW."is_cover", NEW."is_headline", NEW."is_missing", NEW."label", NEW."numerator", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."position", NEW."qualifier", NEW."reference_id", NEW."section_id", NEW."series_id", NEW."stated", NEW."unit", NEW."value", NEW."value_to", NEW."webinar_id"); RETURN NULL;', hash='c4c69f46c7df8bf245a0f0dfb4ab282244d8e5e8', operation='INSERT', pgid='pgtrigger_insert_insert_bf373', table='repository_evidence', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='evidence',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_evidenceevent" ("case_id", "case_section", "currency", "denominator", "display", "drawn_as", "group", "id", "is_cover", "is_headline", "is_missing", "label", "numerator", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "position", "qualifier", "reference_id", "section_id", "series_id", "stated", "unit", "value", "value_to", "webinar_id") VALUES (NEW."case_id", NEW."case_section", NEW."currency", NEW."denominator", NEW."display", NEW."drawn_as", NEW."group", NEW."id", NEW."is_cover", NEW."is_headline", NEW."is_missing", NEW."label", NEW."numerator", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."position", NEW."qualifier", NEW."reference_id", NEW."section_id", NEW."series_id", NEW."stated", NEW."unit", NEW."value", NEW."value_to", NEW."webinar_id"); RETURN NULL;', hash='bc8952071cef82b9b79e4c904b10b216b3368498', operation='UPDATE', pgid='pgtrigger_update_update_ecdc6', table='repository_evidence', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='evidence',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_evidenceevent" ("case_id", "case_section", "currency", "denominator", "display", "drawn_as", "group", "id", "is_cover", "is_headline", "is_missing", "label", "numerator", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "position", "qualifier", "reference_id", "section_id", "series_id", "stated", "unit", "value", "value_to", "webinar_id") VALUES (OLD."case_id", OLD."case_section", OLD."currency", OLD."denominator", OLD."display", OLD."drawn_as", OLD."group", OLD."id", OLD."is_cover", OLD."is_headline", OLD."is_missing", OLD."label", OLD."numerator", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."position", OLD."qualifier", OLD."reference_id", OLD."section_id", OLD."series_id", OLD."stated", OLD."unit", OLD."value", OLD."value_to", OLD."webinar_id"); RETURN NULL;', hash='f88ffef04885876e4caec0472ce1026d2cde51ad', operation='DELETE', pgid='pgtrigger_delete_delete_a0b76', table='repository_evidence', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='chapterevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d0fe2077295815a2b248c330d1c48c8dd3e82276', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_84291', table='repository_chapterevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='chapter',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_chapterevent" ("case_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "seconds", "title", "webinar_id") VALUES (NEW."case_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."practice_id", NEW."seconds", NEW."title", NEW."webinar_id"); RETURN NULL;', hash='f4f153a22fa1a42cf11e6a0f791ebf45170640c0', operation='INSERT', pgid='pgtrigger_insert_insert_6e6bd', table='repository_chapter', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='chapter',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_chapterevent" ("case_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "seconds", "title", "webinar_id") VALUES (NEW."case_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."practice_id", NEW."seconds", NEW."title", NEW."webinar_id"); RETURN NULL;', hash='b988a3fd41b2045646d6fd1155be1cc1f029aa1c', operation='UPDATE', pgid='pgtrigger_update_update_58674', table='repository_chapter', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='chapter',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_chapterevent" ("case_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "seconds", "title", "webinar_id") VALUES (OLD."case_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."practice_id", OLD."seconds", OLD."title", OLD."webinar_id"); RETURN NULL;', hash='2afa9b577efb9bfbb943a66cc013a899ead46063', operation='DELETE', pgid='pgtrigger_delete_delete_640d1', table='repository_chapter', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudywebinarsevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ee5fc896831d9d4ff2c598ec653504614c24e4cc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_162b8', table='repository_casestudywebinarsevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudy',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyevent" ("advice", "archived_reason", "challenge", "cost", "created_at", "id", "is_sample", "language", "lessons", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preconditions", "published_at", "questions", "results", "series_id", "setting", "slug", "solution", "source", "status", "summary", "time", "title", "verified_at", "what_did_not_work") VALUES (NEW."advice", NEW."archived_reason", NEW."challenge", NEW."cost", NEW."created_at", NEW."id", NEW."is_sample", NEW."language", NEW."lessons", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."preconditions", NEW."published_at", NEW."questions", NEW."results", NEW."series_id", NEW."setting", NEW."slug", NEW."solution", NEW."source", NEW."status", NEW."summary", NEW."time", NEW."title", NEW."verified_at", NEW."what_did_not_work"); RETURN NULL;', hash='aea36a192140a638bc594ac068931aec628e4f4f', operation='INSERT', pgid='pgtrigger_insert_insert_81b84', table='repository_casestudy', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudy',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."advice" IS DISTINCT FROM (NEW."advice") OR OLD."archived_reason" IS DISTINCT FROM (NEW."archived_reason") OR OLD."challenge" IS DISTINCT FROM (NEW."challenge") OR OLD."cost" IS DISTINCT FROM (NEW."cost") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_sample" IS DISTINCT FROM (NEW."is_sample") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."lessons" IS DISTINCT FROM (NEW."lessons") OR OLD."preconditions" IS DISTINCT FROM (NEW."preconditions") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."questions" IS DISTINCT FROM (NEW."questions") OR OLD."results" IS DISTINCT FROM (NEW."results") OR OLD."series_id" IS DISTINCT FROM (NEW."series_id") OR OLD."setting" IS DISTINCT FROM (NEW."setting") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."solution" IS DISTINCT FROM (NEW."solution") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."time" IS DISTINCT FROM (NEW."time") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."verified_at" IS DISTINCT FROM (NEW."verified_at") OR OLD."what_did_not_work" IS DISTINCT FROM (NEW."what_did_not_work"))', func='INSERT INTO "repository_casestudyevent" ("advice", "archived_reason", "challenge", "cost", "created_at", "id", "is_sample", "language", "lessons", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preconditions", "published_at", "questions", "results", "series_id", "setting", "slug", "solution", "source", "status", "summary", "time", "title", "verified_at", "what_did_not_work") VALUES (NEW."advice", NEW."archived_reason", NEW."challenge", NEW."cost", NEW."created_at", NEW."id", NEW."is_sample", NEW."language", NEW."lessons", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."preconditions", NEW."published_at", NEW."questions", NEW."results", NEW."series_id", NEW."setting", NEW."slug", NEW."solution", NEW."source", NEW."status", NEW."summary", NEW."time", NEW."title", NEW."verified_at", NEW."what_did_not_work"); RETURN NULL;', hash='7f53e0d7863ceb2b0f2151c63befcc362291c285', operation='UPDATE', pgid='pgtrigger_update_update_23243', table='repository_casestudy', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudy',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyevent" ("advice", "archived_reason", "challenge", "cost", "created_at", "id", "is_sample", "language", "lessons", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preconditions", "published_at", "questions", "results", "series_id", "setting", "slug", "solution", "source", "status", "summary", "time", "title", "verified_at", "what_did_not_work") VALUES (OLD."advice", OLD."archived_reason", OLD."challenge", OLD."cost", OLD."created_at", OLD."id", OLD."is_sample", OLD."language", OLD."lessons", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."preconditions", OLD."published_at", OLD."questions", OLD."results", OLD."series_id", OLD."setting", OLD."slug", OLD."solution", OLD."source", OLD."status", OLD."summary", OLD."time", OLD."title", OLD."verified_at", OLD."what_did_not_work"); RETURN NULL;', hash='18f940fa4b6a2ba7104dcbfa548d7f383782a491', operation='DELETE', pgid='pgtrigger_delete_delete_b775b', table='repository_casestudy', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='appearanceevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c8a89ae152f6857b96f57e7c639d685b5ad15df3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3d209', table='repository_appearanceevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='appearance',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_appearanceevent" ("answered_at", "honorific", "id", "other_title", "other_title_source", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "recording_consent", "slides_consent", "speaker_id", "title", "title_source", "webinar_id") VALUES (NEW."answered_at", NEW."honorific", NEW."id", NEW."other_title", NEW."other_title_source", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."recording_consent", NEW."slides_consent", NEW."speaker_id", NEW."title", NEW."title_source", NEW."webinar_id"); RETURN NULL;', hash='77772e276160489dd5f715d39809e8645327dfe5', operation='INSERT', pgid='pgtrigger_insert_insert_42e7d', table='repository_appearance', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='appearance',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."honorific" IS DISTINCT FROM (NEW."honorific") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."other_title" IS DISTINCT FROM (NEW."other_title") OR OLD."other_title_source" IS DISTINCT FROM (NEW."other_title_source") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."recording_consent" IS DISTINCT FROM (NEW."recording_consent") OR OLD."slides_consent" IS DISTINCT FROM (NEW."slides_consent") OR OLD."speaker_id" IS DISTINCT FROM (NEW."speaker_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."title_source" IS DISTINCT FROM (NEW."title_source") OR OLD."webinar_id" IS DISTINCT FROM (NEW."webinar_id"))', func='INSERT INTO "repository_appearanceevent" ("answered_at", "honorific", "id", "other_title", "other_title_source", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "recording_consent", "slides_consent", "speaker_id", "title", "title_source", "webinar_id") VALUES (NEW."answered_at", NEW."honorific", NEW."id", NEW."other_title", NEW."other_title_source", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."recording_consent", NEW."slides_consent", NEW."speaker_id", NEW."title", NEW."title_source", NEW."webinar_id"); RETURN NULL;', hash='01e47464a192e8c4fac4c7dc6650f08f00064a87', operation='UPDATE', pgid='pgtrigger_update_update_b92a2', table='repository_appearance', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='appearance',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_appearanceevent" ("answered_at", "honorific", "id", "other_title", "other_title_source", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "recording_consent", "slides_consent", "speaker_id", "title", "title_source", "webinar_id") VALUES (OLD."answered_at", OLD."honorific", OLD."id", OLD."other_title", OLD."other_title_source", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."recording_consent", OLD."slides_consent", OLD."speaker_id", OLD."title", OLD."title_source", OLD."webinar_id"); RETURN NULL;', hash='722124d947b484fd0a9c32d9d9685f4db1f21f2c', operation='DELETE', pgid='pgtrigger_delete_delete_81d98', table='repository_appearance', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcasesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='31f18b81449e83854a815a8741af9ab88e462e88', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a6bdb', table='repository_webinarcasesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcitiesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='32af226d0a0b64a350c4af7ae0aef712b30c8014', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c2410', table='repository_webinarcitiesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcountriesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='de5bee834cfa1e5db77f565a9b9d9b3526124306', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cdb62', table='repository_webinarcountriesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4da473f67acd8ad029a32709d8f42604e4316582', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_49ea4', table='repository_webinarevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarpracticesevent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fc0cd9b01829f50c57309efc052359bb3912e7e9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fca93', table='repository_webinarpracticesevent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyauthors',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyauthorsevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "user_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."user_id"); RETURN NULL;', hash='fba2f120ab66f56b541c0f28a478da27a36c4712', operation='INSERT', pgid='pgtrigger_insert_insert_8bd54', table='repository_casestudy_authors', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyauthors',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyauthorsevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "user_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."user_id"); RETURN NULL;', hash='5b2388c3d0192efb48639873e864bd04bd70f95b', operation='DELETE', pgid='pgtrigger_delete_delete_e1649', table='repository_casestudy_authors', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudycities',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudycitiesevent" ("casestudy_id", "city_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (NEW."casestudy_id", NEW."city_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\'); RETURN NULL;', hash='164a01ae3b851a8586d77e6412860a86a1541065', operation='INSERT', pgid='pgtrigger_insert_insert_bdd2f', table='repository_casestudy_cities', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudycities',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudycitiesevent" ("casestudy_id", "city_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (OLD."casestudy_id", OLD."city_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\'); RETURN NULL;', hash='d90192ed8d7aa4e011f4751066e5567cac4d70b3', operation='DELETE', pgid='pgtrigger_delete_delete_95dc1', table='repository_casestudy_cities', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudycountries',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudycountriesevent" ("casestudy_id", "country_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (NEW."casestudy_id", NEW."country_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\'); RETURN NULL;', hash='8265659450f1a615bc02f67ea69c3fc5a2f9177d', operation='INSERT', pgid='pgtrigger_insert_insert_cea8d', table='repository_casestudy_countries', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudycountries',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudycountriesevent" ("casestudy_id", "country_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (OLD."casestudy_id", OLD."country_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\'); RETURN NULL;', hash='4bb5c52b27e5fb95855a1556d404f9919138c7b1', operation='DELETE', pgid='pgtrigger_delete_delete_a9782', table='repository_casestudy_countries', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudygoals',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudygoalsevent" ("casestudy_id", "goal_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (NEW."casestudy_id", NEW."goal_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\'); RETURN NULL;', hash='9f66d98ec53b118ac3fdbbcc017065cebd61ae81', operation='INSERT', pgid='pgtrigger_insert_insert_5cc61', table='repository_casestudy_goals', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudygoals',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudygoalsevent" ("casestudy_id", "goal_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (OLD."casestudy_id", OLD."goal_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\'); RETURN NULL;', hash='0f0c0d066a0229c95389083f4456b3f285cf208f', operation='DELETE', pgid='pgtrigger_delete_delete_72a67', table='repository_casestudy_goals', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyorganizations',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyorganizationsevent" ("casestudy_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (NEW."casestudy_id", NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\'); RETURN NULL;', hash='9754194e86a1e9153dd3e1a0ab0ba953d354223b', operation='INSERT', pgid='pgtrigger_insert_insert_36b7e', table='repository_casestudy_organizations', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyorganizations',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyorganizationsevent" ("casestudy_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label") VALUES (OLD."casestudy_id", OLD."id", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\'); RETURN NULL;', hash='fc212a1081ee3920da0562d377aadf49aace87bd', operation='DELETE', pgid='pgtrigger_delete_delete_b7ced', table='repository_casestudy_organizations', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudypractices',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudypracticesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "practice_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."practice_id"); RETURN NULL;', hash='d37550380b1e37d16368f56b2927960673b9527a', operation='INSERT', pgid='pgtrigger_insert_insert_71e68', table='repository_casestudy_practices', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudypractices',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudypracticesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "practice_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."practice_id"); RETURN NULL;', hash='7a594af78513895794815936952bee9526953ad5', operation='DELETE', pgid='pgtrigger_delete_delete_7c6ac', table='repository_casestudy_practices', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recommendationcases',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_recommendationcasesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "recommendation_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."recommendation_id"); RETURN NULL;', hash='6477dbec1efdbcf5556c3ef7d452ef8eccde6b4c', operation='INSERT', pgid='pgtrigger_insert_insert_c4d0e', table='repository_recommendation_cases', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='recommendationcases',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_recommendationcasesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "recommendation_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."recommendation_id"); RETURN NULL;', hash='27766be858699e3934d19d3d1275bc8ea88e5b95', operation='DELETE', pgid='pgtrigger_delete_delete_06399', table='repository_recommendation_cases', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='landscapesectionreferences',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_landscapesectionreferencesevent" ("id", "landscapesection_id", "pgh_context_id", "pgh_created_at", "pgh_label", "reference_id") VALUES (NEW."id", NEW."landscapesection_id", _pgh_attach_context(), NOW(), \'insert\', NEW."reference_id"); RETURN NULL;', hash='61cf5102720aff821eea7bb6245926993b1d90ef', operation='INSERT', pgid='pgtrigger_insert_insert_cc5ea', table='repository_landscapesection_references', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='landscapesectionreferences',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_landscapesectionreferencesevent" ("id", "landscapesection_id", "pgh_context_id", "pgh_created_at", "pgh_label", "reference_id") VALUES (OLD."id", OLD."landscapesection_id", _pgh_attach_context(), NOW(), \'delete\', OLD."reference_id"); RETURN NULL;', hash='ead6a245826a63495844626495c56435a53fb566', operation='DELETE', pgid='pgtrigger_delete_delete_8b0e0', table='repository_landscapesection_references', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyreferences',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyreferencesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "reference_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."reference_id"); RETURN NULL;', hash='e94f0f3115f49bce27fc51a47da477cd0791add8', operation='INSERT', pgid='pgtrigger_insert_insert_2a8e3', table='repository_casestudy_references', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyreferences',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyreferencesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "reference_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."reference_id"); RETURN NULL;', hash='da9921cdf3a8a73356527382f6878ecbf0f398ad', operation='DELETE', pgid='pgtrigger_delete_delete_88da8', table='repository_casestudy_references', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='seriesorganizers',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_seriesorganizersevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "series_id") VALUES (NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."series_id"); RETURN NULL;', hash='517c9561bbefe0f7ea7f3d6a6c372efc498b2c23', operation='INSERT', pgid='pgtrigger_insert_insert_54d58', table='repository_series_organizers', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='seriesorganizers',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_seriesorganizersevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "series_id") VALUES (OLD."id", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\', OLD."series_id"); RETURN NULL;', hash='a8547d045345596347d28d47671664e4bbc5ab05', operation='DELETE', pgid='pgtrigger_delete_delete_76f4a', table='repository_series_organizers', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='seriessupporters',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_seriessupportersevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "series_id") VALUES (NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."series_id"); RETURN NULL;', hash='2c6069f17ea58c7f9be03afc7441e259967a0391', operation='INSERT', pgid='pgtrigger_insert_insert_f8569', table='repository_series_supporters', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='seriessupporters',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_seriessupportersevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "series_id") VALUES (OLD."id", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\', OLD."series_id"); RETURN NULL;', hash='f57bd0decaaf5da1e675968cddbb3e60051b95ef', operation='DELETE', pgid='pgtrigger_delete_delete_63682', table='repository_series_supporters', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyspeakers',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyspeakersevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "speaker_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."speaker_id"); RETURN NULL;', hash='9d91b7b4ff094a756eed9326fa6e247d47213f8b', operation='INSERT', pgid='pgtrigger_insert_insert_6d91e', table='repository_casestudy_speakers', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudyspeakers',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudyspeakersevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "speaker_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."speaker_id"); RETURN NULL;', hash='20453de6bd66e289bf552fa22785f6c04175c2ea', operation='DELETE', pgid='pgtrigger_delete_delete_ce301', table='repository_casestudy_speakers', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='practicethemes',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_practicethemesevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "practice_id", "theme_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."practice_id", NEW."theme_id"); RETURN NULL;', hash='edba1fc6b1f5b6e09d77a266beae40fe8961de42', operation='INSERT', pgid='pgtrigger_insert_insert_22e3a', table='repository_practice_themes', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='practicethemes',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_practicethemesevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "practice_id", "theme_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."practice_id", OLD."theme_id"); RETURN NULL;', hash='a3ccb1821309fb1fc9cadfbe4257ca8ae32bc590', operation='DELETE', pgid='pgtrigger_delete_delete_3dbb7', table='repository_practice_themes', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudythemes',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudythemesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "theme_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."theme_id"); RETURN NULL;', hash='e499f7fbe9008433d25958a70adb2f9700444f91', operation='INSERT', pgid='pgtrigger_insert_insert_f8a71', table='repository_casestudy_themes', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudythemes',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudythemesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "theme_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."theme_id"); RETURN NULL;', hash='c12abb91dbb3be76f74eb2dd8a69a2abae64fa1f', operation='DELETE', pgid='pgtrigger_delete_delete_83882', table='repository_casestudy_themes', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcases',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarcasesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."webinar_id"); RETURN NULL;', hash='3774e53f141959e3b978369d9a4ced34d4fcde9f', operation='INSERT', pgid='pgtrigger_insert_insert_156b8', table='repository_webinar_cases', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcases',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarcasesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."webinar_id"); RETURN NULL;', hash='5631b7f872b9372ab9a2b17f28a576cc7496e95c', operation='DELETE', pgid='pgtrigger_delete_delete_2812c', table='repository_webinar_cases', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcities',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarcitiesevent" ("city_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (NEW."city_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."webinar_id"); RETURN NULL;', hash='2bc1950e1bc16ba96577a6bcb39962bd036c1d4e', operation='INSERT', pgid='pgtrigger_insert_insert_8b554', table='repository_webinar_cities', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcities',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarcitiesevent" ("city_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (OLD."city_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."webinar_id"); RETURN NULL;', hash='0e09893ae7e11788c6f5d8717b427f6a86704268', operation='DELETE', pgid='pgtrigger_delete_delete_ccaff', table='repository_webinar_cities', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcountries',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarcountriesevent" ("country_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (NEW."country_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."webinar_id"); RETURN NULL;', hash='b296b03dbfb626b5c59b34eb4c7bf4358f370e86', operation='INSERT', pgid='pgtrigger_insert_insert_192e8', table='repository_webinar_countries', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarcountries',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarcountriesevent" ("country_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (OLD."country_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."webinar_id"); RETURN NULL;', hash='6eedba9acff6b423ca15519dc84bacfb75341bfa', operation='DELETE', pgid='pgtrigger_delete_delete_4e1ca', table='repository_webinar_countries', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarpractices',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarpracticesevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "practice_id", "webinar_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."practice_id", NEW."webinar_id"); RETURN NULL;', hash='dc364182a8a923783f17a70c3e2317b95046e4e8', operation='INSERT', pgid='pgtrigger_insert_insert_f5800', table='repository_webinar_practices', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='webinarpractices',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_webinarpracticesevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "practice_id", "webinar_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."practice_id", OLD."webinar_id"); RETURN NULL;', hash='9f1e99bf54c66c68454c07deb2237df92dcd6f11', operation='DELETE', pgid='pgtrigger_delete_delete_7f7fd', table='repository_webinar_practices', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudywebinars',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudywebinarsevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."webinar_id"); RETURN NULL;', hash='06bb3604356c498d667ad17ba822280e3841a111', operation='INSERT', pgid='pgtrigger_insert_insert_79234', table='repository_casestudy_webinars', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='casestudywebinars',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_casestudywebinarsevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "webinar_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."webinar_id"); RETURN NULL;', hash='df3de96829b65cd2f8af9749bb7059c15220aebe', operation='DELETE', pgid='pgtrigger_delete_delete_eae71', table='repository_casestudy_webinars', when='AFTER')),
                ),
            ],
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGES, "DROP TABLE repository_searchchange"),
        migrations.RunPython(add_rows, migrations.RunPython.noop),
    ]
