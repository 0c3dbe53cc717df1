"""Values of offers and needs for actions and forms."""

from partnerships.listings import actions as listings_actions
from partnerships.models import Offer

OFFER = {
    "title": "We pay the travel",
    "description": "For two people.",
    "language": "en",
    "modalities": ["study-visit"],
    "languages": [],
    "valid_until": None,
}


def create_offer(owner, by, **changes):
    return listings_actions.create(model=Offer, owner=owner, by=by, links={}, **OFFER | changes)


def listing_form(practice, **changes):
    return {
        "title": "  Two weeks\tat our stations ",
        "description": "See **all** of it.\r\nAnd more.",
        "language": "en",
        "practices": [practice.pk],
        "modalities": ["training", "study-visit"],
        "languages": ["en", "sw"],
        "valid_until": "",
    } | changes
