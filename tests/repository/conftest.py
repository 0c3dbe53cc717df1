import pytest

from tests.desk_client import DeskClient
from tests.page import Page, page_of


@pytest.fixture
def read(client):
    """Open a page and check its status."""

    def read(path: str, status: int = 200, **headers) -> Page:
        page = page_of(client.get(path, headers=headers))
        assert page.status == status
        return page

    return read


@pytest.fixture
def client():
    """A browser in which staff have shown their second factor, without which they are members."""
    return DeskClient()
