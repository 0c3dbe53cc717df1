"""The index of the board, compared with the rows themselves after each of many changes."""

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone

from community.models import Reason, Verb
from partnerships.agreements import actions as partnership_actions
from partnerships.board.board import FACETS, board, draw
from partnerships.board.entries import board_rows, order
from partnerships.listings import actions as listing_actions
from partnerships.models import Need, Offer, Partnership, PartnershipRequest
from partnerships.requests import actions as request_actions
from repository.pages.editions import current_edition
from tests.factories import (
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
    ThemeFactory,
)
from tests.page import page_of

PAGE = "/partnerships/"
CHANGES = 40


def expected():
    """Return the keys of all rows in the order of the list, and those of each value of a facet."""
    rows = [(kind, row) for kind, found in board_rows().items() for row in found]
    since = {"request": "opened_at", "partnership": "created_at"}
    rows.sort(
        key=lambda it: order(it[0], getattr(it[1], since.get(it[0], "published_at")), it[1].pk)
    )
    values = defaultdict(set)
    for kind, row in rows:
        key = kind, row.pk
        values["kind", kind].add(key)
        for theme in row.themes.all():
            values["theme", theme.slug].add(key)
        for name in ("practices", "offered_practices") if kind == "request" else ("practices",):
            for practice in getattr(row, name).all():
                values["practice", practice.slug].add(key)
        if kind == "partnership":
            cities = [party.city for party in row.parties.all() if party.city]
            countries = [city.country for city in cities]
        else:
            cities = [row.city] if row.city else []
            owner = row.city or getattr(row, "organization", None) or row
            countries = [owner.country] if owner.country else []
            languages = row.languages
            if kind == "request" and not languages:
                languages = row.city.working_languages
            for language in languages:
                values["language", language].add(key)
            for modality in row.modalities:
                values["modality", modality].add(key)
        for city in cities:
            values["city", city.slug].add(key)
        for country in countries:
            values["country", country.pk].add(key)
            if country.region:
                values["region", country.region].add(key)
        values["visible", row.visibility if kind == "request" else "public"].add(key)
    return [(kind, row.pk) for kind, row in rows], dict(values)


def indexed():
    """Return the same as `expected`, of the board that a page would use now."""
    shown = board(current_edition())

    def keys_of(rows: frozenset[int]) -> set:
        return {key for place, key in enumerate(shown.keys) if place in rows}

    sets = {
        (facet, key): keys_of(value.rows)
        for facet in FACETS
        for key, value in shown.values[facet].items()
    }
    sets |= {("visible", key): keys_of(rows) for key, rows in shown.visible.items()}
    on_map = {spot.key: keys_of(spot.rows) for spot in shown.spots if spot.facet == "city"}
    assert on_map == {key: rows for (facet, key), rows in sets.items() if facet == "city"}
    return shown.keys[::-1], sets


class World:
    """Rows of all kinds, and changes to a random one of them."""

    def __init__(self, rng: Random, focal_point, broker):
        self.rng, self.focal_point, self.broker = rng, focal_point, broker
        regions = {"BJ": "Africa", "KE": "Africa", "CN": "Asia", "TO": ""}
        countries = [CountryFactory(iso2=code, region=name) for code, name in regions.items()]
        self.countries = countries
        self.cities = [
            CityFactory(
                country=country, latitude=10 * place, longitude=10, working_languages=["fr"]
            )
            for place, country in enumerate(countries)
        ]
        for city in self.cities:
            RepresentationFactory(member=focal_point, city=city)
        self.bank = OrganizationFactory(country=countries[0])
        self.practices = PracticeFactory.create_batch(4)
        self.themes = ThemeFactory.create_batch(3)

    def changes(self):
        listings = [self.submit, self.publish, self.decline, self.edit, self.expire, self.close]
        requests = [self.open_request, self.close_request]
        return [*listings, self.delete, *requests, self.agree, self.hide, self.move_city]

    def some(self, rows):
        return self.rng.sample(rows, self.rng.randrange(len(rows)))

    def about(self):
        return {"practices": self.some(self.practices), "themes": self.some(self.themes)}

    def one(self, rows):
        found = list(rows.order_by("pk"))
        return self.rng.choice(found) if found else None

    def listing(self, status: str):
        return self.one(self.rng.choice([Offer, Need]).objects.filter(status=status))

    def submit(self):
        factory, owners = self.rng.choice(
            [(OfferFactory, [self.bank, *self.cities]), (NeedFactory, self.cities)]
        )
        owner = self.rng.choice(owners)
        whose = {"organization": owner, "city": None} if owner is self.bank else {"city": owner}
        factory(
            pending=True,
            **whose,
            **self.about(),
            modalities=self.some(["training", "twinning"]) or ["training"],
        )

    def publish(self):
        if (listing := self.listing("pending")) is not None:
            listing_actions.decide(listing=listing, verb=Verb.APPROVE, by=self.broker)

    def decline(self):
        if (listing := self.listing("published")) is not None and listing.city:
            listing_actions.decide(
                listing=listing,
                verb=Verb.DECLINE,
                by=self.broker,
                reason=Reason.OTHER,
                message="No.",
            )

    def edit(self):
        if (listing := self.listing("published")) is not None and listing.city:
            listing_actions.change(
                listing=listing,
                by=self.focal_point,
                links=self.about(),
                languages=self.some(["en", "fr", "zh"]) or ["en"],
                title=f"Edited {self.rng.random()}",
            )

    def expire(self):
        if (listing := self.listing("published")) is not None and listing.city:
            yesterday = timezone.localdate() - timedelta(days=self.rng.choice([0, 1]))
            listing_actions.change(
                listing=listing, by=self.focal_point, links=self.about(), valid_until=yesterday
            )

    def close(self):
        if (listing := self.listing("published")) is not None and listing.city:
            listing_actions.close(listing=listing, by=self.focal_point)

    def delete(self):
        if (listing := self.listing("published")) is not None:
            listing.delete()

    def open_request(self):
        PartnershipRequestFactory(
            opened=True,
            city=self.rng.choice(self.cities),
            languages=self.some(["en", "fr"]),
            visibility=self.rng.choice(["public", "members", "brokers"]),
            offered_practices=self.some(self.practices),
            **self.about(),
        )

    def close_request(self):
        if (asked := self.one(PartnershipRequest.objects.open())) is not None:
            request_actions.close(
                partnership_request=asked, by=self.focal_point, reason="elsewhere"
            )

    def agree(self):
        roles = zip(self.rng.sample(self.cities, 2), ["requester", "provider"], strict=True)
        PartnershipFactory(parties=list(roles), **self.about())

    def hide(self):
        if (partnership := self.one(Partnership.objects.filter(is_public=True))) is not None:
            partnership_actions.want_public(
                partnership=partnership, wanted=False, by=self.focal_point
            )

    def move_city(self):
        city = self.rng.choice(self.cities)
        city.country = self.rng.choice(self.countries)
        city.save()


@pytest.mark.django_db(transaction=True)
def test_index_equals_the_rows_after_each_change(
    client, pages, seed, focal_point, broker, is_sample
):
    rng = Random(seed)
    world = World(rng, focal_point, broker)
    PartnershipRequestFactory(opened=True, visibility="brokers", city=world.cities[0])
    first = [world.submit] * 6 + [world.publish] * 4 + [world.open_request, world.agree] * 2
    number = CHANGES // 2 if is_sample else CHANGES
    for change in [*first, *rng.choices(world.changes(), k=number)]:
        change()
        keys, values = expected()
        assert indexed() == (keys, values), f"{change.__name__}, --seed={seed}"
        # Visitors are shown the same, also from the cache.
        public = [key for key in keys if key in values.get(("visible", "public"), ())]
        links = [reverse(f"partnerships:{kind}_detail", args=[pk]) for kind, pk in public]
        for _ in range(2):
            cards = page_of(client.get(PAGE)).select("#found .card h3 a")
            assert [card["href"] for card in cards] == links[:20]


@pytest.mark.django_db
def test_map_is_drawn_again_for_another_city_only():
    city, other = (CityFactory(latitude=10 * place, longitude=10) for place in (1, 2))

    def drawn(edition: str):
        shown = board(edition)
        return draw(shown, frozenset(range(len(shown.keys))))

    OfferFactory(city=city)
    before = drawn("1")
    OfferFactory(city=city)
    assert drawn("2") is before
    NeedFactory(city=other)
    after = drawn("3")
    keys = {point.key for mark in after.layers[0].marks for point in mark.members}
    assert keys == {city.slug, other.slug}
    Need.objects.all().delete()
    assert drawn("4") == before
