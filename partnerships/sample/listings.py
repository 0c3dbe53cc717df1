"""Offers and needs of the sample cities."""

from typing import Any

from community.models import Verb
from partnerships.listings import actions
from partnerships.models import Need, Offer
from partnerships.sample.content import modalities, read
from partnerships.sample.people import Cast
from partnerships.sample.times import at
from repository.dates import clock
from repository.models import Practice

# The last ones are left to the brokers.
PENDING = 2


def create_listings(cast: Cast) -> None:
    """Publish the offers and needs over two years; the last two of each kind are pending."""
    practices = Practice.objects.prefetch_related("themes").in_bulk(field_name="slug")
    content = read("listings")
    for model, rows in ((Offer, content["offers"]), (Need, content["needs"])):
        for number, row in enumerate(rows):
            is_pending = number >= len(rows) - PENDING
            days = 1 + number % PENDING if is_pending else 720 - 700 * number / len(rows)
            create_listing(cast, model, row, practices, days=days, is_pending=is_pending)


def create_listing(
    cast: Cast,
    model: type[Offer | Need],
    row: list[str],
    practices: dict[str, Practice],
    *,
    days: float,
    is_pending: bool,
) -> None:
    city, practice, kinds, title, text = row
    about = practices[practice]
    further: dict[str, Any] = {"capacity": 2} if model is Offer else {}
    with at(cast.calendar.ago(days)):
        listing = actions.create(
            model=model,
            owner=cast.cities[city],
            by=cast.focal_points[city],
            links={"practices": [about], "themes": about.themes.all()},
            title=title,
            description=text,
            language=cast.language[city],
            modalities=modalities(kinds),
            languages=cast.cities[city].working_languages,
            changed_at=clock.now(),
            **further,
        )
    if not is_pending:
        with at(cast.calendar.ago(days - 1)):
            actions.decide(listing=listing, verb=Verb.APPROVE, by=cast.broker)
