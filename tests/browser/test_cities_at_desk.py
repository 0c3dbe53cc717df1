"""The page at the desk where a broker decides who speaks for a city, in a browser.

In a module of its own: the files of the desk are not among those that are served compressed.
"""

from community.models import User
from tests.browser.axe import violations, width_over
from tests.collection import signed_in
from tests.conftest import staff
from tests.factories import RepresentationFactory
from tests.second_factors import add_totp


def test_desk_page_is_accessible(open_page, serve, collection):
    broker = staff("Brokers", "broker")
    add_totp(broker)
    asked = [
        RepresentationFactory(
            member=User.objects.get(handle="member"), city=None, asked=True, **words
        )
        for words in (
            {"place": "Ndhiwa", "country_id": "KE"},
            {"place": "Fund of the Coast", "is_of_organization": True},
        )
    ]
    site = serve()
    page = open_page(base_url=site, viewport={"width": 1280, "height": 800})
    cookie = signed_in(broker).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    for row in asked:
        page.goto(f"/admin/review/representation/{row.pk}/")
        assert page.get_by_role("button", name="Approve").is_visible()
        assert (violations(page, "light", "dark"), width_over(page)) == ([], 0)
    broker.delete()
