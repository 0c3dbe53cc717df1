import re
from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent / "sql" / "search_query.sql").read_text(encoding="utf-8")


def function(name):
    """A function as it is in the file now. A new site has it from the start."""
    found = re.search(rf"^CREATE FUNCTION {name}\b.*?\$\$;\n", TEXT, re.MULTILINE | re.DOTALL)
    return found[0].replace("CREATE", "CREATE OR REPLACE", 1)


class Migration(migrations.Migration):
    dependencies = [("repository", "0023_coordinates_in_range")]

    operations = [
        migrations.RunSQL(
            [function("repository_other_number"), function("repository_read_query")],
            migrations.RunSQL.noop,
        )
    ]
