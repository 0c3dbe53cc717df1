"""Public pages that show a request."""

from partnerships.models import PartnershipRequest, Visibility
from repository.models import PageStamp
from repository.pages.http import for_members, for_staff

BOARD, HOME, SEARCH = "/partnerships/", "/", "/search/"


def touch_pages_of(partnership_request: PartnershipRequest) -> None:
    """Mark the pages that list a request, and its own, as changed. Lock members first."""
    paths = {own_path(partnership_request)}
    if partnership_request.visibility == Visibility.BROKERS:
        paths.add(for_staff(BOARD))
    else:
        shown_on = [
            partnership_request.city,
            *partnership_request.practices.all(),
            *partnership_request.offered_practices.all(),
            *partnership_request.cases.all(),
        ]
        listing = [BOARD, HOME, *(subject.get_absolute_url() for subject in shown_on)]
        if partnership_request.visibility == Visibility.MEMBERS:
            listing = map(for_members, listing)
        else:
            listing.append(SEARCH)
        paths |= {*listing}
    PageStamp.objects.touch(*paths)


def own_path(partnership_request: PartnershipRequest) -> str:
    return f"{BOARD}requests/{partnership_request.pk}/"
