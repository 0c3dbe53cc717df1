from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from community.accounts import rate_limits, spam_protection
from community.feedback.actions import KEPT_FOR, forget_feedback
from community.models import PageFeedback
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_spam_protection(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    cache.clear()


def send(client, url="/feedback/?page=/cases/", **changes):
    form = page_of(client.get(url)).form("/feedback/")
    data = {name: value for name, value in form.fields.items() if name in ("page", "stamp")}
    return client.post("/feedback/", data | {"answer": "no", "message": "Costs?"} | changes)


def sent() -> list[tuple[str, str, str]]:
    return list(PageFeedback.objects.values_list("page", "answer", "message"))


@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_link_from_a_public_page(client, prefix):
    [link, *_others] = page_of(client.get(f"{prefix}/glossary/")).select(".foot a[rel=nofollow]")
    assert link["href"] == f"{prefix}/feedback/?page={prefix}/glossary/"
    page = page_of(Client().get(link["href"]))
    assert page.one("main .lead a")["href"] == f"{prefix}/glossary/"


def test_link_from_no_page_with_a_secret_address(client):
    for path in ("/accounts/login/", "/accounts/confirm-email/wrong/", "/feedback/"):
        assert page_of(client.get(path)).select(".foot a[rel=nofollow]") == []


def test_store_the_answer(client):
    response = send(client)
    assert (response.status_code, response["Location"]) == (302, "/cases/")
    assert sent() == [("/cases/", "no", "Costs?")]


def test_never_cache_the_form(client):
    response = client.get("/feedback/")
    assert "no-store" in response["Cache-Control"]
    assert page_of(response).one("meta[name=robots]")["content"] == "noindex"


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example/", "/nothing/here/", "x", "/cases/" * 60]
)
def test_ignore_unknown_pages(client, page):
    response = send(client, "/feedback/", page=page)
    if response.status_code == 302:
        assert (response["Location"], sent()) == ("/", [("", "no", "Costs?")])
    else:
        assert sent() == []


def test_store_no_query(client):
    send(client, "/feedback/", page="/search/?q=secret")
    assert sent() == [("/search/", "no", "Costs?")]


@pytest.mark.parametrize(
    "changes", [{"answer": ""}, {"answer": "x"}, {"website": "x"}, {"message": "x" * 2001}]
)
def test_refuse(client, changes):
    response = send(client, **changes)
    assert response.status_code == 200
    assert page_of(response).select(".message.error, .field-error, .error-summary")
    assert sent() == []


def test_limit_the_rate(client, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "feedback", "1/h/ip")
    assert send(client).status_code == 302
    assert send(client).status_code == 429
    assert len(sent()) == 1


def test_forget_after_a_year(client):
    send(client)
    assert forget_feedback() == 0
    PageFeedback.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    assert forget_feedback() == 1
