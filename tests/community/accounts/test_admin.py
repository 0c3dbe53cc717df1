import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.accounts import roles as accounts_roles
from repository.history.object_history import History
from tests.community.conftest import add_app, sign_in
from tests.desk_models import desk_models
from tests.factories import CommentFactory, UserFactory
from tests.page import page_of


@pytest.fixture
def desk(settings, client):
    """A client for the desk, without the second factor."""
    settings.DEMO = True
    return client


@pytest.fixture
def keeper(db):
    """An administrator who is not a superuser."""
    return UserFactory(staff=True, groups=[Group.objects.get(name=accounts_roles.ADMINISTRATORS)])


def change_url(user) -> str:
    return f"/admin/community/user/{user.pk}/change/"


def form(user, **changes) -> dict:
    """The data of the form of a member, as the page submits it."""
    addresses = list(user.emailaddress_set.all())
    factors = list(user.authenticator_set.all())
    data = {
        "display_name": user.display_name,
        "handle": user.handle,
        "language": user.language,
        "is_active": "on",
        "emailaddress_set-TOTAL_FORMS": len(addresses),
        "emailaddress_set-INITIAL_FORMS": len(addresses),
        "authenticator_set-TOTAL_FORMS": len(factors),
        "authenticator_set-INITIAL_FORMS": len(factors),
    }
    for name, rows in (("emailaddress_set", addresses), ("authenticator_set", factors)):
        for number, row in enumerate(rows):
            data |= {f"{name}-{number}-id": row.pk, f"{name}-{number}-user": user.pk}
    for number, address in enumerate(addresses):
        if address.verified:
            data[f"emailaddress_set-{number}-verified"] = "on"
    return data | changes


def test_show_members_to_administrators_alone(desk, keeper, moderator, member):
    desk.force_login(moderator)
    assert desk.get("/admin/community/user/").status_code == 403

    desk.force_login(keeper)
    for query in ("", "?q=member@example.org", "?is_staff__exact=1"):
        assert desk.get("/admin/community/user/" + query).status_code == 200
    assert desk.get(change_url(member)).status_code == 200
    assert desk.get("/admin/community/user/add/").status_code == 403


@pytest.mark.parametrize(
    "guess",
    [
        "password__startswith=",
        "password__regex=^",
        "last_login__gt=2020-01-01",
    ],
)
def test_refuse_lookups_on_hidden_fields(guess, desk, keeper, administrator):
    """Otherwise a hidden value could be guessed letter by letter."""
    desk.force_login(keeper)
    response = desk.get(f"/admin/community/user/?{guess}")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/admin/community/user/?e=1",
    )


def test_make_a_member_a_moderator(desk, keeper, member):
    group = Group.objects.get(name=accounts_roles.MODERATORS)
    desk.force_login(keeper)
    response = desk.post(change_url(member), form(member, is_staff="on", groups=[group.pk]))

    member.refresh_from_db()
    assert (response.status_code, member.is_staff, list(member.groups.all())) == (
        302,
        True,
        [group],
    )
    event = member.events.order_by("-pgh_id")[0]
    assert (event.is_staff, event.pgh_context.metadata["user"]) == (True, keeper.pk)


@pytest.mark.django_db(transaction=True)
def test_show_who_gave_and_took_away_a_role(desk, keeper, member):
    group = Group.objects.get(name=accounts_roles.MODERATORS)
    desk.force_login(keeper)
    desk.post(change_url(member), form(member, is_staff="on", groups=[group.pk]))
    desk.post(change_url(member), form(member))

    changes = History(member)[0:2]
    told = [{d.label: (d.old, d.new) for d in change.differences} for change in changes]
    assert [change.by for change in changes] == [str(keeper)] * 2
    assert [lines["Groups"] for lines in told] == [("Moderators", ""), ("", "Moderators")]
    assert desk.get(change_url(member).replace("change", "history")).status_code == 200


def test_make_superuser_is_refused_to_other_administrators(desk, keeper, member, administrator):
    desk.force_login(keeper)
    desk.post(change_url(member), form(member, is_superuser="on"))
    member.refresh_from_db()
    assert member.is_superuser is False

    assert desk.post(change_url(administrator), form(administrator)).status_code == 403
    assert desk.post(change_url(administrator).replace("change", "delete")).status_code == 403


def test_let_superusers_make_superusers(desk, administrator, member):
    desk.force_login(administrator)
    desk.post(change_url(member), form(member, is_staff="on", is_superuser="on"))

    member.refresh_from_db()
    assert member.is_superuser is True


def test_change_page_takes_the_same_queries_for_more_permissions(desk, administrator, member):
    desk.force_login(administrator)
    with CaptureQueriesContext(connection) as few:
        desk.get(change_url(member))
    about = ContentType.objects.create(app_label="community", model="something")
    Permission.objects.create(codename="do", name="Can do something", content_type=about)
    with CaptureQueriesContext(connection) as more:
        page = page_of(desk.get(change_url(member)))
    assert any("something" in label for label in page.form("").choices("user_permissions").values())
    assert len(few) == len(more)


def test_delete_a_lost_second_factor_without_showing_it(desk, keeper, account):
    add_app(account)
    desk.force_login(keeper)
    assert "JBSWY3DPEHPK3PXP" not in page_of(desk.get(change_url(account))).html

    gone = {"authenticator_set-0-DELETE": "on", "authenticator_set-1-DELETE": "on"}
    desk.post(change_url(account), form(account, **gone))
    assert Authenticator.objects.filter(user=account).count() == 0


def test_confirm_an_address_that_no_message_reaches(desk, keeper, account):
    account.emailaddress_set.update(verified=False)
    desk.force_login(keeper)
    desk.post(change_url(account), form(account, **{"emailaddress_set-0-verified": "on"}))

    assert account.emailaddress_set.values_list("email", "verified").get() == (
        "member@example.org",
        True,
    )


def test_end_the_access_of_a_member(desk, keeper, account):
    elsewhere = Client()
    sign_in(elsewhere, account)
    assert elsewhere.get("/accounts/email/").status_code == 200

    desk.force_login(keeper)
    data = form(account)
    del data["is_active"]
    desk.post(change_url(account), data)

    assert elsewhere.get("/accounts/email/").status_code == 302
    assert sign_in(elsewhere, account).url == "/accounts/inactive/"


def test_keep_the_secrets_of_accounts_off_the_desk():
    shown = {model._meta.label for model in desk_models()}

    assert (
        shown
        & {
            "account.EmailAddress",
            "account.EmailConfirmation",
            "mfa.Authenticator",
            "usersessions.UserSession",
            "sessions.Session",
        }
        == set()
    )


def test_delete_is_not_offered_at_the_desk(desk, administrator, member):
    """Members do it themselves: the desk would leave their contributions and history."""
    CommentFactory(author=member)
    desk.force_login(administrator)
    deleting = change_url(member).replace("change", "delete")
    assert deleting not in page_of(desk.get(change_url(member))).html
    assert "delete_selected" not in page_of(desk.get("/admin/community/user/")).html
    for act in (desk.get, desk.post):
        assert act(deleting).status_code == 403
    member.refresh_from_db()


def test_erase_an_account_after_confirmation(
    desk, keeper, administrator, member, settings, tmp_path
):
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"
    CommentFactory(author=member)
    erase = f"/admin/community/user/{member.pk}/erase/"
    desk.force_login(keeper)
    assert erase in [href for _text, href in page_of(desk.get(change_url(member))).links]
    choices = page_of(desk.get(erase)).form("").choices("contributions")
    assert choices["erase"].startswith("Delete comments")
    assert "This field is required." in page_of(desk.post(erase, {})).errors
    sent = {"contributions": "erase", "reason": "private", "message": "Letter 12.", "tell": "on"}
    second = desk.post(erase, sent)
    assert second.context["goes"][0][:2] == ("Comments", 1)
    assert type(member).objects.filter(pk=member.pk).exists()
    # The choices go along, and one can go back to them.
    assert page_of(second).one("input[type=hidden][name=message]")["value"] == "Letter 12."
    assert desk.post(erase, sent | {"back": "Back"}).context["goes"] is None
    assert desk.post(erase, sent | {"confirmed": "yes"}).url == "/admin/community/user/"
    assert not type(member).objects.filter(pk=member.pk).exists()
    assert desk.get(erase).status_code == 404


def test_erase_is_refused_to_moderators_and_for_administrators(
    desk, keeper, administrator, moderator, member
):
    desk.force_login(moderator)
    assert desk.get(f"/admin/community/user/{member.pk}/erase/").status_code == 403
    desk.force_login(keeper)
    for other in (keeper, administrator):
        assert "/erase/" not in page_of(desk.get(change_url(other))).html
        for answer in (desk.get, desk.post):
            assert answer(f"/admin/community/user/{other.pk}/erase/").status_code == 403
