"""Concurrent actions about an organisation: see `test_actions_races.py`."""

import pytest
from django.db import connection

from partnerships.models import Offer, Representation
from partnerships.representation import actions
from partnerships.representation import review as reviews
from partnerships.representation.review import OrganizationToAdd
from repository.models import Organization
from tests.conftest import staff
from tests.factories import OfferFactory, OrganizationFactory, RepresentationFactory
from tests.partnerships.listings.listings import create_offer
from tests.races import at_once, race

pytestmark = pytest.mark.django_db(transaction=True)


def write_at_once(member, colleague) -> tuple[list[str], int]:
    """One more offer is allowed, and two representatives write one each."""
    bank = OrganizationFactory()
    for person in (member, colleague):
        RepresentationFactory(member=person, organization=bank, city=None)
    OfferFactory.create_batch(29, organization=bank, city=None)
    outcomes = race(
        bank,
        lambda: create_offer(bank, member, title="Mine"),
        lambda: create_offer(bank, colleague, title="Ours"),
    )
    return outcomes, Offer.objects.filter(organization=bank).counted().count()


def test_write_the_last_offer_at_the_same_moment(member, colleague):
    assert write_at_once(member, colleague) == (["done", "refused"], 30)


def test_write_the_last_offer_at_the_same_moment_without_locks(member, colleague, without_locks):
    assert write_at_once(member, colleague) == (["done", "done"], 31)


def test_ask_for_the_same_at_the_same_moment(member):
    bank = OrganizationFactory()

    def ask() -> Representation:
        return actions.ask(by=member, place=bank, position="Officer")

    assert at_once(ask, ask, ask) == ["done"] * 3
    assert Representation.objects.count() == 1


def test_create_one_organization_at_the_same_moment(member, colleague, broker):
    another = staff("Brokers", "another")
    asked = [
        actions.ask(by=person, place=actions.NewOrganization(words, None), position="Officer")
        for person, words in ((member, "The fund"), (colleague, "Coast fund"))
    ]
    made = OrganizationToAdd("Fund of the Coast", "bank")
    outcomes = at_once(
        *(
            lambda row=row, by=by: reviews.approve(representation=row, by=by, choice=made)
            for row, by in zip(asked, (broker, another), strict=True)
        )
    )
    assert (outcomes, Organization.objects.count()) == (["done", "done"], 1)
    assert Representation.objects.current().count() == 2


def test_find_an_organization_committed_after_the_names_were_read(member, broker):
    words = actions.NewOrganization("The fund", None)
    asked = actions.ask(by=member, place=words, position="Officer")
    outcomes = []

    def create_after_the_first_read(execute, sql, *rest):
        result = execute(sql, *rest)
        if 'FROM "repository_organization"' in sql and not outcomes:
            outcomes.extend(
                at_once(
                    lambda: OrganizationFactory(
                        name="Fund of the Coast", slug="fund-of-the-coast", kind="bank"
                    )
                )
            )
        return result

    with connection.execute_wrapper(create_after_the_first_read):
        reviews.approve(
            representation=asked, by=broker, choice=OrganizationToAdd("Fund of the Coast", "bank")
        )
    assert outcomes == ["done"]
    assert Representation.objects.get().organization == Organization.objects.get()
