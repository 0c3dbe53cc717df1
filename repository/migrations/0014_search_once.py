import re
from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent / "sql" / "search_entries.sql").read_text(encoding="utf-8")


def function(name):
    """A function as it is in the file now. A new site has it from the start."""
    found = re.search(rf"^CREATE FUNCTION {name}\b.*?^END \$\$;", TEXT, re.MULTILINE | re.DOTALL)
    return found[0].replace("CREATE", "CREATE OR REPLACE", 1)


class Migration(migrations.Migration):
    dependencies = [("repository", "0013_most_tags")]

    operations = [
        migrations.RunSQL(
            [
                function("repository_search_change_waits"),
                function("repository_apply_search_changes"),
            ],
            migrations.RunSQL.noop,
        )
    ]
