from django.db import migrations

EDITION = """
CREATE CONSTRAINT TRIGGER raise_edition AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION repository_raise_edition()
"""
TABLES = ["repository_landscapesection", "repository_landscapesection_references"]

NOTE = """
CREATE OR REPLACE TRIGGER note_search_change AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION repository_note_search_change({arguments})
"""

# Both add to what is in the database, whatever other migrations have made of it.
VIEW = """
DO $do$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW repository_searchable AS '
        || rtrim(pg_get_viewdef('repository_searchable'::regclass), ';')
        || $view$
        UNION ALL
        SELECT 'landscape', s.id, s.id::text, s.slug, 'en', s.title, '{}', s.summary, '', s.body,
            (
                SELECT string_agg(concat_ws(E'\\n', x.label, x."group"), E'\\n')
                FROM repository_evidence x WHERE x.section_id = s.id
            ),
            '', '{}', NULL
        FROM repository_landscapesection s
        $view$;
END $do$
"""
FUNCTION = """
DO $do$
DECLARE
    present text := pg_get_functiondef('repository_apply_search_changes'::regproc);
    wanted text := replace(
        present, $q$'recommendation', 'term'$q$, $q$'recommendation', 'landscape', 'term'$q$
    );
BEGIN
    IF wanted = present THEN
        RAISE EXCEPTION 'repository_apply_search_changes has another list of kinds';
    END IF;
    EXECUTE wanted;
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [("repository", "0032_landscape")]

    operations = [
        *[migrations.RunSQL(EDITION.format(table=table), migrations.RunSQL.noop) for table in TABLES],
        migrations.RunSQL(
            [
                NOTE.format(
                    table="repository_landscapesection", arguments="'landscape', 'id'"
                ),
                NOTE.format(
                    table="repository_evidence",
                    arguments="'case', 'case_id', 'landscape', 'section_id'",
                ),
                VIEW,
                FUNCTION,
            ],
            migrations.RunSQL.noop,
        ),
    ]
