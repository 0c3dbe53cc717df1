from django.test import Client
from django.utils import timezone

from community.models import Membership
from tests.factories import CityFactory, CountryFactory, ThemeFactory
from tests.page import page_of

URL = "/accounts/profile/"
CHANGES = {"display_name": "Amina", "handle": "amina-b", "language": "fr"}


def described(user) -> dict:
    user.refresh_from_db()
    return {name: getattr(user, name) for name in CHANGES}


def test_change_the_profile(client, member):
    client.force_login(member)

    response = client.post(URL, CHANGES)

    assert (response.status_code, response.url) == (302, f"/fr{URL}")
    assert described(member) == CHANGES
    # A second click does no harm.
    assert client.post(URL, CHANGES).url == f"/fr{URL}"


def test_stay_in_the_language_of_the_page_without_a_preference(client, member):
    client.force_login(member)

    for path in (URL, f"/fr{URL}"):
        assert client.post(path, CHANGES | {"language": ""}).url == path


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


def test_lowercase_the_handle(client, member):
    client.force_login(member)
    client.post(URL, CHANGES | {"handle": "Amina-B"})

    assert described(member)["handle"] == "amina-b"


def test_show_no_address_of_others(client, member, colleague):
    client.force_login(member)

    assert colleague.email not in page_of(client.get(URL)).html


def about(member) -> Membership:
    return Membership.objects.get(member=member)


def test_change_the_membership_and_its_audiences(client, member):
    theme, other = ThemeFactory(), ThemeFactory()
    CountryFactory(iso2="KE")
    client.force_login(member)

    response = client.post(
        URL,
        CHANGES
        | {
            "kind": "policymaker",
            "kind_shown": "public",
            "organization": "  County   government ",
            "where": "Kisumu, Kenya",
            "place_shown": "nobody",
            "spoken": "English, swahili; Français",
            "knows": [theme.pk],
            "wants": [other.pk],
            "bio": "I run **one** window.",
        },
    )

    assert response.status_code == 302
    found = about(member)
    assert (found.kind, found.kind_shown) == ("policymaker", "public")
    assert found.organization == "County government"
    assert (found.city, found.place, found.country_id, found.place_shown) == (
        None,
        "Kisumu",
        "KE",
        "nobody",
    )
    assert found.languages == ["en", "sw", "fr"]
    assert (list(found.knows.all()), list(found.wants.all())) == ([theme], [other])
    assert found.rendered["bio"] == "<p>I run <strong>one</strong> window.</p>\n"
    # What the form left out is shown to members alone, as it was.
    assert {found.organization_shown, found.knows_shown, found.bio_shown} == {"members"}


def test_keep_the_place_when_the_form_comes_back(client, member):
    city = CityFactory(name="Zhengzhou")
    client.force_login(member)
    client.post(URL, CHANGES | {"where": "zhengzhou", "spoken": "Chinese", "language": ""})

    fields = page_of(client.get(URL)).form(URL).fields
    assert (fields["where"], fields["spoken"]) == ("Zhengzhou, China", "Chinese")
    client.post(URL, CHANGES | {"where": fields["where"], "spoken": "Chinese"})

    assert (about(member).city, about(member).country_id) == (city, "CN")


def test_refuse_unknown_places_and_languages(client, member):
    client.force_login(member)

    response = client.post(URL, CHANGES | {"where": "Nowhere at all", "spoken": "Klatschmohn"})

    assert response.status_code == 200
    assert sorted(response.context["about"].errors) == ["spoken", "where"]
    assert Membership.objects.count() == 0
    assert described(member)["handle"] == "member"


def test_refuse_an_audience_that_does_not_exist(client, member):
    client.force_login(member)

    response = client.post(URL, CHANGES | {"bio_shown": "friends"})

    assert list(response.context["about"].errors) == ["bio_shown"]


def test_refuse_a_reserved_handle(client, member):
    client.force_login(member)

    response = client.post(URL, CHANGES | {"handle": "Moderator"})

    assert list(response.context["form"].errors) == ["handle"]


def test_lose_the_mark_with_another_kind_or_organization(client, member):
    client.force_login(member)
    same = CHANGES | {"kind": "policymaker", "organization": "Port authority"}
    client.post(URL, same)
    Membership.objects.update(verified_at=timezone.now())

    client.post(URL, same | {"bio": "New words."})
    assert about(member).is_verified
    for change in ({"kind": "researcher"}, {"organization": "Another authority"}):
        Membership.objects.update(verified_at=timezone.now(), kind="policymaker")
        assert client.post(URL, same | change).status_code == 302
        assert not about(member).is_verified


ASK = "/accounts/profile/verification/ask/"
WITHDRAW = "/accounts/profile/verification/take-back/"


def policymaker(member, **fields):
    return Membership.objects.create(
        member=member, kind="policymaker", organization="Port authority", **fields
    )


def test_ask_to_be_verified_and_withdraw_the_request(client, member):
    policymaker(member)
    client.force_login(member)

    for _ in range(2):
        assert client.post(ASK, {"proof": "https://example.org/staff"}).url == URL
    assert about(member).proof == "https://example.org/staff"
    assert [row.member for row in Membership.objects.waiting_for_verification()] == [member]

    for _ in range(2):
        assert client.post(WITHDRAW).url == URL
    assert list(Membership.objects.waiting_for_verification()) == []
    assert about(member).proof == ""


def test_ask_to_be_verified_is_refused(client, member):
    for url in (ASK, WITHDRAW):
        assert client.post(url).url == f"/accounts/login/?next={url}"
    client.force_login(member)
    for url in (ASK, WITHDRAW):
        assert client.get(url).status_code == 405
    client.post(ASK, {"proof": "Without a profile."})
    Membership.objects.create(member=member, kind="researcher", organization="University")
    client.post(ASK, {"proof": "Not a policymaker."})
    Membership.objects.update(kind="policymaker")
    client.post(ASK, {"proof": " "})
    assert about(member).asked_at is None
    Membership.objects.update(verified_at=timezone.now())
    client.post(ASK, {"proof": "Verified already."})
    assert about(member).asked_at is None
