"""Public pages: their headers for caches, and a new page as soon as anything has changed."""

from contextlib import contextmanager

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext

from repository.models import CaseStudy, Theme
from repository.pages.http import PRIVATE, SHARED, public_page
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    EvidenceFactory,
    PracticeFactory,
    ThemeFactory,
    UserFactory,
)
from tests.kept_pages import made
from tests.page import page_of

PAGES = ["/", "/cases/", "/cases/shown/", "/cities/", "/glossary/", "/feeds/cases.atom"]


@pytest.fixture
def shown(db):
    return CaseStudyFactory(published=True, slug="shown")


@contextmanager
def rendered():
    """The names of the templates rendered during the test."""
    names = []

    def note(template, **kwargs):
        names.append(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def varying(response):
    return {name.strip() for name in response.headers["Vary"].split(",")}


def etag(client, path="/cases/", **headers):
    return client.get(path, headers=headers).headers.get("ETag")


@pytest.mark.parametrize("path", PAGES)
def test_answer_304_without_rendering(client, pages, shown, path):
    first = client.get(path)
    with rendered() as templates, CaptureQueriesContext(connection) as queries:
        second = client.get(path, headers={"if-none-match": first.headers["ETag"]})
    assert (second.status_code, second.content, templates, len(queries)) == (304, b"", [], 1)
    for name in ("ETag", "Cache-Control"):
        assert second.headers[name] == first.headers[name]
    assert varying(second) == varying(first) == {"Accept-Encoding"}


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{0}", 304),
        ('"other", {0}', 304),
        ("*", 304),
        ('"other"', 200),
        ("W/nonsense", 200),
        ("", 200),
    ],
)
def test_compare_etags_as_in_http(client, shown, header, status):
    sent = header.format(etag(client))
    assert client.get("/cases/", headers={"if-none-match": sent}).status_code == status


def test_let_no_cache_store_a_failed_condition(client, shown):
    response = client.get("/cases/", headers={"if-match": '"other"'})
    assert response.status_code == 412
    assert not {"ETag", "Cache-Control"} & set(response.headers)


def test_send_headers_for_caches(client, shown):
    response = client.get("/cases/")
    assert response.headers["Cache-Control"] == SHARED
    assert response.headers["ETag"].startswith('W/"')
    assert directives(response) == {
        *("public", "max-age=0", "must-revalidate"),
        *("s-maxage=1", "stale-while-revalidate=1"),
    }
    assert response.headers["CDN-Cache-Control"] == "max-age=1, stale-while-revalidate=1"


def directives(response) -> set[str]:
    return set(response.headers["Cache-Control"].split(", "))


def a_cookie(request, response):
    response.set_cookie("choice", "1")


def a_form(request, response):
    response.write(get_token(request))


def a_session(request, response):
    request.session["page"] = 1


def a_message(request, response):
    messages.success(request, "Saved.")


@pytest.mark.parametrize("brings", [a_cookie, a_form, a_session, a_message])
def test_let_no_shared_cache_store_what_is_for_one(rf, db, brings):
    @public_page
    def view(request):
        response = HttpResponse("x" * 300)
        brings(request, response)
        return response

    request = rf.get("/")
    request.user, request.session, request.LANGUAGE_CODE = AnonymousUser(), SessionBase(), "en"
    response = MessageMiddleware(view)(request)
    assert response.headers["Cache-Control"] == PRIVATE
    assert "CDN-Cache-Control" not in response.headers


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_let_no_shared_cache_store_pages_of_sessions(client, shown, cookie):
    """Also if the session has ended: the shared cache does not know."""
    client.cookies[cookie] = "a" * 32
    response = client.get("/cases/")
    again = client.get("/cases/", headers={"if-none-match": response.headers["ETag"]})
    assert (response.status_code, again.status_code) == (200, 304)
    for each in (response, again):
        assert each.headers["Cache-Control"] == PRIVATE
        assert "CDN-Cache-Control" not in each.headers


def test_set_no_cookie_for_readers(client, shown):
    for path in [*PAGES, "/search/", "/cases/unknown/"]:
        assert (path, client.get(path).cookies.output()) == (path, "")


def test_answer_head_as_get_without_the_page(client, shown):
    get, head = client.get("/cases/"), client.head("/cases/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_refuse_what_is_not_safe(client, shown, verb):
    response = getattr(client, verb)("/cases/", headers={"if-none-match": "*"})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


# What makes a page another one


def test_etag_depends_on_the_language(client, shown):
    english = etag(client)
    assert etag(client, "/fr/cases/") != english
    assert etag(client, **{"accept-language": "fr"}) == english
    client.cookies["django_language"] = "fr"
    assert etag(client) == english
    assert client.get("/fr/cases/", headers={"if-none-match": english}).status_code == 200


def test_send_members_pages_of_their_own(client, member, colleague, shown):
    """Private, and without the copy that visitors share."""
    anonymous = client.get("/cases/")
    client.force_login(member)
    own = client.get("/cases/", headers={"if-none-match": anonymous.headers["ETag"]})
    assert (own.status_code, own.headers["Cache-Control"]) == (200, PRIVATE)
    assert "Member" in page_of(own).text
    client.force_login(colleague)
    other = client.get("/cases/", headers={"if-none-match": own.headers["ETag"]})
    assert (other.status_code, "Colleague" in page_of(other).text) == (200, True)
    client.logout()
    assert etag(client) == anonymous.headers["ETag"]


def test_show_a_message_on_a_page_that_the_reader_has(client, shown, member):
    client.force_login(member)
    seen = etag(client)
    request = RequestFactory().get("/")
    request.session, request.user = client.session, member

    def save(request):
        messages.success(request, "Saved.")
        return HttpResponse()

    response = MessageMiddleware(save)(request)
    request.session.save()
    client.cookies.update(response.cookies)
    # The page with the message is shown, though nothing else has changed.
    with_message = client.get("/cases/", headers={"if-none-match": seen})
    assert (with_message.status_code, with_message.headers["Cache-Control"]) == (200, PRIVATE)
    assert page_of(with_message).messages == ["Saved."]


def test_keep_no_page_that_is_not_there(client, db):
    response = client.get("/cases/unknown/")
    assert response.status_code == 404
    assert "public" not in response.headers.get("Cache-Control", "")


def test_leave_headers_of_the_view_alone(rf, db):
    @public_page
    def private(request):
        return HttpResponse("x", headers={"Cache-Control": "no-store"})

    request = rf.get("/")
    request.user, request.session, request.LANGUAGE_CODE = AnonymousUser(), SessionBase(), "en"
    response = MessageMiddleware(private)(request)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


# A new edition


def publish():
    CaseStudyFactory(published=True)


def edit_case():
    CaseStudy.objects.filter(slug="shown").update(title="Edited")


def link_city():
    CaseStudy.objects.get(slug="shown").cities.add(CityFactory())


def unlink_theme():
    CaseStudy.objects.get(slug="shown").themes.clear()


def tag_case():
    CaseStudy.objects.get(slug="shown").tags.add("port")


CHANGES = {
    "publish": publish,
    "edit": edit_case,
    "link": link_city,
    "unlink": unlink_theme,
    "tag": tag_case,
    "figure": lambda: EvidenceFactory(case=CaseStudy.objects.get(slug="shown")),
    "appearance": AppearanceFactory,
    "practice": PracticeFactory,
    "theme": lambda: Theme.objects.update(name="Renamed"),
    "delete": lambda: CaseStudy.objects.get(slug="shown").delete(),
}


@pytest.mark.django_db(transaction=True)
def test_make_pages_again_after_each_change(client, pages):
    CaseStudyFactory(published=True, slug="shown", themes=[ThemeFactory()])
    for name, change in CHANGES.items():
        client.get("/cases/")
        change()
        assert (name, made(lambda: client.get("/cases/"))[0]) == (name, True)
        assert (name, made(lambda: client.get("/cases/"))[0]) == (name, False)


@pytest.mark.django_db(transaction=True)
def test_keep_the_page_when_nothing_public_changes(client):
    CaseStudyFactory(published=True)
    user = UserFactory()
    seen = etag(client)
    user.display_name = "Renamed"
    user.save()
    UserFactory()
    client.get("/search/?q=port")
    assert etag(client) == seen
