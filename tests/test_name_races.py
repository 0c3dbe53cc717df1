"""Two or many take the same free name at the same moment: each is saved, under its own name."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from community.accounts import names as handles
from community.models import ProposedPractice, User
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.forms import FORM_TOKENS
from community.writing.proposed_practices import actions as proposed_practices_actions
from partnerships.representation import actions as asking
from partnerships.representation import review as reviews
from repository import free_names
from repository.models import CaseStudy, City, Edition, Organization, Practice, Reference, Tag
from repository.places import gazetteer
from tests.community.writing.drafts.cases import as_user, posted, whole
from tests.conftest import staff
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    UserFactory,
)
from tests.page import page_of
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 12
WORK = {
    "key": "new1",
    "doi": "",
    "kind": "report",
    "authors": "Li, C.",
    "year": "2020",
    "title": "Ports",
    "publisher": "",
    "url": "",
}


@pytest.fixture(autouse=True)
def edition(db):
    Edition.objects.get_or_create(pk=1)


def at_once(*attempts) -> list:
    """What each returns or raises, all begun at the same moment."""
    barrier = threading.Barrier(len(attempts))
    outcomes: list = [None] * len(attempts)

    def run(number, attempt):
        try:
            barrier.wait(timeout=120)
            outcomes[number] = attempt()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def draft(by, document, token):
    return lambda: drafts_actions.create_draft(document=document, by=by, token=token)


def test_post_many_new_cases_of_one_title(db):
    """By the whole stack: each author gets a case with all that they wrote."""
    authors = UserFactory.create_batch(MANY)
    document = whole()
    clients = [as_user(author) for author in authors]

    def post(number):
        words = document | {"lessons": f"Words of author {number}."}
        sent = posted(
            words, member=authors[number], ticket=FORM_TOKENS.new(member=authors[number].pk)
        )
        return clients[number].post("/cases/new/", sent)

    answers = at_once(*(lambda number=number: post(number) for number in range(MANY)))
    assert [getattr(answer, "status_code", answer) for answer in answers] == [302] * MANY
    assert len({*CaseStudy.objects.values_list("slug", flat=True)}) == MANY
    for number, author in enumerate(authors):
        assert author.cases.get().lessons == f"Words of author {number}."


def test_save_many_new_references_of_one_key(db):
    authors = UserFactory.create_batch(MANY)
    document = whole()
    attempts = [
        draft(author, document | {"title": f"Case {number}", "references": [WORK]}, str(number))
        for number, author in enumerate(authors)
    ]
    made = at_once(*attempts)
    assert [case for case in made if not isinstance(case, CaseStudy)] == []
    works = [case.references.get() for case in made]
    assert {work.title for work in works} == {"Ports"}
    assert len({work.key for work in works}) == MANY


def test_save_references_in_another_order(member, colleague):
    """Neither waits for what the other has written."""
    works = [
        WORK | {"key": f"new{number}", "title": name, "authors": name}
        for number, name in enumerate(("Ports", "Rail"))
    ]
    document = whole()
    errors = together(
        draft(member, document | {"title": "One", "references": works}, "one"),
        draft(colleague, document | {"title": "Two", "references": works[::-1]}, "two"),
        after='INSERT INTO "repository_reference"',
    )
    assert errors == []
    assert [*Reference.objects.order_by("title").values_list("title", flat=True)] == [
        "Ports",
        "Ports",
        "Rail",
        "Rail",
    ]


def test_save_tags_in_another_order(member, colleague):
    document = whole()
    errors = together(
        draft(member, document | {"title": "One", "tags": "ports, rail"}, "one"),
        draft(colleague, document | {"title": "Two", "tags": "rail, ports"}, "two"),
        after='INSERT INTO "repository_tag"',
    )
    assert errors == []
    assert {*Tag.objects.values_list("name", flat=True)} == {"ports", "rail"}


def test_rename_two_drafts_to_one_title(member, colleague):
    document = whole()
    cases = [
        drafts_actions.create_draft(document=document | {"title": title}, by=by, token=title)
        for title, by in (("One", member), ("Two", colleague))
    ]

    def rename(case, by):
        now = drafts_documents.document_of(case)
        wanted = now | {"title": "Parcels", "lessons": f"Words of {by}."}
        return lambda: drafts_actions.save_draft(
            case=case, document=wanted, base=drafts_documents.digest(now), by=by
        )

    errors = together(
        rename(cases[0], member),
        rename(cases[1], colleague),
        after=r'SELECT "repository_casestudy"."slug"',
    )
    assert errors == []
    saved = {case.slug: case.lessons for case in CaseStudy.objects.all()}
    assert set(saved) == {"parcels", "parcels-2"}
    assert {*saved.values()} == {"Words of Member.", "Words of Colleague."}


def test_accept_two_practices_of_one_address(member, moderator):
    """Their names differ, their slugs do not: neither is refused."""
    another = staff("Moderators", "another")
    proposals = [
        ProposedPractice.objects.create(
            case=CaseStudyFactory(published=True, authors=[member]),
            by=member,
            name=name,
            summary="For ports.",
        )
        for name in ("One window", "One window!")
    ]
    errors = together(
        *(
            lambda row=row, by=by: proposed_practices_actions.decide(
                proposed=row, verb="approve", by=by
            )
            for row, by in zip(proposals, (moderator, another), strict=True)
        ),
        after='SELECT "repository_practice"."slug"',
    )
    assert errors == []
    assert {*Practice.objects.values_list("slug", flat=True)} == {"one-window", "one-window-2"}


def test_accept_one_practice_twice(member, moderator):
    another = staff("Moderators", "another")
    proposals = [
        ProposedPractice.objects.create(
            case=CaseStudyFactory(published=True, authors=[member]),
            by=member,
            name="One window",
            summary="For ports.",
        )
        for _time in range(2)
    ]
    errors = together(
        *(
            lambda row=row, by=by: proposed_practices_actions.decide(
                proposed=row, verb="approve", by=by
            )
            for row, by in zip(proposals, (moderator, another), strict=True)
        ),
        after='SELECT "repository_practice"."slug"',
    )
    assert ["“One window”" in str(error) for error in errors] == [True]
    assert Practice.objects.count() == 1


def test_make_two_cities_of_one_name(db):
    for code in ("US", "PH"):
        CountryFactory(iso2=code)
    places = [gazetteer.by_id(number) for number in (5392171, 1689510)]
    names = ["San José", "San José"]
    errors = together(
        *(
            lambda place=place, name=name: gazetteer.create_city(place, name=name)
            for place, name in zip(places, names, strict=True)
        ),
        after='SELECT "repository_city"."slug"',
    )
    assert errors == []
    slugs = {*City.objects.values_list("slug", flat=True)}
    assert "san-jose" in slugs
    assert len(slugs) == 2


def test_make_one_city_twice_is_refused_by_its_number(db):
    """Callers look for the city that is there then."""
    CountryFactory(iso2="US")
    place = gazetteer.by_id(5392171)
    gazetteer.create_city(place)
    with pytest.raises(IntegrityError, match="geoname_id"):
        gazetteer.create_city(place)


def test_name_two_new_organizations_of_one_address(member, colleague, broker):
    another = staff("Brokers", "another")
    asked = [
        asking.ask(by=person, place=asking.NewOrganization(name, None), position="Officer")
        for person, name in ((member, "Port fund"), (colleague, "Port fund!"))
    ]
    errors = together(
        *(
            lambda row=row, by=by, name=name: reviews.approve(
                representation=row, by=by, choice=reviews.OrganizationToAdd(name, "bank")
            )
            for row, by, name in zip(
                asked, (broker, another), ("Port fund", "Port fund!"), strict=True
            )
        ),
        after='SELECT "repository_organization"."slug"',
    )
    assert errors == []
    rows = Organization.objects.values_list("name", "slug")
    assert {name for name, _slug in rows} == {"Port fund", "Port fund!"}
    assert {slug for _name, slug in rows} == {"port-fund", "port-fund-2"}


def test_make_two_tags_of_one_address(db):
    """C and C++ have the same slug."""
    made = at_once(*(lambda name=name: Tag.objects.resolve([name]) for name in ("c", "c++", "c#")))
    assert sorted(tag.name for tags in made for tag in tags) == ["c", "c#", "c++"]
    assert len({*Tag.objects.values_list("slug", flat=True)}) == 3


def test_give_many_members_of_one_name_a_handle(db):
    members = [UserFactory(handle="", display_name="Amina") for _number in range(MANY)]
    given = at_once(*(lambda person=person: handles.give_handle(person) for person in members))
    assert [user for user in given if not isinstance(user, User)] == []
    taken = {user.handle for user in given}
    assert len(taken) == MANY
    assert "amina" in taken


def test_give_one_member_one_handle(member):
    User.objects.filter(pk=member.pk).update(handle="")
    twice = [User.objects.get(pk=member.pk) for _time in range(2)]
    given = at_once(*(lambda person=person: handles.give_handle(person) for person in twice))
    assert given[0].handle == given[1].handle != ""


def test_add_one_practice_twice_at_the_desk(moderator):
    another = staff("Moderators", "another")
    path = reverse("admin:repository_practice_add")
    clients = [as_user(moderator), as_user(another)]
    pages = []

    def add(client):
        pages.append(client.post(path, {"name": "Window", "slug": "window", "summary": "Ports."}))

    errors = together(
        *(lambda client=client: add(client) for client in clients),
        after='FROM "repository_practice" WHERE "repository_practice"."slug"',
    )
    assert errors == []
    assert sorted(page.status_code for page in pages) == [200, 302]
    (kept,) = [page for page in pages if page.status_code == 200]
    assert "Practice with this Slug already exists." in page_of(kept).errors
    assert kept.context["adminform"].form["summary"].value() == "Ports."
    assert Practice.objects.count() == 1


# The helper


def test_give_up_after_some_tries(db):
    CityFactory(slug="lagos")
    tries = []

    def save():
        tries.append(1)
        return CityFactory(slug="lagos")

    with pytest.raises(IntegrityError):
        free_names.save_under_free_name(save, "repository_city_slug_key")
    assert len(tries) == free_names.TRIES


def test_raise_at_once_what_another_constraint_refuses(db):
    CityFactory(slug="lagos")
    tries = []

    def save():
        tries.append(1)
        return CityFactory(slug="lagos")

    with pytest.raises(IntegrityError):
        free_names.save_under_free_name(save, "repository_city_geoname_id_key")
    assert len(tries) == 1


@pytest.mark.parametrize(
    "name",
    [
        drafts_actions.SLUG_UNIQUE,
        drafts_actions.KEY_UNIQUE,
        "repository_practice_slug_key",
        "repository_city_slug_key",
        "repository_organization_slug_key",
        "repository_tag_name_key",
        "repository_tag_slug_key",
        "repository_tag_folded_key",
        "user_handle_unique",
    ],
)
def test_database_knows_each_constraint(name, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = %s", [name])
        assert cursor.fetchone()[0] == 1


def test_find_a_free_name_among_many():
    assert free_names.free_name("port", set()) == "port"
    assert free_names.free_name("port", {"port", "port-3"}) == "port-2"
    taken = {"port", *(f"port-{number}" for number in range(2, 7))}
    name = free_names.free_name("port", taken)
    assert name not in taken
    assert name.removeprefix("port-").isdigit()
