"""Which public pages show something of a request."""

from partnerships.models import PartnershipRequest, Visibility
from repository.models import PageStamp
from repository.pages.http import for_members

BOARD, HOME = "/partnerships/", "/"


def touch_pages_of(request: PartnershipRequest) -> None:
    """Note that the pages have changed that list a request, and its own. Members come first."""
    paths = {own_path(request)}
    if request.visibility != Visibility.BROKERS:
        shown_on = [
            request.city,
            *request.practices.all(),
            *request.offered_practices.all(),
            *request.cases.all(),
        ]
        listing = [BOARD, HOME, *(subject.get_absolute_url() for subject in shown_on)]
        if request.visibility == Visibility.MEMBERS:
            listing = map(for_members, listing)
        paths |= {*listing}
    PageStamp.objects.touch(*paths)


def own_path(request: PartnershipRequest) -> str:
    return f"{BOARD}requests/{request.pk}/"
