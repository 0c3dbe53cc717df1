import pytest

from partnerships.sample import loading
from tests import databases
from tests.conftest import unblocked_at_its_ends


@pytest.fixture(scope="session")
def sample_database(series_database, shared_folder, django_db_blocker):
    """The name of a database with the 2020 series and the sample data set, loaded once a run."""

    def make(name: str) -> None:
        databases.copy(series_database, name)
        with databases.using(name):
            loading.load()

    made = databases.shared(f"{series_database}_sample", shared_folder, make)
    yield from unblocked_at_its_ends(made, django_db_blocker)


@pytest.fixture(scope="module")
def sample(sample_database, django_db_blocker):
    """The sample data set, for the tests of the module."""
    with django_db_blocker.unblock(), databases.copied(sample_database, "module"):
        yield
