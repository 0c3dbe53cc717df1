from django.db import migrations

# Tables whose rows the public pages show. A test compares this list with the models.
TABLES = [
    "repository_appearance",
    "repository_casestudy",
    "repository_casestudy_authors",
    "repository_casestudy_cities",
    "repository_casestudy_countries",
    "repository_casestudy_goals",
    "repository_casestudy_organizations",
    "repository_casestudy_practices",
    "repository_casestudy_references",
    "repository_casestudy_speakers",
    "repository_casestudy_themes",
    "repository_casestudy_webinars",
    "repository_city",
    "repository_country",
    "repository_evidence",
    "repository_glossaryterm",
    "repository_goal",
    "repository_organization",
    "repository_practice",
    "repository_practice_themes",
    "repository_recommendation",
    "repository_recommendation_cases",
    "repository_reference",
    "repository_series",
    "repository_series_organizers",
    "repository_speaker",
    "repository_tag",
    "repository_taggeditem",
    "repository_theme",
    "repository_webinar",
    "repository_webinar_cities",
    "repository_webinar_countries",
    "repository_webinar_practices",
]

# Deferred to the end of the transaction: the lock on the one row is then the last one taken, so
# writers cannot wait for each other in a circle, and they hold it only while they commit.
FUNCTION = """
CREATE FUNCTION repository_raise_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE repository_edition
       SET number = number + 1, transaction = txid_current(), changed_at = now()
     WHERE transaction <> txid_current();
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition()
"""


class Migration(migrations.Migration):
    dependencies = [("repository", "0002_extensions_and_goals")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION repository_raise_edition()"),
        *[
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER raise_edition ON {table}"
            )
            for table in TABLES
        ],
    ]
