from django.db import migrations

# Until now one column held the languages in which the collection spells the name of a city and those
# that a focal point stated on the profile. The history tells them apart: a change made by somebody who
# spoke for the city, then or at another time, was a statement. The last such value becomes the city's
# working languages, and the value before the first one becomes the languages of spelling again, unless
# somebody else has changed it since.
STATED = """
WITH changes AS (
    SELECT pgh_id, pgh_obj_id AS city_id, pgh_context_id, spelling_languages AS value,
        lag(spelling_languages) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS before
    FROM repository_cityevent WHERE pgh_label <> 'delete'
), statements AS (
    SELECT changes.* FROM changes JOIN pghistory_context context ON context.id = pgh_context_id
    WHERE before IS NOT NULL AND before <> value AND EXISTS (
        SELECT FROM partnerships_representation representation
        WHERE representation.city_id = changes.city_id
            AND representation.member_id::text = context.metadata ->> 'user'
    )
), found AS (
    SELECT DISTINCT city_id,
        first_value(before) OVER (PARTITION BY city_id ORDER BY pgh_id) AS spelling,
        first_value(value) OVER (PARTITION BY city_id ORDER BY pgh_id DESC) AS working
    FROM statements
)
UPDATE repository_city city SET
    working_languages = working,
    spelling_languages = CASE WHEN spelling_languages = working THEN spelling
        ELSE spelling_languages END
FROM found WHERE found.city_id = city.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("repository", "0030_working_languages"),
        ("partnerships", "0013_plain_addresses"),
    ]

    operations = [
        migrations.RunSQL(STATED, migrations.RunSQL.noop),
    ]
