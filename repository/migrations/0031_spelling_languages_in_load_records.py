import datetime as dt
import hashlib
import json
from decimal import Decimal

from django.db import migrations

TEXTS = ["name", "province", "summary", "population_source", "kind"]
VALUES = [
    *["names", "geoname_id", "latitude", "longitude", "population", "population_year"],
    *["has_sea_port", "has_dry_port", "has_rail_hub", "has_air_hub"],
]


def digest(state):
    """As `load_series` computed it when this migration was written."""

    def default(value):
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return value.isoformat() if isinstance(value, dt.date) else str(value)

    plain = json.loads(json.dumps(state, default=default, sort_keys=True))
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def rename(apps, old_name, new_name):
    """Bring the digests of cities that nobody has edited to the new name of the field.

    Otherwise `load_series` would take every city for one that staff have edited.
    """
    records = apps.get_model("repository", "LoadRecord").objects.filter(kind="city")
    cities = apps.get_model("repository", "City").objects.in_bulk(field_name="slug")
    for record in records:
        city = cities.get(record.key)
        if city is None:
            continue
        state = {name: getattr(city, name) for name in [*TEXTS, *VALUES]}
        state |= {"country": city.country_id, "tags": None, "evidence": None, "appearances": None}
        if record.digest == digest(state | {old_name: city.spelling_languages}):
            record.digest = digest(state | {new_name: city.spelling_languages})
            record.save()


def forwards(apps, _editor):
    rename(apps, "languages", "spelling_languages")


def backwards(apps, _editor):
    rename(apps, "spelling_languages", "languages")


class Migration(migrations.Migration):
    dependencies = [
        ("repository", "0030_working_languages"),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
