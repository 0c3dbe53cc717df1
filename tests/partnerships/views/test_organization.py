"""Who speaks for an organisation, in the pages: asking, the desk, its offers and partnerships."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.forms import guarded
from partnerships import permissions
from partnerships.models import Representation
from repository.models import Organization
from tests.factories import (
    CountryFactory,
    OrganizationFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.repository.admin.conftest import DeskClient

pytestmark = pytest.mark.django_db

LIST = "/partnerships/cities/"
ASK = "/partnerships/cities/ask/"
NEW = "/partnerships/offers/new/"
REVIEW = "/admin/partnerships/representation/"


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(guarded, "LEAST_SECONDS", 0)


@pytest.fixture
def bank(db):
    return OrganizationFactory(slug="bank", name="Development Bank of the Lake", acronym="DBL")


@pytest.fixture
def practice(db):
    return PracticeFactory(slug="parcels", name="Pooled parcels")


@pytest.fixture
def held(member, bank):
    return RepresentationFactory(member=member, organization=bank, city=None, place=bank.name)


@pytest.fixture
def speaker(held, member):
    return as_user(member)


def as_user(user) -> DeskClient:
    client = DeskClient()
    client.force_login(user)
    return client


def end(representation) -> None:
    Representation.objects.filter(pk=representation.pk).update(
        until=timezone.localdate() - timedelta(days=1)
    )


def sent(user, **values) -> dict:
    return {"position": "Programme officer", "stamp": guarded.stamp_for(user)} | values


# Asking


def test_ask_for_an_organization(member, bank):
    client = as_user(member)
    assert "Development Bank of the Lake (DBL)" in client.get(ASK).text
    response = client.post(ASK, sent(member, organization=bank.pk))
    assert (response.status_code, response.headers["Location"]) == (302, LIST)
    assert Representation.objects.get().organization == bank
    page = client.get(LIST).text
    assert "Development Bank of the Lake (DBL)" in page
    # Nothing can be done in its name yet.
    assert NEW not in page


def test_ask_for_a_new_organization(member):
    CountryFactory(iso2="KE", name="Kenya")
    values = sent(member, new_organization=" Fund  of the Coast ", organization_country="KE")
    assert as_user(member).post(ASK, values).status_code == 302
    asked = Representation.objects.get()
    assert (asked.organization, asked.place, asked.country_id) == (None, "Fund of the Coast", "KE")
    assert asked.is_of_organization


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "__all__"),
        ({"organization": "bank", "city": "Kisumu"}, "__all__"),
        ({"organization": "bank", "new_organization": "Fund"}, "new_organization"),
        ({"organization": "0"}, "organization"),
        ({"new_organization": "x" * 201}, "new_organization"),
        ({"new_organization": "Fund", "new_place": "Ndhiwa"}, "__all__"),
    ],
)
def test_ask_with_a_mistake(member, bank, values, field):
    values = {name: bank.pk if value == "bank" else value for name, value in values.items()}
    response = as_user(member).post(ASK, sent(member, **values))
    assert (response.status_code, [*response.context["form"].errors]) == (200, [field])
    assert not Representation.objects.exists()


def test_name_the_organization_in_the_address(member, bank):
    client = as_user(member)
    form = client.get(f"{ASK}?organization=bank").context["form"]
    assert (form["organization"].value(), form.is_organization) == (bank.pk, True)
    assert client.get(f"{ASK}?organization=no%00thing").status_code == 200


def test_list_what_is_held_and_lay_it_down(speaker, held, member, bank):
    page = speaker.get(LIST).text
    assert "Speak for this organisation no longer" in page
    for of_cities in ("Profile of the city", "Write a need", "Requests it could answer"):
        assert of_cities not in page
    assert speaker.post(f"{LIST}{held.pk}/lay-down/").status_code == 302
    assert not permissions.speaks_for(member, bank)


def test_show_it_on_the_own_desk(speaker, bank):
    page = speaker.get("/desk/").text
    assert 'id="organizations"' in page
    assert "Development Bank of the Lake" in page
    assert 'id="cities"' not in page


# The page of the brokers


def choices(response) -> list[str]:
    return [key for key, _label in response.context["form"].fields["organization"].choices]


def test_approve_at_the_desk(broker, member, bank):
    other = OrganizationFactory(name="Bank of the Coast")
    asked = RepresentationFactory(
        member=member, organization=bank, city=None, place=bank.name, asked=True
    )
    desk, path = as_user(broker), f"{REVIEW}{asked.pk}/review/"
    page = desk.get(path)
    assert choices(page) == [f"organization-{bank.pk}", "new"]
    assert "Who speaks for an organisation" in page.text
    found = desk.get(f"{path}?look_for=coast%00")
    assert choices(found) == [f"organization-{row.pk}" for row in (bank, other)] + ["new"]
    desk.post(path, {"verb": "approve", "organization": f"organization-{bank.pk}"})
    assert permissions.speaks_for(member, bank)


def test_approve_a_new_organization_at_the_desk(broker, member):
    asked = RepresentationFactory(
        member=member, city=None, place="coast fund", is_of_organization=True, asked=True
    )
    desk, path = as_user(broker), f"{REVIEW}{asked.pk}/review/"
    page = desk.get(path)
    assert "a new organisation, in the member’s words" in page.text
    new = {"verb": "approve", "organization": "new", "name": "Fund of the Coast"}
    refused = desk.post(path, new)
    assert "of what kind" in refused.context["form"].non_field_errors()[0]
    desk.post(path, new | {"kind": "bank"})
    made = Organization.objects.get()
    assert (made.name, made.kind, permissions.speaks_for(member, made)) == (
        "Fund of the Coast",
        "bank",
        True,
    )


def test_show_who_else_speaks_for_it(broker, held, colleague, bank):
    asked = RepresentationFactory(
        member=colleague, organization=bank, city=None, place=bank.name, asked=True
    )
    page = as_user(broker).get(f"{REVIEW}{asked.pk}/review/")
    assert page.context["others"] == [held]
    assert "Others for this organisation" in page.text
