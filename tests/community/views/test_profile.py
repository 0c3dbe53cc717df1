from django.test import Client

URL = "/accounts/profile/"
CHANGES = {"display_name": "Amina", "handle": "amina-b", "language": "fr"}


def described(user) -> dict:
    user.refresh_from_db()
    return {name: getattr(user, name) for name in CHANGES}


def test_change_the_profile(client, member):
    client.force_login(member)

    response = client.post(URL, CHANGES)

    assert (response.status_code, response.url) == (302, URL)
    assert described(member) == CHANGES
    assert response.cookies["django_language"].value == "fr"
    assert client.get(URL).headers["Content-Language"] == "fr"
    # A second click does no harm.
    assert client.post(URL, CHANGES).url == URL


def test_forget_the_cookie_when_the_browser_is_to_decide(client, member):
    client.force_login(member)
    client.cookies["django_language"] = "fr"

    client.post(URL, CHANGES | {"language": ""})

    assert client.get(URL).headers["Content-Language"] == "en"


def test_change_the_profile_is_refused_to_visitors(client, db):
    for response in (client.get(URL), client.post(URL, CHANGES)):
        assert response.url == f"/accounts/login/?next={URL}"


def test_change_the_profile_is_refused_without_the_token(member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)

    assert client.post(URL, CHANGES).status_code == 403
    assert described(member)["display_name"] == "Member"


def test_change_the_profile_of_nobody_else(client, member, stranger):
    client.force_login(stranger)
    client.post(URL, CHANGES | {"id": member.pk, "user": member.pk})

    assert described(member)["handle"] == "member"


def test_change_nothing_by_get(client, member):
    client.force_login(member)

    assert client.get(URL, CHANGES).status_code == 200
    assert described(member)["display_name"] == "Member"


def test_refuse_a_handle_that_is_taken_or_not_plain(client, member, colleague):
    client.force_login(member)

    for handle in ("colleague", "COLLEAGUE", "two words", "-a", "é", "a/b"):
        response = client.post(URL, CHANGES | {"handle": handle})
        assert list(response.context["form"].errors) in (["handle"], ["__all__"])
        # The head of the page still shows who is signed in.
        assert response.context["user"].display_name == "Member"
    assert described(member)["handle"] == "member"


def test_take_capital_letters_in_a_handle_as_small_ones(client, member):
    client.force_login(member)
    client.post(URL, CHANGES | {"handle": "Amina-B"})

    assert described(member)["handle"] == "amina-b"


def test_show_no_address_but_the_own_one(client, member, colleague):
    client.force_login(member)

    assert colleague.email not in client.get(URL).text
