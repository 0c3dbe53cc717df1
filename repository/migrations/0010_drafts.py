from importlib import import_module
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent / "sql"
OLD = import_module("repository.migrations.0003_edition_triggers").TRIGGER

# Tables whose rows belong to a case, with the column that says to which.
COLUMNS = {
    "repository_casestudy": "",
    "repository_evidence": "case_id",
    "repository_taggeditem": "object_id",
} | {
    f"repository_casestudy_{name}": "casestudy_id"
    for name in (
        "authors",
        "cities",
        "countries",
        "goals",
        "organizations",
        "practices",
        "references",
        "speakers",
        "themes",
        "webinars",
    )
}
DROP = "DROP TRIGGER raise_edition ON {table}"


def new(table: str, column: str) -> str:
    argument = f"'{column}'" if column else ""
    return OLD.replace("repository_raise_edition()", f"repository_raise_edition_of_case({argument})").format(table=table)


class Migration(migrations.Migration):
    dependencies = [("repository", "0009_page_stamps"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [
        migrations.RunSQL(
            (SQL / "case_edition.sql").read_text(),
            "DROP FUNCTION repository_raise_edition_of_case()",
        ),
        *[
            migrations.RunSQL(
                [DROP.format(table=table), new(table, column)],
                [DROP.format(table=table), OLD.format(table=table)],
            )
            for table, column in COLUMNS.items()
        ],
    ]
