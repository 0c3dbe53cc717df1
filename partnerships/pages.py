"""Which public pages tell of a partnership."""

from partnerships.models import Partnership
from partnerships.request_pages import BOARD, HOME
from partnerships.stamps import touch_pages

CITIES = "/cities/"
MONITORING = "/monitoring/"


def touch_partnership(partnership: Partnership) -> None:
    """Note that the page of a partnership has changed, and those that tell of it."""
    cities = [party.city for party in partnership.parties.select_related("city") if party.city]
    cases = [case for case in (partnership.inspired_by, partnership.resulting_case) if case]
    told = [partnership, *cities, *partnership.practices.all(), *cases]
    touch_pages({BOARD, HOME, CITIES, MONITORING, *(each.get_absolute_url() for each in told)})
