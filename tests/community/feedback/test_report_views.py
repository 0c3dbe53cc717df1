import pytest
from django.core.cache import cache
from django.test import Client

from community.accounts import rate_limits, spam_protection
from community.feedback.actions import MAX_REPORTS_PER_HOUR
from community.models import PageFeedback
from tests.collection import signed_in
from tests.desk_client import DeskClient
from tests.factories import TranslationReportFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/fr/translations/report/"


@pytest.fixture(autouse=True)
def _no_spam_protection(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    cache.clear()


def send(client, url=f"{URL}?page=/fr/cases/", **changes):
    form = page_of(client.get(url)).form(URL)
    data = {name: value for name, value in form.fields.items() if name in ("page", "stamp")}
    words = {"quoted": "Enregistrer", "suggestion": "Garder"}
    return client.post(URL, data | words | changes)


def sent() -> list[tuple]:
    rows = PageFeedback.objects.reports().order_by("pk")
    return list(rows.values_list("language", "quoted", "message", "page"))


def links(path: str) -> list[str]:
    page = page_of(Client().get(path))
    return [link["href"] for link in page.select(".foot a") if "translation" in link["href"]]


def test_link_from_a_public_page_in_another_language():
    assert links("/glossary/") == []
    assert links("/fr/glossary/") == [f"{URL}?page=/fr/glossary/", "/fr/about/#translation"]
    response = Client().get("/fr/glossary/")
    assert not response.cookies
    assert "csrf" not in response.content.decode()


def test_link_from_no_page_with_a_secret_address():
    assert links("/fr/accounts/login/") == []


def test_store_a_report(member):
    response = send(signed_in(member))
    assert (response.status_code, response["Location"]) == (302, "/fr/cases/")
    assert sent() == [("fr", "Enregistrer", "Garder", "/fr/cases/")]
    assert PageFeedback.objects.get().text == "Save"


def test_store_it_once_if_sent_twice(member):
    client = signed_in(member)
    send(client)
    send(client)
    assert len(sent()) == 1


def test_show_the_form_to_members(member):
    page = page_of(signed_in(member).get(f"{URL}?page=/fr/cases/"))
    assert page["lang"] == "fr"
    assert page.one("main .lead a")["href"] == "/fr/cases/"
    assert page.one("meta[name=robots]")["content"] == "noindex"


def test_lead_visitors_to_sign_in_and_feedback():
    response = Client().get(f"{URL}?page=/fr/cases/")
    page = page_of(response)
    assert "no-store" in response["Cache-Control"]
    assert [link["href"] for link in page.select("main a")] == [
        "/fr/accounts/login/?next=%2Ffr%2Ftranslations%2Freport%2F%3Fpage%3D%252Ffr%252Fcases%252F",
        "/fr/feedback/?page=/fr/cases/",
    ]


def test_refuse_a_report_of_a_visitor():
    response = Client().post(URL, {"quoted": "Enregistrer"})
    assert response["Location"] == f"/fr/accounts/login/?next={URL}"
    assert sent() == []


@pytest.mark.parametrize("is_member", [True, False])
def test_send_readers_of_the_original_to_the_feedback_form(member, is_member):
    client = signed_in(member) if is_member else Client()
    for method in (client.get, client.post):
        response = method("/translations/report/?page=/cases/")
        assert response["Location"] == "/feedback/?page=%2Fcases%2F"
    assert sent() == []


@pytest.mark.parametrize(
    "page",
    ["https://evil.example/", "//evil.example/", "/nothing/here/", "x", "/cases/" * 60, "/\0/"],
)
def test_ignore_unknown_pages(member, page):
    response = send(signed_in(member), URL, page=page)
    if response.status_code == 302:
        assert (response["Location"], sent()[0][3]) == ("/fr/", "")
    else:
        assert sent() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"quoted": ""},
        {"quoted": " "},
        {"quoted": "x" * 501},
        {"quoted": "\0"},
        {"suggestion": "x" * 1001},
        {"website": "x"},
        {"stamp": "wrong"},
    ],
)
def test_refuse(member, changes):
    response = send(signed_in(member), **changes)
    assert response.status_code == 200
    assert page_of(response).select(".message.error, .field-error, .error-summary")
    assert sent() == []


def test_escape_hostile_text(member, moderator):
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}%(name)s"
    send(signed_in(member), quoted=hostile, suggestion=hostile)
    text = PageFeedback.objects.get()
    desk = DeskClient()
    desk.force_login(moderator)
    for path in ("", f"{text.pk}/change/", f"{text.pk}/history/"):
        html = desk.get(f"/admin/community/pagefeedback/{path}").content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_limit_the_rate(member, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "translation", "1/h/user")
    client = signed_in(member)
    assert send(client).status_code == 302
    assert send(client, quoted="Fermer").status_code == 429
    assert len(sent()) == 1


def test_say_that_there_are_too_many(member):
    for _ in range(MAX_REPORTS_PER_HOUR):
        TranslationReportFactory(by=member)
    response = send(signed_in(member))
    assert page_of(response).one(".error-summary").text != ""
    assert len(sent()) == MAX_REPORTS_PER_HOUR
