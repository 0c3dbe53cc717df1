import factory
import pytest
from django.contrib.auth.models import Group

from repository.models import CaseStudy, Country
from tests import factories

FACTORIES = [
    value
    for value in vars(factories).values()
    if isinstance(value, type) and issubclass(value, factory.django.DjangoModelFactory)
]


@pytest.mark.django_db
@pytest.mark.parametrize("made_by", FACTORIES, ids=lambda made_by: made_by.__name__)
def test_make_valid_object(made_by):
    made = made_by()
    made.full_clean(exclude=["password"])
    assert type(made).objects.get(pk=made.pk) == made


@pytest.mark.django_db
def test_make_countries_with_real_codes():
    made = [factories.CountryFactory() for _ in range(12)]
    assert len({country.pk for country in made}) == 12
    kenya = factories.CountryFactory(iso2="KE")
    assert (kenya.iso3, kenya.m49, kenya.name) == ("KEN", "404", "Kenya")
    assert factories.CountryFactory(iso2="KE") == kenya
    assert Country.objects.filter(iso2="KE").count() == 1


@pytest.mark.django_db
def test_make_case_with_relations():
    city, theme = factories.CityFactory(), factories.ThemeFactory()
    case = factories.CaseStudyFactory(
        published=True, cities=[city], themes=[theme], goals=[8, 9], tags=["port", "rail"]
    )
    case = CaseStudy.objects.published().get(pk=case.pk)
    assert list(case.cities.all()) == [city]
    assert list(case.themes.all()) == [theme]
    assert [goal.number for goal in case.goals.all()] == [8, 9]
    assert sorted(case.tags.names()) == ["port", "rail"]
    assert case.rendered["challenge"] == "<p>Parcels waited at the border.</p>\n"


def test_cast_has_permissions_of_its_roles(moderator, broker, administrator, member):
    assert sorted(Group.objects.values_list("name", flat=True)) == [
        "Administrators",
        "Brokers",
        "Moderators",
    ]
    acts = ["change_casestudy", "publish_casestudy", "view_casestudy", "change_city"]
    can = {
        person.handle: [act for act in acts if person.has_perm(f"repository.{act}")]
        for person in (moderator, broker, administrator, member)
    }
    assert can == {
        "moderator": acts,
        "broker": ["view_casestudy", "change_city"],
        "administrator": acts,
        "member": [],
    }
