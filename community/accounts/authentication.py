"""Who may sign in, and with which factors."""

from allauth.account import auth_backends
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa import stages
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest

from community.accounts import demo

# Passwords


class AuthenticationBackend(auth_backends.AuthenticationBackend):
    """Sign in with a confirmed e-mail address and its password.

    An unconfirmed address is treated like an unknown one: same query, same hash, same response.
    Otherwise signing up and then signing in with the same password would reveal whether an account
    exists.
    """

    def _authenticate_by_email(self, email, password):
        addresses = EmailAddress.objects.select_related("user")
        address = addresses.filter(email=email.lower(), verified=True).first()
        user = address.user if address and is_open(address.user) else None
        return self._check_password(user, password)

    def user_can_authenticate(self, user):
        # Checked for each request of a session, however it began.
        return super().user_can_authenticate(user) and is_open(user)

    def get_all_permissions(self, user_obj, obj=None):
        """The permissions of the user and of their groups, in one query instead of two."""
        if user_obj.is_superuser or not user_obj.is_active or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not user_obj.is_staff:
            # Permissions require `is_staff`, even if nobody has removed a former member of staff
            # from their group.
            return set()
        if not hasattr(user_obj, "rights"):
            given = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj))
            names = given.order_by().values_list("content_type__app_label", "codename")
            user_obj.rights = {f"{app}.{codename}" for app, codename in names}
        return user_obj.rights


def is_open(user) -> bool:
    """Whether the account may be used: the passwords of demo accounts are public."""
    return settings.DEMO or not demo.is_demo_account(user)


# The second factor that everyone at the desk must have


# Recovery codes replace a lost factor; on their own they are none.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# The factor that the OpenID Connect provider asked for, in the records of a session.
PROVIDER = "provider"


def has_factor(user) -> bool:
    """Whether the person has an authenticator app or a passkey."""
    return is_mfa_enabled(user, FACTORS)


def showed_factor(request: HttpRequest, user) -> bool:
    """Whether a second factor was shown in this session.

    Having one is not enough: a session opened with the password alone, before the factor was set
    up, may belong to someone who has stolen the password.
    """
    records = get_authentication_records(request, user)
    return any(record["method"] == "mfa" for record in records)


def showed_provider(request: HttpRequest, user) -> bool:
    """Whether the provider has asked for a second factor at this sign-in."""
    records = get_authentication_records(request, user)
    return any(record["method"] == "mfa" and record.get("type") == PROVIDER for record in records)


def record_showing_provider(request: HttpRequest, user) -> None:
    record_authentication(request, user, method="mfa", type=PROVIDER)


class AuthenticateStage(stages.AuthenticateStage):
    """Ask for the second factor of this site, unless the provider has asked for one."""

    def handle(self):
        if showed_provider(self.request, self.login.user):
            return None, True
        return super().handle()


@receiver(authenticator_added, dispatch_uid="community.accounts.authentication.record_enrolment")
def record_enrolment(*, request, user, authenticator, **kwargs) -> None:
    """Count setting up a factor as showing it: nobody is asked for the same code twice."""
    if authenticator.type in FACTORS:
        record_authentication(
            request, user, method="mfa", id=authenticator.pk, type=authenticator.type
        )
