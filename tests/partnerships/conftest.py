"""People who speak for a city, and what they send."""

import pytest

from partnerships.requests import documents as requests_documents
from tests.desk_client import DeskClient
from tests.factories import (
    CityFactory,
    CountryFactory,
    MatchFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    ProgressReportFactory,
    RepresentationFactory,
)


@pytest.fixture
def city(focal_point):
    """The city that `focal_point` speaks for."""
    return RepresentationFactory(member=focal_point).city


@pytest.fixture
def second(city, colleague):
    """`colleague`, who speaks for the same city as `focal_point`."""
    RepresentationFactory(member=colleague, city=city)
    return colleague


@pytest.fixture
def files(settings, tmp_path):
    """Files are kept in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


def values_of(partnership_request, **changes) -> dict:
    """What the form of a request gives when it is saved with these changes."""
    links = {
        name: list(getattr(partnership_request, name).all()) for name in requests_documents.LINKS
    }
    columns = {name: getattr(partnership_request, name) for name in requests_documents.COLUMNS}
    return columns | links | changes


@pytest.fixture
def asking(focal_point):
    """A city of Benin for which `focal_point` speaks."""
    city = CityFactory(name="Cotonou", slug="cotonou", country=CountryFactory(iso2="BJ"))
    RepresentationFactory(member=focal_point, city=city)
    return city


@pytest.fixture
def giving(colleague):
    """A city of China for which `colleague` speaks."""
    city = CityFactory(name="Qingdao", slug="qingdao", country=CountryFactory(iso2="CN"))
    RepresentationFactory(member=colleague, city=city)
    return city


@pytest.fixture
def introduced(asking, giving):
    """A match of both, introduced."""
    partnership_request = PartnershipRequestFactory(opened=True, city=asking, status="matched")
    return MatchFactory(introduced=True, request=partnership_request, city=giving)


@pytest.fixture
def partnership(introduced, asking, giving):
    """What both have agreed, not public; its first report is due."""
    made = PartnershipFactory(
        match=introduced,
        is_public=False,
        parties=[(asking, "requester"), (giving, "provider")],
    )
    ProgressReportFactory(partnership=made)
    return made


@pytest.fixture
def client():
    """A browser in which staff have shown their second factor, without which they are members."""
    return DeskClient()
