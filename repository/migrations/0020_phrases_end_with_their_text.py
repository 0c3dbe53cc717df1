import re
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent / "sql"


def as_they_are_now(name, *wanted):
    """Functions and views of a file, made anew. A new site has them from the start."""
    text = (SQL / name).read_text(encoding="utf-8")
    for what in wanted:
        end = r";\n\n" if what.startswith("VIEW") else r"\$\$;\n"
        (found,) = re.findall(rf"^CREATE {what}\b.*?{end}", text, re.MULTILINE | re.DOTALL)
        yield found.replace("CREATE", "CREATE OR REPLACE", 1)


class Migration(migrations.Migration):
    dependencies = [("repository", "0019_speakers_and_recordings")]

    operations = [
        migrations.RunSQL(
            [
                *as_they_are_now(
                    "search_text.sql",
                    "FUNCTION repository_end",
                    "FUNCTION repository_lines",
                    "FUNCTION repository_words",
                ),
                *as_they_are_now(
                    "search_entries.sql",
                    "FUNCTION repository_names",
                    "VIEW repository_searchable",
                    "FUNCTION repository_search_words",
                    "FUNCTION repository_refresh_search_entries",
                    "FUNCTION repository_apply_search_changes",
                    "FUNCTION repository_count_all_search_words",
                    "FUNCTION repository_rebuild_search",
                ),
                *as_they_are_now(
                    "search_query.sql",
                    "FUNCTION repository_like_words",
                    "FUNCTION repository_search",
                ),
                "SELECT repository_rebuild_search()",
            ],
            migrations.RunSQL.noop,
        ),
    ]
