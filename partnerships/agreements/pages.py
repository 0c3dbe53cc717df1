"""Which public pages tell of a partnership."""

from partnerships.models import Partnership
from partnerships.requests.pages import BOARD, HOME
from repository.models import PageStamp

CITIES = "/cities/"


def touch_partnership(partnership: Partnership, *, was_public: bool = False) -> None:
    """Note that the page of a partnership has changed, and those that tell of it.

    Of one that is not public, and was not, none does: a new ETag of theirs would tell of it.
    """
    own = partnership.get_absolute_url()
    if not (partnership.is_public or was_public):
        PageStamp.objects.touch(own)
        return
    cities = [party.city for party in partnership.parties.select_related("city") if party.city]
    cases = [case for case in (partnership.inspired_by, partnership.resulting_case) if case]
    told = [each.get_absolute_url() for each in [*cities, *partnership.practices.all(), *cases]]
    PageStamp.objects.touch(own, BOARD, HOME, CITIES, *told)
