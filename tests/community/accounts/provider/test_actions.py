import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.accounts import roles
from community.accounts.provider.actions import connect, set_roles
from community.models import User
from community.privacy.holdings import event_model
from config import sign_in
from repository.workflow import ActionRefused
from tests.factories import UserFactory

ADDRESS = "staff@staff.example"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _managed_roles(settings):
    settings.OIDC_GROUPS = {"ex-mod": "Moderators", "ex-brokers": "Brokers"}


def connection(uid="1") -> SocialAccount:
    return SocialAccount(provider="https://id.example", uid=uid)


def roles_of(user) -> tuple[bool, set[str]]:
    user = User.objects.get(pk=user.pk)
    return user.is_staff, set(user.groups.values_list("name", flat=True))


def test_roles_of_settings_are_those_of_the_site():
    assert sign_in.ROLES == [roles.MODERATORS, roles.BROKERS, roles.ADMINISTRATORS]


def test_connect_a_new_account():
    user = connect(account=connection(), email=ADDRESS, language="fr")
    assert (user.email, user.language, user.last_login) == (ADDRESS, "fr", None)
    assert user.socialaccount_set.get().uid == "1"


def test_connect_an_account_once():
    user = connect(account=connection(), email=ADDRESS)
    with pytest.raises(ActionRefused):
        connect(account=connection("2"), email=ADDRESS)
    assert user.socialaccount_set.get().uid == "1"
    with pytest.raises(IntegrityError), transaction.atomic():
        connection().save()


def test_refuse_an_unconfirmed_account_that_was_used():
    UserFactory(email=ADDRESS, last_login=timezone.now())
    with pytest.raises(ActionRefused):
        connect(account=connection(), email=ADDRESS)
    assert not SocialAccount.objects.exists()


def test_grant_and_revoke_roles(member):
    set_roles(user=member, roles=frozenset({"Moderators", "Brokers"}))
    assert roles_of(member) == (True, {"Moderators", "Brokers"})
    set_roles(user=member, roles=frozenset({"Brokers"}))
    assert roles_of(member) == (True, {"Brokers"})
    set_roles(user=member, roles=frozenset())
    assert roles_of(member) == (False, set())
    set_roles(user=member, roles=frozenset())
    assert roles_of(member) == (False, set())


def test_revoke_a_managed_role_that_was_granted_at_the_desk(moderator):
    set_roles(user=moderator, roles=frozenset())
    assert roles_of(moderator) == (False, set())


@pytest.mark.parametrize("kind", ["role", "permission", "superuser"])
def test_keep_what_the_provider_does_not_manage(moderator, kind):
    kept = {"Moderators"}
    if kind == "role":
        moderator.groups.add(Group.objects.get(name="Administrators"))
    elif kind == "permission":
        moderator.user_permissions.add(Permission.objects.first())
    else:
        moderator.is_superuser = True
        moderator.save()
    is_staff, held = roles_of(moderator)
    set_roles(user=moderator, roles=frozenset())
    assert roles_of(moderator) == (is_staff, held - kept)


def test_keep_all_roles_if_the_provider_manages_none(moderator, settings):
    settings.OIDC_GROUPS = {}
    set_roles(user=moderator, roles=frozenset())
    assert roles_of(moderator) == (True, {"Moderators"})


def test_record_roles_in_the_history(member):
    set_roles(user=member, roles=frozenset({"Moderators"}))
    set_roles(user=member, roles=frozenset())
    events = event_model("community.UserGroups").objects.filter(user=member)
    labels = list(events.order_by("pgh_id").values_list("pgh_label", flat=True))
    assert labels == ["insert", "delete"]
