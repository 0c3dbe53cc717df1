import pytest

from partnerships.sample import loading
from tests import databases


@pytest.fixture(scope="package")
def sample_database(series_database, django_db_blocker):
    """The name of a database with the 2020 series and the sample data set, loaded once."""
    name = f"{series_database}_{databases.WORKER}_sample"
    with django_db_blocker.unblock():
        databases.copy(series_database, name)
        with databases.using(name):
            loading.load()
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture(scope="module")
def sample(sample_database, django_db_blocker):
    """The sample data set, for the tests of the module."""
    with django_db_blocker.unblock(), databases.using(sample_database):
        yield
