import pytest
from django.conf import settings

from community.accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "cookie",
    ['"aaaaaaaaaaaa\\000"', "aaaaaaaaaaaa'--", "é" * 20, "a" * 5000, "", "short"],
)
def test_ignore_a_cookie_that_is_no_session_key(client, cookie):
    response = client.get("/cases/", headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
    assert response.status_code == 200
    assert not response.wsgi_request.user.is_authenticated


def test_know_who_signed_in(client, member):
    client.force_login(member)
    assert client.get("/cases/").wsgi_request.user == member


def test_save_and_delete_a_session():
    session = SessionStore()
    session["name"] = "value"
    session.save()
    assert SessionStore(session.session_key)["name"] == "value"
    session.flush()
    assert dict(SessionStore(session.session_key).items()) == {}
