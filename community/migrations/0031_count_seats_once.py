from collections import Counter

from django.db import migrations, models


def counted(rows, column):
    found = Counter()
    for value in rows.order_by().values_list(column, flat=True):
        found[value or ''] += 1
    return found


def count_seats(apps, schema_editor):
    """Count who had a seat, as `survey_figures.seats_of` does from now on.

    Where figures of a survey are told already, these are kept: who has left since is in no row.
    """
    survey_of = apps.get_model('community', 'Survey')
    registration = apps.get_model('community', 'Registration')
    answer = apps.get_model('community', 'SurveyAnswer')
    for survey in survey_of.objects.all():
        seats = registration.objects.filter(webinar=survey.webinar_id, status='registered')
        others = answer.objects.filter(survey=survey).exclude(registration__status='registered')
        made = {
            key: counted(seats, key) + counted(others, key) for key in ('gender', 'country')
        } | {
            'kind': {
                'member': seats.exclude(member=None).count()
                + others.filter(is_member=True).count(),
                'guest': seats.filter(member=None).count()
                + others.filter(is_member=False).count(),
            }
        }
        if survey.closed_at is not None:
            made = {key: survey.counts['tables'][key] for key in made}
        cities = {}
        for country, number in made['country'].items():
            rows = seats.filter(country=country or None)
            known = {str(key): n for key, n in counted(rows, 'city').items() if key}
            rest = number - sum(known.values())
            if rest < 0:
                known, rest = {}, number
            cities[country] = known | ({'': rest} if rest else {})
        survey.seats = made | {'city': cities}
        survey.save(update_fields=['seats'])


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0030_brokers_begin'),
    ]

    operations = [
        migrations.AddField(
            model_name='survey',
            name='seats',
            field=models.JSONField(default=dict, verbose_name='who had a seat'),
            preserve_default=False,
        ),
        migrations.RunPython(count_seats, migrations.RunPython.noop),
    ]
