"""Public pages that show a partnership."""

from partnerships.models import Partnership
from partnerships.requests.pages import BOARD, HOME, SEARCH
from repository.models import PageStamp

CITIES = "/cities/"


def touch_partnership(partnership: Partnership, *, was_public: bool = False) -> None:
    """Mark the page of a partnership, and pages that list it, as changed.

    Other pages are left alone if it is not and was not public: a new ETag would reveal it.
    """
    own = partnership.get_absolute_url()
    if not (partnership.is_public or was_public):
        PageStamp.objects.touch(own)
        return
    parties = partnership.parties.select_related("city__country")
    cities = [party.city for party in parties if party.city]
    countries = [city.country for city in cities]
    cases = [case for case in (partnership.inspired_by, partnership.resulting_case) if case]
    listing = [*cities, *countries, *partnership.practices.all(), *cases]
    paths = [each.get_absolute_url() for each in listing]
    PageStamp.objects.touch(own, BOARD, HOME, CITIES, SEARCH, *paths)
