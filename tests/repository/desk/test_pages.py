"""Every page of the desk is there, for those who may, and costs the same for one row or three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from repository.models import (
    CaseStudy,
    City,
    Country,
    Evidence,
    Goal,
    InterfaceReview,
    Organization,
    Practice,
    Reference,
    Series,
    Speaker,
    Tag,
    Theme,
    Webinar,
)
from tests import factories
from tests.desk_models import desk_models, desks
from tests.page import page_of
from tests.repository.desk.examples import ADDED, LOOKED_AT, MADE_BY, address, full

pytestmark = pytest.mark.django_db

each_noun = pytest.mark.parametrize("model", MADE_BY, ids=lambda model: model._meta.model_name)


def saves(page):
    return bool(page.select("input[name=_save]"))


def published(made):
    """The same object as staff who do not edit cases may see it: not part of a draft."""
    now = {"status": "published", "published_at": timezone.now()}
    if isinstance(made, Tag):
        factories.CaseStudyFactory(published=True, tags=[made.name])
    elif isinstance(made, CaseStudy | Evidence):
        case = made if isinstance(made, CaseStudy) else made.case
        CaseStudy.objects.filter(pk=case.pk).update(**now)
    return made


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_columns_are_not_named_like_relations():
    """Django prefers a relation to the method of the same name, and shows no number of it."""
    for model, desk in desks().items():
        several = {field.name for field in model._meta.get_fields() if field.many_to_many}
        assert several.isdisjoint(desk.list_display), model


def test_walk_names_every_noun():
    ours = {
        model
        for model in desk_models()
        if model._meta.app_label == "repository" and not model._meta.proxy
    }
    assert ours == set(MADE_BY)


@each_noun
def test_list_shows_the_object(model, client, administrator):
    made = full(model)
    client.force_login(administrator)
    page = page_of(client.get(address(model, "changelist")))
    assert page.status == 200
    assert address(model, "change", made.pk) in [
        url for _text, url in page.one("#result_list").links
    ]
    verb = "view" if model in LOOKED_AT else "change"
    assert page.one("h1").text == f"Select {model._meta.verbose_name} to {verb}"


@each_noun
def test_list_costs_the_same_for_one_row_and_three(model, client, administrator):
    client.force_login(administrator)
    full(model)
    one = queries_of(client, address(model, "changelist"))
    if model is not Goal:
        full(model)
        full(model)
        assert model.objects.count() >= 3
    assert queries_of(client, address(model, "changelist")) == one
    assert one <= 15


@each_noun
def test_search_in_list(model, client, administrator):
    # Short lists cannot be searched.
    if model in (Goal, InterfaceReview):
        return
    made = full(model)
    client.force_login(administrator)
    page = page_of(client.get(address(model, "changelist"), {"q": "zzz nothing"}))
    assert address(model, "change", made.pk) not in page.html
    assert page.select("#result_list") == []
    assert page.one("#changelist-search .quiet").lines[0].startswith("0 results")


@each_noun
def test_change_page_shows_the_object(model, client, administrator):
    made = full(model)
    client.force_login(administrator)
    page = page_of(client.get(address(model, "change", made.pk)))
    assert page.status == 200
    verb = "View" if model in LOOKED_AT else "Change"
    assert page.one("h1").text == f"{verb} {model._meta.verbose_name}"
    assert saves(page) == (model not in LOOKED_AT)


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model._meta.model_name)
def test_add_page_is_there(model, client, administrator):
    client.force_login(administrator)
    page = page_of(client.get(address(model, "add")))
    assert page.status == 200
    assert page.one("h1").text == f"Add {model._meta.verbose_name}"


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model._meta.model_name)
def test_history_page_shows_the_change(model, client, administrator):
    made = full(model)
    client.force_login(administrator)
    page = page_of(client.get(address(model, "history", made.pk)))
    assert page.status == 200
    assert [each.text for each in page.select(".verb")] == ["Added"]


@each_noun
def test_view_only_staff_read_and_cannot_write(model, client, broker):
    if model in (City, Organization):
        return
    made = published(full(model))
    client.force_login(broker)
    page = page_of(client.get(address(model, "change", made.pk)))
    assert page.status == 200
    assert page.one("h1").text == f"View {model._meta.verbose_name}"
    assert not saves(page)
    assert client.post(address(model, "change", made.pk), {}).status_code == 403
    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "delete", made.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=made.pk).exists()


@each_noun
def test_pages_are_not_for_members(model, client, member):
    made = full(model)
    client.force_login(member)
    for url in (address(model, "changelist"), address(model, "change", made.pk)):
        response = client.get(url)
        assert response.status_code == 403


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (
            CaseStudy,
            lambda case: factories.EvidenceFactory(
                case=case,
                reference=factories.ReferenceFactory(),
                webinar=factories.WebinarFactory(),
            ),
        ),
        (
            Series,
            lambda series: factories.EvidenceFactory(
                case=None, series=series, reference=factories.ReferenceFactory()
            ),
        ),
        (Webinar, lambda webinar: factories.AppearanceFactory(webinar=webinar)),
        (Speaker, lambda speaker: factories.AppearanceFactory(speaker=speaker)),
    ],
    ids=["case", "series", "webinar", "speaker"],
)
def test_inlines_cost_the_same_for_one_row_and_three(model, rows, client, administrator):
    made = MADE_BY[model]()
    client.force_login(administrator)
    rows(made)
    one = queries_of(client, address(model, "change", made.pk))
    rows(made)
    rows(made)
    assert queries_of(client, address(model, "change", made.pk)) == one


@pytest.mark.parametrize(
    "model", [City, Country, Reference, Webinar, Practice, Theme], ids=lambda m: m._meta.model_name
)
def test_autocomplete_finds_by_name(model, client, moderator):
    made = MADE_BY[model]()
    for _ in range(2):
        MADE_BY[model]()
    client.force_login(moderator)
    field = {City: "cities", Country: "countries", Reference: "references", Webinar: "webinars"}
    response = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "repository",
            "model_name": "casestudy",
            "field_name": field.get(model, f"{model._meta.model_name}s"),
            "term": getattr(made, "key", None) or getattr(made, "slug", None) or made.name,
        },
    )
    assert str(made.pk) in {row["id"] for row in response.json()["results"]}


def test_authors_are_looked_up_only_by_who_may_see_members(client, moderator, administrator):
    case = factories.CaseStudyFactory(authors=[moderator])
    question = {"app_label": "repository", "model_name": "casestudy", "field_name": "authors"}
    answers = {}
    for person in (moderator, administrator):
        client.force_login(person)
        answers[person.handle] = client.get(reverse("admin:autocomplete"), question).status_code
    assert answers == {"moderator": 403, "administrator": 200}
    client.force_login(moderator)
    page = page_of(client.get(address(CaseStudy, "change", case.pk)))
    assert "Moderator" in [value.text for value in page.select("div.readonly")]
    assert "moderator@example.org" not in page.html


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_no_page_under_a_key_that_no_table_holds(page, model, client, administrator):
    client.force_login(administrator)
    response = client.get(address(model, page, "a\0b"))
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("key", ["none", "99999999999999999999", "-1", "1\0", "²"])
@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Organization, "country"),
        (Organization, "city"),
        (Practice, "themes"),
        (Series, "report"),
        (City, "country"),
    ],
)
def test_answer_a_key_that_is_none(client, administrator, model, field, key):
    """The form comes back: Django's own fields ask the database for any text."""
    client.force_login(administrator)
    response = client.post(address(model, "add"), {field: key, "name": ""})
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors
