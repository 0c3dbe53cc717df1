import pytest

from tests.repository.admin.conftest import DeskClient


@pytest.fixture
def client():
    """A browser in which staff have shown their second factor, without which they are members."""
    return DeskClient()
