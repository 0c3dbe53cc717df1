"""What a web worker does before its first request."""

import pytest

from repository.models import Edition
from tests.config.conftest import PRODUCTION
from tests.factories import CaseStudyFactory, ThemeFactory
from tests.processes import url_of_database
from tests.sampling import ALL

pytestmark = pytest.mark.proof(in_turn=True, sample=ALL)

PREPARED = """
import config.worker
from django.db import connection, connections
# The places of cases for cities, which only template tags need.
from partnerships.cases_for_cities import tags
from repository.cases import facets
from repository.pages.editions import make_slow_values
from repository.pages.http import versions

# With the buffers that they needed for the index.
print(*(each.connection for each in connections.all(initialized_only=True)))
print(connection._connection_pools)
edition = versions("/").edition
# Making a value again would read from the database.
connection.execute_wrappers.append(None)
make_slow_values(edition)
print(*facets.facet_index(edition).cases)
"""


@pytest.mark.django_db(transaction=True)
def test_make_slow_values_before_the_first_request(run):
    Edition.objects.get_or_create(pk=1)
    case = CaseStudyFactory(published=True, themes=[ThemeFactory()])
    settings = PRODUCTION | {"DATABASE_URL": url_of_database()}
    done = run("-W", "ignore", "-c", PREPARED, **settings)
    assert (done.stderr, done.stdout) == ("", f"None\n{{}}\n{case.pk}\n")


def test_start_without_a_database(run):
    started = "import config.worker; print(config.worker.application is not None)"
    done = run("-W", "ignore", "-c", started, **PRODUCTION)
    assert (done.stderr, done.stdout) == ("", "True\n")
