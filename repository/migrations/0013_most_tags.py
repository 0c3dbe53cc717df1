from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("repository", "0012_tags")]

    operations = [
        migrations.RunSQL(
            (SQL / "most_tags.sql").read_text(encoding="utf-8"),
            """
            DROP TRIGGER check_most_tags ON repository_taggeditem;
            DROP FUNCTION repository_check_most_tags();
            """,
        )
    ]
