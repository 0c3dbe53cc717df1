"""The connection for SQL that only reads."""

import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.without_database

# Modules that change or lock rows, or that only tasks and commands use.
PRIMARY = {
    "community/discussion/trust.py",
    "community/pages/stamps.py",
    "community/privacy/retention.py",
    "community/tasks/queue.py",
    "community/writing/drafts/actions.py",
    "repository/counts/counting.py",
    "repository/embeddings/updating.py",
    "repository/loading/locking.py",
    "repository/management/commands/rebuild_search.py",
    "repository/pages/models.py",
    "repository/search/updating.py",
    "repository/translations/exchange/actions.py",
}


def test_read_from_the_connection_of_the_orm():
    """`connection` is always that of the primary, which may be ahead of what the ORM reads."""
    used = re.compile(r"^from django\.db import (?:\([^)]*|.*)\bconnection\b", re.MULTILINE)
    root = settings.BASE_DIR
    found = {
        str(file.relative_to(root))
        for app in ("repository", "community", "partnerships")
        for file in (root / app).rglob("*.py")
        if "migrations" not in file.parts and used.search(file.read_text())
    }
    assert found == PRIMARY
