"""The database of the tests, which is migrated by a short cut, is that of a new site."""

import pytest

from tests import databases
from tests.upgrade import new_site
from tests.upgrade.schema import schema


# It takes more than a minute.
@pytest.mark.proof(sample=0)
def test_migrate_without_short_cuts(fresh, empty_database, django_db_blocker):
    name = "_".join(filter(None, [empty_database, databases.WORKER, "slowly"]))
    with django_db_blocker.unblock():
        try:
            databases.migrate(name)
            with databases.using(name):
                assert (schema(), new_site.rows()) == fresh
        finally:
            databases.drop(name)
