import re
from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent / "sql" / "case_page.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("repository", "0016_webinars_to_come")]

    # The function as it is in the file now. A new site has it from the start.
    operations = [
        migrations.RunSQL(
            re.search(r"^CREATE FUNCTION repository_case_page\b.*?^END \$\$;", TEXT, re.MULTILINE | re.DOTALL)[0]
            .replace("CREATE", "CREATE OR REPLACE", 1),
            migrations.RunSQL.noop,
        )
    ]
