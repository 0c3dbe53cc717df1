"""Saved views of the board: private, bounded, and validated when they are opened."""

import pytest
from django.db import connection

from partnerships.models import SavedView
from partnerships.pipeline import actions
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.factories import SavedViewFactory, ThemeFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/admin/partnerships/pipeline/"
VIEWS = f"{URL}views/"


@pytest.fixture
def desk(client, broker):
    client.force_login(broker)
    return client


def stored() -> list[tuple[str, dict]]:
    return [*SavedView.objects.values_list("name", "parameters")]


def test_save_open_rename_and_delete(desk, broker):
    ThemeFactory(slug="customs")
    query = "?owner=me&theme=customs&late=on&view=board&p=2&stage=lost"
    page = page_of(desk.get(URL + query))
    [form] = [form for form in page.forms if form.action.startswith(VIEWS)]
    page = page_of(desk.post(form.action, {"name": "  My   week "}, follow=True))
    assert page.outcomes == ["success"]
    filters = {"owner": "me", "theme": "customs", "late": "on", "view": "board"}
    assert stored() == [("My week", filters)]
    view = SavedView.objects.get()
    url = f"{VIEWS}{view.pk}/"
    link = page.one(".saved-views nav a")
    assert (link.text, link["href"], link["aria-current"]) == ("My week", url, "page")
    assert desk.get(url).url == f"{URL}?owner=me&theme=customs&late=on&view=board"
    page = page_of(desk.post(f"{url}rename/", {"name": "Mine"}, follow=True))
    assert page.outcomes == ["success"]
    assert stored() == [("Mine", filters)]
    page = page_of(desk.post(f"{url}delete/", follow=True))
    assert page.outcomes == ["success"]
    assert page.select(".saved-views nav") == []
    # A second click is harmless.
    assert desk.post(f"{url}delete/").status_code == 302
    assert stored() == []


def test_no_filters_make_a_view_too(desk):
    assert desk.post(VIEWS, {"name": "All"}).url == URL
    assert stored() == [("All", {})]
    view = SavedView.objects.get()
    assert desk.get(f"{VIEWS}{view.pk}/").url == URL
    assert page_of(desk.get(URL)).one(".saved-views nav a")["aria-current"] == "page"
    assert "aria-current" not in page_of(desk.get(f"{URL}?late=on")).one(".saved-views a").html


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "This field is required."),
        ("  ", "This field is required."),
        ("a" * 61, "Ensure this value has at most 60 characters (it has 61)."),
        ("a\0b", "Null characters are not allowed."),
        ("LATE", "You already have a view with this name."),
    ],
)
def test_invalid_names_are_refused(desk, broker, name, message):
    view = SavedViewFactory(member=broker, name="Late")
    other = SavedViewFactory(member=broker, name="Other")
    before = stored()
    page = page_of(desk.post(f"{VIEWS}?owner=me", {"name": name}, follow=True))
    assert page.messages == [message]
    page = page_of(desk.post(f"{VIEWS}{other.pk}/rename/", {"name": name}, follow=True))
    assert page.messages == [message]
    assert stored() == before
    # Its own name in other letters is free.
    desk.post(f"{VIEWS}{view.pk}/rename/", {"name": "LATE"})
    assert SavedView.objects.get(pk=view.pk).name == "LATE"


def test_the_same_view_is_saved_once(desk, broker):
    for _click in range(2):
        desk.post(f"{VIEWS}?late=on", {"name": "Late"})
    assert stored() == [("Late", {"late": "on"})]


def test_the_number_is_bounded(desk, broker):
    SavedViewFactory.create_batch(20, member=broker)
    page = page_of(desk.post(VIEWS, {"name": "One more"}, follow=True))
    assert page.outcomes == ["error"]
    assert broker.saved_views.count() == 20


def test_filters_that_no_longer_exist_are_ignored(desk, broker):
    gone = staff("Brokers", "gone")
    filters = {"owner": str(gone.pk), "theme": "lost", "late": "on"}
    view = SavedViewFactory(member=broker, name="Old", parameters=filters)
    gone.groups.clear()
    response = desk.get(f"{VIEWS}{view.pk}/", follow=True)
    assert response.redirect_chain == [(f"{URL}?late=on", 302)]
    assert page_of(response).outcomes == ["warning"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"colour": "red", "p": "9"},
            "2 filters in “Old” no longer exist and were ignored: p and colour.",
        ),
        (
            {"stage": ["new"]},
            "1 filter in “Old” no longer exists and was ignored: Stage.",
        ),
        ({"late": "on\r\nSet-Cookie: a=b"}, None),
        (["late"], None),
        ("late", None),
        (None, None),
    ],
)
def test_hostile_values_are_ignored(desk, broker, parameters, message):
    view = SavedViewFactory(member=broker, name="Old", parameters={})
    with connection.cursor() as cursor:
        text = SavedView._meta.get_field("parameters").get_db_prep_save(parameters, connection)
        cursor.execute(
            "UPDATE partnerships_savedview SET parameters = %s::jsonb WHERE id = %s",
            [text if parameters is not None else "null", view.pk],
        )
    response = desk.get(f"{VIEWS}{view.pk}/", follow=True)
    assert response.status_code == 200
    assert page_of(response).messages == ([message] if message else [])


def test_views_are_private(desk, broker):
    colleague = staff("Brokers", "colleague")
    view = SavedViewFactory(member=colleague, name="Secret")
    assert page_of(desk.get(URL)).select(".saved-views nav") == []
    url = f"{VIEWS}{view.pk}/"
    assert desk.get(url).status_code == 404
    assert desk.post(f"{url}rename/", {"name": "Mine"}).status_code == 404
    assert desk.post(f"{url}delete/").status_code == 302
    assert stored() == [("Secret", {"late": "on"})]
    with pytest.raises(ActionRefused):
        actions.rename_view(view=view, name="Mine", by=broker)
    actions.delete_view(view=view, by=broker)
    assert stored() == [("Secret", {"late": "on"})]
    # The same name is free for another broker.
    desk.post(VIEWS, {"name": "Secret"})
    assert broker.saved_views.get().name == "Secret"


def test_views_go_with_the_account(broker):
    SavedViewFactory(member=broker)
    broker.delete()
    assert not SavedView.objects.exists()
