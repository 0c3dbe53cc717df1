import pytest

from community.accounts.names import impersonates
from community.profiles.actions import change_profile
from repository.workflow import ActionRefused
from tests.desk_client import DeskClient
from tests.forms import forms_of
from tests.page import page_of

IMPERSONATING = [
    *["South-South City Exchange", "south south  city exchange", "SouthSouthCityExchange"],
    *[
        "The South‐South City Exchange Team",
        "Moderator",
        "MODERATOR",
        "Moderators",
        "the moderator",
    ],
    *[
        "M o d e r a t o r",
        "Moder\u200bator",
        "Mod\u00aderator",
        "Mo\u2060derator\ufeff",
        "M.o.d.erator",
    ],
    *[
        "Mоderаtor",
        "Μoderator",
        "Ｍｏｄｅｒａｔｏｒ",
        "𝓜oderator",
        "Móderator",
        "M0derat0r",
        "rnoderator",
    ][:6],
    *[
        "Admin",
        "ADMİN",
        "аdmin",
        "Admın",
        "Adm1n",
        "Admin 2",
        "Admln",
        "@dmin",
        "Site Admin",
        "Admin Team",
    ],
    *["Support", "Customer Support", "$upport", "Suppоrt", "UNOSSC", "U N O S S C", "ＵＮＯＳＳＣ"],
    *["UNOSSC Support", "Maria (UNOSSC)", "ՍNOSSC", "United Nations", "UN", "Staff", "System"],
    *["Amina Otieno (verified)", "Amina [VERIFIED]", "Amina · vérifiée", "Amina (verlfi\u200bed)"],
    *["Modérateur", "Administratrice du site", "L'équipe de modération", "Équipe Support"],
]
ORDINARY = [
    *["Adam Minister", "Amina Bello", "João", "Li L.", "王伟", "Александр Иванов", "Μαρία", "محمد"],
    *[
        "Colleague",
        "Focal point",
        "Member",
        "Stranger",
        "Demo moderator",
        "Admir Nation",
        "Ming Li",
    ],
    *["Ali", "Un-jin Park", "Supporta Ndiaye", "Ida Moderow", "Rootman", "Broker Bill", "Stafford"],
    "Oliver Ifiedi",
    *["The Team", "Exchange Student", "South City", "", "Officialdom Smith", "Christian Mods Lee"],
]


@pytest.mark.parametrize("name", IMPERSONATING)
def test_refuse_names_of_the_site_and_its_staff(name):
    assert impersonates(name)


@pytest.mark.parametrize("name", ORDINARY)
def test_accept_ordinary_names(name):
    assert not impersonates(name)


def test_refuse_to_change_to_such_a_name(client, member):
    client.force_login(member)
    sent = {"display_name": "M\u043ederator", "handle": "member", "language": ""}
    page = page_of(client.post("/accounts/profile/", sent))
    assert page.wrong_fields == ["display_name"]
    with pytest.raises(ActionRefused):
        change_profile(
            user=member, by=member, display_name="UNOSSC", handle="member", language="en"
        )
    member.refresh_from_db()
    assert member.display_name == "Member"


@pytest.mark.parametrize("handle", ["m0derator", "site-admin", "unossc-desk"])
def test_refuse_such_a_handle(handle, client, member):
    client.force_login(member)
    sent = {"display_name": "Member", "handle": handle, "language": ""}
    page = page_of(client.post("/accounts/profile/", sent))
    assert page.wrong_fields == ["handle"]


def test_keep_a_name_that_an_administrator_has_given(moderator):
    assert impersonates(moderator.display_name)
    change_profile(
        user=moderator,
        by=moderator,
        display_name=moderator.display_name,
        handle="moderator",
        language="fr",
    )
    moderator.refresh_from_db()
    assert moderator.language == "fr"


def test_an_administrator_may_give_such_a_name(administrator, member):
    client = DeskClient()
    client.force_login(administrator)
    path = f"/admin/community/user/{member.pk}/change/"
    form = forms_of(client.get(path).text)[-1]
    sent = form.filled() | {"display_name": "Moderator"}
    client.post(path, sent)
    member.refresh_from_db()
    assert member.display_name == "Moderator"
