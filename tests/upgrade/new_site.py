"""The rows of a new site, which migrations and what follows them have made."""

import hashlib

from django.db import connection

from tests.upgrade.checksums import checksums

QUERIES = {
    "goals": "SELECT number FROM repository_goal",
    "edition": "SELECT id FROM repository_edition",
    # Without the texts about representations, which are newer.
    "canned texts": """
        SELECT id, used_by, language, reason, title, text FROM community_cannedtext
        WHERE reason <> 'unconfirmed'
    """,
    "history of canned texts": """
        SELECT pgh_id, pgh_label, pgh_obj_id, pgh_context_id, id, used_by, language, reason, title,
            text
        FROM community_cannedtextevent WHERE reason <> 'unconfirmed'
    """,
    "groups": "SELECT id, name FROM auth_group",
}


def rows() -> dict:
    """For each query the number of rows and a checksum; and the tables that have rows."""
    found = {}
    with connection.cursor() as cursor:
        for name, query in QUERIES.items():
            cursor.execute(query)
            lines = sorted(repr(row) for row in cursor.fetchall())
            found[name] = [len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()]
    found["tables"] = [name for name, table in checksums().items() if table["rows"]]
    return found
