"""What brokers do on pages of the site asks for the second factor, as the desk does."""

import pytest
from django.test import Client

from community.accounts.middleware import with_rights
from community.models import User
from tests.community.conftest import ENROL, add_app, confirm
from tests.desk_client import DeskClient
from tests.factories import ClusterFactory

pytestmark = pytest.mark.django_db

SHOW = "/accounts/2fa/reauthenticate/?next="


@pytest.fixture
def browser(broker):
    """A browser in which the broker has signed in with a password alone."""
    confirm(broker)
    client = Client()
    client.force_login(broker)
    return client


def test_lead_to_the_factor_where_a_page_is_for_brokers(browser, broker, partnership, introduced):
    pages = [partnership.get_absolute_url(), introduced.get_absolute_url()]
    assert {browser.get(page).url for page in pages} == {ENROL}
    step = f"{pages[0]}stall/"
    assert browser.post(step, {"words": "So."}).url == ENROL
    add_app(broker)
    assert [browser.get(page).url for page in pages] == [SHOW + page for page in pages]
    # What was sent is not done, and not sent again.
    assert browser.post(step, {"words": "So."}).url == f"{SHOW}/"
    partnership.refresh_from_db()
    assert partnership.status == "agreed"


def test_open_the_page_once_it_is_shown(broker, partnership):
    client = DeskClient()
    client.force_login(broker)
    assert client.get(partnership.get_absolute_url()).status_code == 200


def test_show_what_is_public_without_what_is_for_brokers(browser, broker):
    shown, hidden = ClusterFactory(is_public=True), ClusterFactory(is_public=False)
    page = browser.get("/partnerships/clusters/").text
    assert (str(shown) in page, str(hidden) in page) == (True, False)


def test_keep_no_page_of_before_it_is_shown(browser, broker):
    page = ClusterFactory(is_public=True).get_absolute_url()
    first = browser.get(page)
    client = DeskClient(headers={"if-none-match": first.headers["ETag"]})
    client.force_login(broker)
    assert client.get(page).status_code == 200


def test_leave_members_where_they_are(partnership, stranger):
    client = Client()
    client.force_login(stranger)
    assert client.get(partnership.get_absolute_url()).status_code == 404


def test_ask_nobody_in_a_demo(rf, broker, settings):
    settings.DEMO = True
    person = User.objects.get(pk=broker.pk)
    assert with_rights(rf.get("/"), person).has_perm("partnerships.broker")
