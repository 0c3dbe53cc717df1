"""Pages of the site for brokers require the second factor, as the desk does."""

import pytest
from django.test import Client

from community.accounts.middleware import with_rights
from community.models import User
from tests.community.conftest import ENROL, add_app, confirm
from tests.desk_client import DeskClient
from tests.factories import CityFactory, ClusterFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

SHOW = "/accounts/2fa/reauthenticate/?next="


@pytest.fixture
def browser(broker):
    """A browser in which the broker has signed in with only a password."""
    confirm(broker)
    client = Client()
    client.force_login(broker)
    return client


def test_redirect_to_the_factor_from_pages_for_brokers(browser, broker, partnership, introduced):
    pages = [partnership.get_absolute_url(), introduced.get_absolute_url()]
    assert {browser.get(page).url for page in pages} == {ENROL}
    step = f"{pages[0]}stall/"
    assert browser.post(step, {"words": "So."}).url == ENROL
    add_app(broker)
    assert [browser.get(page).url for page in pages] == [SHOW + page for page in pages]
    # The step is not taken, and the form not sent again.
    assert browser.post(step, {"words": "So."}).url == f"{SHOW}/"
    partnership.refresh_from_db()
    assert partnership.status == "active"


def test_open_the_page_with_the_factor(broker, partnership):
    client = DeskClient()
    client.force_login(broker)
    assert client.get(partnership.get_absolute_url()).status_code == 200


def test_show_only_public_content_without_the_factor(browser, broker):
    cities = [CityFactory()]
    shown = ClusterFactory(cities=cities)
    hidden = ClusterFactory(cities=cities, is_public=False)
    page = page_of(browser.get("/partnerships/clusters/"))
    assert page.link(str(shown)) == shown.get_absolute_url()
    assert str(hidden) not in page.html


def test_etag_changes_with_the_factor(browser, broker):
    url = ClusterFactory(cities=[CityFactory()]).get_absolute_url()
    first = browser.get(url)
    client = DeskClient(headers={"if-none-match": first.headers["ETag"]})
    client.force_login(broker)
    assert client.get(url).status_code == 200


def test_members_are_not_redirected(partnership, stranger):
    client = Client()
    client.force_login(stranger)
    assert client.get(partnership.get_absolute_url()).status_code == 404


def test_demo_requires_no_factor(rf, broker, settings):
    settings.DEMO = True
    person = User.objects.get(pk=broker.pk)
    rf.cookies[settings.SESSION_COOKIE_NAME] = "of the browser"
    assert with_rights(rf.get("/"), person).has_perm("partnerships.broker")
