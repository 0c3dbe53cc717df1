"""Representations of an organisation, and the rights that they give or do not give."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Decision, Notification, Verb
from community.moderation.decisions import undo as decisions_undo
from community.moderation.reviewable import reviewable_of
from community.permissions import is_concerned
from community.privacy.actions import delete_account
from partnerships import permissions
from partnerships.agreements import actions as partnerships
from partnerships.agreements import links as agreements_links
from partnerships.agreements import reminders
from partnerships.agreements.write_up import write_up
from partnerships.listings import actions as listings_actions
from partnerships.models import (
    ListingStatus,
    Match,
    Offer,
    Partnership,
    PartnershipRequest,
    Representation,
)
from partnerships.representation import actions
from partnerships.representation import review as reviews
from partnerships.representation.actions import NewOrganization, NewPlace
from partnerships.representation.review import OrganizationToAdd
from repository.models import Organization
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.factories import (
    CityFactory,
    CountryFactory,
    MatchFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipRequestFactory,
    PartyFactory,
    RepresentationFactory,
)
from tests.partnerships.listings.listings import OFFER, create_offer

pytestmark = pytest.mark.django_db

WORDS = {"reason": "incomplete", "message": "Send us a letter of your office."}
TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def bank(db):
    return OrganizationFactory(slug="bank", name="Development Bank of the Lake", acronym="DBL")


@pytest.fixture
def speaker(member, bank):
    """The member, who represents the bank."""
    RepresentationFactory(member=member, organization=bank, city=None)
    return member


def ask(by, represented, **options) -> Representation:
    return actions.ask(by=by, place=represented, **{"position": "Programme officer"} | options)


def notified(member) -> list[str]:
    rows = Notification.objects.filter(member=member).order_by("pk")
    return list(rows.values_list("event", flat=True))


def end_rights(member) -> None:
    Representation.objects.filter(member=member).update(until=TODAY() - DAY)


# Asking and deciding


def test_ask_for_an_organization_of_the_collection(member, broker, bank):
    asked = ask(member, bank, official_email="me@bank.example")
    asked.refresh_from_db()
    assert (asked.organization, asked.city, asked.place) == (bank, None, bank.name)
    assert (asked.is_of_organization, asked.country, str(asked)) == (True, None, bank.name)
    assert notified(broker) == ["representation.asked"]
    assert not permissions.speaks_for(member, bank)
    with pytest.raises(ActionRefused, match="already requested to represent this organisation"):
        ask(member, bank)


@pytest.mark.parametrize("kind", ["known", "new"])
def test_ask_twice_is_harmless(member, broker, bank, kind):
    represented = bank if kind == "known" else NewOrganization("Fund of the Coast", None)
    assert ask(member, represented) == ask(member, represented)
    assert (Representation.objects.count(), len(notified(broker))) == (1, 1)


def test_ask_for_an_organization_by_its_acronym(member, bank):
    assert ask(member, NewOrganization("dbl", None)).organization == bank


def test_ask_for_an_organization_already_represented(speaker, bank):
    with pytest.raises(ActionRefused, match="You already represent this organisation"):
        ask(speaker, bank)
    end_rights(speaker)
    assert ask(speaker, bank).status == "asked"


def test_approve_gives_the_right_until_the_end(member, broker, bank):
    asked = ask(member, bank)
    reviews.approve(representation=asked, by=broker)
    assert permissions.speaks_for(member, bank)
    assert list(Representation.objects.organizations_of(member)) == [{"organization": bank.pk}]
    reviews.end(representation=asked, by=broker, **WORDS)
    assert not permissions.speaks_for(member, bank)
    assert not Representation.objects.organizations_of(member).exists()
    assert notified(member) == ["representation.approved", "representation.ended"]
    decisions_undo.undo(decision=Decision.objects.get(verb=Verb.END), by=broker)
    assert permissions.speaks_for(member, bank)


def test_resign_lapse_and_delete(member, colleague, stranger, bank, tmp_path, settings):
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"
    held = [
        RepresentationFactory(member=person, organization=bank, city=None)
        for person in (member, colleague, stranger)
    ]
    actions.resign(representation=held[0], by=member)
    end_rights(colleague)
    assert actions.lapse(representation=held[1])
    assert not permissions.speaks_for(member, bank)
    assert not permissions.speaks_for(colleague, bank)
    assert permissions.is_spoken_for(bank)
    delete_account(member=stranger, by=stranger, erase=False)
    assert not permissions.is_spoken_for(bank)
    assert not Representation.objects.filter(member=stranger).exists()


def test_approve_a_new_organization_creates_it_once(member, colleague, broker):
    kenya = CountryFactory(iso2="KE")
    for person, name in ((member, "Fund of the Coast"), (colleague, "fund of the coast ")):
        asked = ask(person, NewOrganization("Coast fund" + person.handle, kenya))
        reviews.approve(representation=asked, by=broker, choice=OrganizationToAdd(name, "bank"))
    made = Organization.objects.get()
    assert (made.slug, made.name, made.kind, made.country) == (
        "fund-of-the-coast",
        "Fund of the Coast",
        "bank",
        kenya,
    )
    assert Representation.objects.current().filter(organization=made).count() == 2


@pytest.mark.parametrize(
    ("known", "name"),
    [
        # With the same slug: it leaves out non-Latin letters and is cut at its maximum length.
        ({"name": "Trade bank", "slug": "trade-bank"}, "Trade bank 郑州"),
        ({"name": f"{'a' * 80} one", "slug": "a" * 80}, f"{'a' * 80} two"),
        # The broker has seen it in the list and chosen to add another.
        ({"name": "Asian Trade Bank", "acronym": "ATB"}, "ATB"),
    ],
)
def test_approve_a_new_organization_never_uses_another(member, broker, known, name):
    other = OrganizationFactory(**known)
    asked = ask(member, NewOrganization("Our bank", None))
    reviews.approve(representation=asked, by=broker, choice=OrganizationToAdd(name, "bank"))
    made = Representation.objects.current().get().organization
    assert (made.name, made == other, Organization.objects.count()) == (name, False, 2)


def test_approve_an_organization_asked_for_by_another_name(member, broker, bank):
    asked = ask(member, NewOrganization("The lake’s bank", None))
    reviews.approve(representation=asked, by=broker, choice=bank)
    asked.refresh_from_db()
    assert (asked.organization, asked.place) == (bank, bank.name)


@pytest.mark.parametrize(
    "chosen", [None, OrganizationToAdd(" ", "bank"), OrganizationToAdd("Fund", ""), "Kisumu"]
)
def test_approve_without_an_organization(member, broker, chosen):
    asked = ask(member, NewOrganization("Fund of the Coast", None))
    with pytest.raises(ActionRefused):
        reviews.approve(representation=asked, by=broker, choice=chosen)
    assert not Organization.objects.exists()


def test_approve_no_city_for_an_organization_or_vice_versa(member, broker, bank):
    city = CityFactory()
    with pytest.raises(ActionRefused, match="Choose the organisation"):
        reviews.approve(representation=ask(member, bank), by=broker, choice=city)
    with pytest.raises(ActionRefused, match="Choose the city"):
        reviews.approve(representation=ask(member, city), by=broker, choice=bank)


def test_approve_a_current_representative(speaker, broker, bank):
    asked = ask(speaker, NewOrganization("The lake’s bank", None))
    with pytest.raises(ActionRefused, match=r"already represents .*DBL\)"):
        reviews.approve(representation=asked, by=broker, choice=bank)


def test_decide_about_oneself(broker, bank):
    asked = ask(broker, bank)
    with pytest.raises(ActionRefused, match="nother broker"):
        reviews.approve(representation=asked, by=broker)


# No rights of cities


def test_give_no_rights_of_cities(speaker, bank):
    city = CityFactory()
    partnership_request = PartnershipRequestFactory(city=city)
    MatchFactory(proposed=True, request=partnership_request)
    RepresentationFactory(member=speaker, city=None, asked=True, place="X", country=city.country)
    assert [*Representation.objects.cities_of(speaker)] == []
    assert not permissions.speaks_for(speaker, city)
    assert not permissions.speaks_for(speaker, city.country)
    assert not permissions.speaks_for_one_of(speaker, [city.pk, None])
    assert not PartnershipRequest.objects.of_cities_of(speaker).exists()
    assert not PartnershipRequest.objects.visible_to(speaker).exists()
    assert not Match.objects.visible_to(speaker).exists()


def test_representing_an_organization_hides_nothing(speaker):
    """With a null among the cities each `NOT IN` would be unknown, and nothing would be found."""
    mine, other = CityFactory(), CityFactory()
    RepresentationFactory(member=speaker, city=mine)
    RepresentationFactory(member=speaker, organization=OrganizationFactory(), city=None)
    cities = type(mine).objects.exclude(pk__in=Representation.objects.cities_of(speaker))
    assert [*cities] == [other]
    bodies = Organization.objects.exclude(pk__in=Representation.objects.organizations_of(speaker))
    assert bodies.count() == 0


# Offers


def test_write_an_offer_of_the_organization(speaker, broker, bank, stranger):
    offer = create_offer(bank, speaker)
    assert (offer.organization, offer.city, offer.status) == (bank, None, "pending")
    assert (notified(broker), create_offer(bank, speaker)) == (["listing.submitted"], offer)
    assert [
        Offer.objects.visible_to(person).filter(pk=offer.pk).exists()
        for person in (speaker, broker, stranger)
    ] == [True, True, False]
    listings_actions.decide(listing=offer, verb=Verb.APPROVE, by=broker)
    assert notified(speaker) == ["listing.published"]
    listings_actions.change(listing=offer, by=speaker, links={}, **OFFER | {"title": "We pay all"})
    assert [*Offer.objects.changed_since_review()] == [offer]
    listings_actions.close(listing=offer, by=speaker)
    offer.refresh_from_db()
    assert offer.status == ListingStatus.CLOSED


def test_write_no_offer_of_another_organization(speaker, stranger, bank):
    for owner, by in ((bank, stranger), (OrganizationFactory(), speaker), (CityFactory(), speaker)):
        with pytest.raises(ActionRefused, match="You don’t represent"):
            create_offer(owner, by)


def test_write_no_offer_once_the_right_has_ended(speaker, bank):
    offer = create_offer(bank, speaker)
    end_rights(speaker)
    for act in (
        lambda: create_offer(bank, speaker, title="Another"),
        lambda: listings_actions.change(listing=offer, by=speaker, links={}, **OFFER),
        lambda: listings_actions.close(listing=offer, by=speaker),
    ):
        with pytest.raises(ActionRefused, match="You don’t represent Development Bank"):
            act()
    assert not Offer.objects.visible_to(speaker).exists()


def test_write_at_most_thirty_offers(speaker, bank):
    OfferFactory.create_batch(29, organization=bank, city=None)
    OfferFactory(organization=bank, city=None, status=ListingStatus.CLOSED)
    # Those of others do not count.
    NeedFactory()
    OfferFactory(organization=OrganizationFactory(), city=None)
    create_offer(bank, speaker)
    with pytest.raises(ActionRefused, match="30 offers"):
        create_offer(bank, speaker, title="One more")


def test_undo_only_below_the_limit(speaker, broker, bank):
    offer = create_offer(bank, speaker)
    decision = listings_actions.decide(listing=offer, verb=Verb.DECLINE, by=broker, **WORDS)
    assert is_concerned(speaker, decision)
    OfferFactory.create_batch(30, organization=bank, city=None)
    offer.refresh_from_db()
    with pytest.raises(ActionRefused, match="30 offers"):
        decisions_undo.undo(decision=decision, by=broker)
    Offer.objects.exclude(pk=offer.pk).delete()
    decisions_undo.undo(decision=decision, by=broker)
    offer.refresh_from_db()
    assert (offer.status, notified(speaker)[-1]) == ("pending", "decision.undone")


def test_refuse_decisions_about_ones_own_organization(speaker, broker, bank):
    offer = create_offer(bank, speaker)
    RepresentationFactory(member=broker, organization=bank, city=None)
    with pytest.raises(ActionRefused, match="You represent this organisation"):
        listings_actions.decide(listing=offer, verb=Verb.APPROVE, by=broker)
    declined = OfferFactory(organization=bank, city=None)
    with pytest.raises(ActionRefused, match="your own"):
        reviewable_of(declined).check_right(declined, broker)


def test_brokers_manage_offers_without_a_representative(member, broker, stranger, bank):
    offer = OfferFactory(organization=bank, city=None)
    assert [permissions.can_keep(who, offer) for who in (member, broker)] == [False, True]
    RepresentationFactory(member=member, organization=bank, city=None)
    assert [permissions.can_keep(who, offer) for who in (member, broker)] == [True, False]
    with pytest.raises(ActionRefused, match="You don’t represent"):
        listings_actions.close(listing=offer, by=broker)
    partial = staff("Brokers", "partial")
    RepresentationFactory(member=partial, organization=bank, city=None)
    assert permissions.can_keep(partial, offer)
    assert not permissions.keeps_as_broker(partial, offer)
    Representation.objects.filter(member=partial).delete()
    end_rights(member)
    assert [permissions.can_keep(who, offer) for who in (member, broker)] == [False, True]


# Partnerships


@pytest.fixture
def facilitated(partnership, speaker, bank):
    """A partnership of two cities that the bank facilitates."""
    PartyFactory(partnership=partnership, organization=bank, city=None, role="facilitator")
    return partnership


def test_run_a_facilitated_partnership(facilitated, speaker, bank, stranger):
    assert [party.organization for party in permissions.parties_of(speaker, facilitated)] == [bank]
    assert permissions.can_run_partnership(speaker, facilitated)
    assert not permissions.can_run_partnership(stranger, facilitated)
    assert [*Partnership.objects.visible_to(speaker)] == [facilitated]
    partnerships.take_step(partnership=facilitated, verb="stall", by=speaker, words="No visas.")
    facilitated.refresh_from_db()
    assert (facilitated.status, Decision.objects.count()) == ("stalled", 0)
    # It gives no access to anything else of the two cities.
    assert not Match.objects.visible_to(speaker).exists()
    assert not PartnershipRequest.objects.visible_to(speaker).exists()


def test_run_no_partnership_once_the_right_has_ended(facilitated, speaker):
    link = agreements_links.path(facilitated.reports.get(), speaker).split("/")[-2]
    assert agreements_links.bearer_from(link) is not None
    end_rights(speaker)
    assert agreements_links.bearer_from(link) is None
    assert not Partnership.objects.visible_to(speaker).exists()
    with pytest.raises(ActionRefused, match="no longer represent a party"):
        partnerships.take_step(partnership=facilitated, verb="stall", by=speaker, words="No.")
    with pytest.raises(ActionRefused, match="no longer represent a party"):
        write_up(partnership=facilitated, by=speaker)


def test_notify_the_organization_of_steps(facilitated, speaker, focal_point, broker):
    partnerships.take_step(partnership=facilitated, verb="stall", by=focal_point, words="No.")
    assert notified(speaker) == ["partnership.stall"]


def test_notify_the_organization_of_joining_and_leaving(partnership, speaker, broker, bank):
    party = partnerships.add_facilitator(partnership=partnership, helper=bank, by=broker)
    assert notified(speaker) == ["partnership.joined"]
    partnerships.remove_facilitator(partnership=partnership, party=party.pk, by=broker)
    assert notified(speaker) == ["partnership.joined", "partnership.left"]
    assert not Partnership.objects.visible_to(speaker).exists()


def test_ask_the_organization_for_reports(
    facilitated, speaker, focal_point, colleague, monkeypatch
):
    asked = []
    monkeypatch.setattr(reminders, "post", lambda mail: asked.extend(mail.to))
    facilitated.reports.update(due_on=TODAY())
    assert reminders.remind() == 1
    assert {*asked} == {person.email for person in (speaker, focal_point, colleague)}


def test_only_cities_decide_whether_it_is_public(facilitated, speaker, focal_point, colleague):
    with pytest.raises(ActionRefused):
        partnerships.want_public(partnership=facilitated, wanted=True, by=speaker)
    for person in (focal_point, colleague):
        partnerships.want_public(partnership=facilitated, wanted=True, by=person)
    facilitated.refresh_from_db()
    assert facilitated.is_public


def test_refuse_decisions_of_staff_about_their_own_partnership(facilitated, broker, bank):
    assert permissions.acts_as_staff(broker, facilitated)
    RepresentationFactory(member=broker, organization=bank, city=None)
    assert not permissions.acts_as_staff(broker, facilitated)


def test_ask_for_at_most_three_of_both_kinds_at_once(member, bank):
    ask(member, bank)
    ask(member, NewOrganization("Fund of the Coast", None))
    ask(member, NewPlace("Ndhiwa", CountryFactory(iso2="KE")))
    with pytest.raises(ActionRefused, match="3 requests in review"):
        ask(member, CityFactory())
