from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("repository", "0007_whole_constraints")]

    operations = [
        migrations.RunSQL(
            (SQL / "case_page.sql").read_text(),
            "DROP FUNCTION repository_case_page(bigint), repository_case_card(bigint)",
        )
    ]
