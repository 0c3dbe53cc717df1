"""The admin: its index, lists and search."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

from community.notices.emails import post
from config.admin_site import DESK
from partnerships.models import PartnershipRequest
from repository.desk.base import OfferedFilters
from repository.models import Country
from tests.desk_client import DeskClient
from tests.desk_models import desks
from tests.factories import CaseStudyFactory, CityFactory, CountryFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


def desk_of(person):
    request = RequestFactory().get("/admin/")
    request.user = person
    return {
        str(group["name"]): [row["object_name"] for row in group["models"]]
        for group in admin.site.get_app_list(request)
    }


def test_desk_lists_all_models(administrator):
    grouped = desk_of(administrator)
    assert list(grouped) == [str(name) for name, _key, _labels in DESK] + ["System"]
    assert grouped["System"] == ["DBTaskResult"]
    assert grouped["Webinars"] == [
        *["Series", "Webinar", "Registration", "Survey", "SurveyAnswer", "SurveyQuestion"],
        *["Speaker", "ExternalFigure", "DailyCount"],
    ]


def test_desk_of_a_moderator_has_no_members(moderator):
    assert list(desk_of(moderator)) == [
        "Collection",
        "Places",
        "Webinars",
        "Moderation",
        "Vocabulary",
        "About the site",
    ]


def test_desk_of_one_app_is_unchanged(administrator):
    request = RequestFactory().get("/admin/repository/")
    request.user = administrator
    assert [app["app_label"] for app in admin.site.get_app_list(request, "repository")] == [
        "repository"
    ]


@pytest.fixture
def visit(moderator):
    """Open the admin's link to an object; return the status and the target of the redirect."""
    client = DeskClient()
    client.force_login(moderator)

    def visit(kind, key):
        response = client.get(f"/admin/r/{kind}/{key}/")
        return response.status_code, response.headers.get("Location")

    return visit


def test_lists_accept_only_offered_filters():
    assert [
        model.__name__
        for model, desk in desks().items()
        if not issubclass(desk.get_changelist(None), OfferedFilters)
    ] == []


def test_desk_hides_the_content_of_queued_messages(administrator):
    """Mails contain links with which a superuser could sign in as somebody else."""
    administrator.is_superuser = True
    administrator.save()
    post(EmailMessage("Reset your password", "SECRET", "us@example.org", ["them@example.org"]))
    DBTaskResult.objects.update(
        status="FAILED", exception_class_path="OSError", traceback="SECRET", run_after=now()
    )
    task = DBTaskResult.objects.get()
    desk = DeskClient()
    desk.force_login(administrator)

    page = page_of(desk.get(f"/admin/django_tasks_database/dbtaskresult/{task.pk}/change/"))
    for word in ("community.notices.emails.deliver", "OSError"):
        assert word in page.main.lines
    changelist = page_of(desk.get("/admin/django_tasks_database/dbtaskresult/"))
    for word in ("SECRET", "them@example.org", "Reset your password"):
        assert word not in page.html + changelist.html
    # Nor can it be guessed by filters of the list.
    guess = desk.get("/admin/django_tasks_database/dbtaskresult/?traceback__contains=SECRET")
    assert (guess.status_code, guess.url[-4:]) == (302, "?e=1")


def asked_of(desk, user) -> list[str]:
    """The query parameters of the filters of a list."""
    request = RequestFactory().get("/admin/")
    request.user = user
    names = []
    for each in desk.list_filter:
        if callable(each):
            names.append(each.parameter_name)
            continue
        path, make = each if isinstance(each, tuple) else (each, admin.FieldListFilter.create)
        field = get_fields_from_path(desk.model, path)[-1]
        spec = make(field, request, {}, desk.model, desk, field_path=path)
        names += spec.expected_parameters()
    return [*names, f"{desk.opts.pk.name}__exact"]


@pytest.fixture
def desk(administrator):
    client = DeskClient()
    client.force_login(administrator)
    return client


LISTS = [
    desk
    for desk in desks().values()
    if issubclass(desk.get_changelist(None), OfferedFilters)
    # Its list leads to that of all requests.
    and desk.model is not PartnershipRequest
]


@pytest.mark.parametrize("shown", LISTS, ids=lambda shown: shown.opts.model_name)
def test_lists_handle_invalid_filter_values(shown, desk, administrator):
    request = RequestFactory().get("/admin/")
    request.user = administrator
    assert shown.has_view_permission(request)
    address = reverse(f"admin:{shown.opts.app_label}_{shown.opts.model_name}_changelist")
    for name in asked_of(shown, administrator):
        answers = [desk.get(address, {name: value}) for value in ("a\0", "9" * 21, "-1", "²")]
        assert answers[0].headers["Location"] == f"{address}?e=1"
        assert {answer.status_code for answer in answers} <= {200, 302}
        if hasattr(shown, "export_action"):
            answer = desk.get(f"{address}export/", {name: "\0"})
            assert answer.headers["Location"] == address
    if day := shown.date_hierarchy:
        for year, month in (("9" * 21, "1"), ("9999", "12"), ("0", "1"), ("x", "1")):
            answer = desk.get(address, {f"{day}__year": year, f"{day}__month": month})
            assert answer.headers["Location"] == f"{address}?e=1"
        assert desk.get(address, {f"{day}__year": "9999"}).headers["Location"] == f"{address}?e=1"
        assert desk.get(address, {f"{day}__month": "9" * 21}).status_code in (200, 302)


def test_autocomplete_ignores_nul_characters(desk):
    city = CityFactory(name="Zhengzhou")
    question = {"app_label": "repository", "model_name": "casestudy", "field_name": "cities"}
    for term in ("\0", "Zheng\0"):
        answer = desk.get("/admin/autocomplete/", question | {"term": term})
        assert [row["id"] for row in answer.json()["results"]] == [str(city.pk)]


def number_of(model) -> int:
    return ContentType.objects.get_for_model(model).pk


def test_desk_redirects_to_the_page_of_an_object(visit):
    case = CaseStudyFactory()
    country = CountryFactory(iso2="BJ")
    assert visit(number_of(case), case.pk) == (302, "http://testserver" + case.get_absolute_url())
    assert visit(number_of(country), "BJ") == (302, "http://testserver/countries/bj/")


def test_desk_does_not_redirect_for_models_without_pages(visit, undrawn):
    """Some have no table either, such as views of the history."""
    kinds = ContentType.objects.all()
    paged = {kind.pk for kind in kinds if hasattr(kind.model_class(), "get_absolute_url")}
    assert {visit(kind.pk, 1) for kind in kinds if kind.pk not in paged} == {(404, None)}


@pytest.mark.parametrize("key", ["0", "10" * 20, "one", "%00", "²", "a/b"])
def test_desk_does_not_redirect_for_missing_objects(visit, key):
    kinds = [number_of(CaseStudyFactory._meta.model), number_of(Country)]
    assert {visit(kind, key) for kind in kinds} == {(404, None)}
    assert visit(key, 1) == (404, None)


def test_desk_redirects_visitors_to_the_sign_in(client):
    response = client.get("/admin/r/1/1/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/admin/r/1/1/")


def test_change_form_accepts_an_empty_to_field(administrator):
    client = DeskClient()
    client.force_login(administrator)
    path = f"/admin/repository/city/{CityFactory().pk}/change/"
    for response in (client.get(path, {"_to_field": ""}), client.post(path, {"_to_field": ""})):
        page = page_of(response)
        assert (page.status, page.main.one("h1").text) == (200, "Change city")


def test_search_of_many_words_is_cut_with_a_message(administrator):
    CityFactory(name="Alpha"), CityFactory(name="Beta")
    client = DeskClient()
    client.force_login(administrator)
    with CaptureQueriesContext(connection) as queries:
        page = page_of(client.get("/admin/repository/city/", {"q": "a " * 5_000}))
    assert max(len(query["sql"]) for query in queries) < 20_000
    assert page.one("#searchbar")["value"] == " ".join("a" * 12)
    [message] = page.messages
    assert {"12", "200"} <= {*message.split()}
    assert message.endswith("“" + "a " * 30 + "…”")
    assert [city.text for city in page.select("#result_list .field-name")] == ["Alpha", "Beta"]


def test_search_of_a_long_word_is_cut(administrator):
    client = DeskClient()
    client.force_login(administrator)
    page = page_of(client.get("/admin/repository/city/", {"q": "b" * 250}))
    assert page.one("#searchbar")["value"] == "b" * 200
    assert len(page.messages) == 1


def test_ordinary_search_is_unchanged(administrator):
    client = DeskClient()
    client.force_login(administrator)
    page = page_of(client.get("/admin/repository/city/", {"q": " one two  three "}))
    assert (page.one("#searchbar")["value"], page.messages) == (" one two  three ", [])


@pytest.mark.parametrize("model", ["city", "practice"])
def test_autocomplete_term_is_cut(model, administrator):
    client = DeskClient()
    client.force_login(administrator)
    asked = {"app_label": "repository", "model_name": "casestudy", "term": "a " * 5_000}
    field = {"city": "cities", "practice": "practices"}[model]
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/admin/autocomplete/", asked | {"field_name": field})
    assert (answer.status_code, list(answer.json())) == (200, ["results", "pagination"])
    assert max(len(query["sql"]) for query in queries) < 20_000
