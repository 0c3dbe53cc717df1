"""Connect people at the provider to accounts, and update their roles."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from community.accounts.address_changes import delete_unconfirmed, end_changes_to
from community.models import User
from repository.workflow import ActionRefused, action, lock


@action
def connect(*, account: SocialAccount, email: str, language: str = "") -> User:
    """Connect a person to the account with their address, or to a new one.

    The provider has verified the address. It can only reach accounts whose address is confirmed
    here too: nobody else can have prepared them. An address that another person at the provider
    has used before is refused, as an employer may give it to somebody else. So are superusers, as
    the provider cannot grant what they may do.
    """
    owners = User.objects.filter(emailaddress__email=email, emailaddress__verified=True)
    user = owners.select_for_update(of=("self",)).first()
    if user is None:
        delete_unconfirmed(email)
        if User.objects.filter(email=email).exists():
            raise ActionRefused(_("An account with this email address already exists."))
        user = User.objects.create_confirmed(email, language=language)
        end_changes_to(EmailAddress.objects.get(user=user))
    elif user.is_superuser or user.socialaccount_set.filter(provider=account.provider).exists():
        raise ActionRefused(_("An account with this email address already exists."))
    else:
        # From now on the provider decides who signs in to the account.
        get_adapter().end_sessions(UserSession.objects.filter(user=user))
    account.user = user
    account.save()
    return user


@action
def set_roles(*, user: User, roles: frozenset[str]) -> User:
    """Grant the roles that the provider names, and revoke the others that it manages.

    It manages the roles in OIDC_GROUPS. Others, and the rights of a single member, are granted at
    the desk.
    """
    managed = set(settings.OIDC_GROUPS.values())
    if not managed:
        return user
    user = lock(User, user.pk)
    revoked = user.groups.filter(name__in=managed - roles)
    was_revoked = bool(revoked)
    user.groups.remove(*revoked)
    user.groups.add(*Group.objects.filter(name__in=managed & roles))
    is_staff = user.is_staff or bool(roles)
    if was_revoked and not roles:
        has_more = user.groups.exists() or user.user_permissions.exists()
        is_staff = user.is_superuser or has_more
    if is_staff != user.is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
    return user
