from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent / "sql" / "case_page.sql"
DROP = "DROP FUNCTION repository_case_page(bigint), repository_case_card(bigint)"


class Migration(migrations.Migration):
    dependencies = [("repository", "0014_search_once")]

    # The functions as they are in the file now, which return text. A new site has them from the start.
    operations = [migrations.RunSQL([DROP, SQL.read_text(encoding="utf-8")], migrations.RunSQL.noop)]
