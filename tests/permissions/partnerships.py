"""What the cast has at the partnership desk: offers and needs of Kisumu and of Lagos."""

from partnerships.models import ListingStatus
from tests.factories import (
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    SuggestionFactory,
)


def add_partnerships(world) -> None:
    """An offer and a need in each state, of a foreign city, and of no city at all; and offers of an
    organisation for which somebody speaks, and of one for which nobody does."""
    kisumu = world.things["city"]
    lagos = CityFactory(slug="lagos", name="Lagos", country=CountryFactory(iso2="NG"))
    for kind, factory in (("offers", OfferFactory), ("needs", NeedFactory)):
        for name in [*ListingStatus.values, "foreign", "foreign-pending"]:
            status = {"foreign": "published"}.get(name, name)
            status = "pending" if name == "foreign-pending" else status
            is_public = status == ListingStatus.PUBLISHED
            word = "open" + name if is_public else f"hush{kind}{name.replace('-', '')}"
            listing = factory(
                city=lagos if name.startswith("foreign") else kisumu,
                title=f"Title {word}",
                description=f"Words {word}",
                status=status,
                **({} if is_public else {"published_at": None}),
                report_key="replaced" if name == "replaced" else "",
                practices=[world.things["practice"]],
                themes=[world.things["theme"]],
                created_by=world.people["focal_point"],
            )
            getattr(world, kind)[name] = listing
        getattr(world, kind)["of-country"] = factory(city=None, country=world.things["country"])
    add_suggestions(world, kisumu, lagos)
    for name, body in (
        ("of-organization", "bank"),
        ("of-organization-pending", "bank"),
        ("of-unspoken", "organization"),
    ):
        is_public = not name.endswith("pending")
        word = "open" + name if is_public else "hushbankoffer"
        world.offers[name] = OfferFactory(
            city=None,
            organization=world.things[body],
            title=f"Title {word}",
            description=f"Words {word}",
            pending=not is_public,
            practices=[world.things["practice"]],
            created_by=world.people["facilitator"],
        )


def add_suggestions(world, kisumu, lagos) -> None:
    """A suggestion in each state, of a foreign city, and of a country."""
    for name, city, state in (
        ("open", kisumu, {}),
        ("adopted", kisumu, {"adopted": True, "offer": world.offers["pending"]}),
        ("declined", kisumu, {"declined": True}),
        ("foreign", lagos, {}),
        ("foreign-declined", lagos, {"declined": True}),
        ("of-country", None, {"country": world.things["country"]}),
    ):
        is_public = "declined" not in state and "adopted" not in state
        word = f"open{name}" if is_public else f"hushsuggestion{name}"
        word = word.replace("-", "")
        world.suggestions[name] = SuggestionFactory(
            city=city,
            title=f"Title {word}",
            description=f"Words {word}",
            practices=[world.things["practice"]],
            cases=world.cases.values(),
            **state,
        )
