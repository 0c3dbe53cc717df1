"""The second factor that everyone at the desk must have."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import stages
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.dispatch import receiver
from django.http import HttpRequest

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


@receiver(authenticator_added, dispatch_uid="community.accounts.second_factor.record_enrolment")
def record_enrolment(*, request, user, authenticator, **kwargs) -> None:
    """Count setting up a factor as showing it: nobody is asked for the same code twice."""
    if authenticator.type in FACTORS:
        record_authentication(
            request, user, method="mfa", id=authenticator.pk, type=authenticator.type
        )
