"""Who may sign in with a password."""

from allauth.account import auth_backends
from allauth.account.models import EmailAddress
from django.conf import settings

from community import demo


class AuthenticationBackend(auth_backends.AuthenticationBackend):
    """A confirmed address and its password.

    An address that nobody has confirmed is treated like one that nobody has: the same query, the
    same hash, the same answer. Otherwise signing up and then signing in with the same password
    would tell who has an account.
    """

    def _authenticate_by_email(self, email, password):
        addresses = EmailAddress.objects.select_related("user")
        address = addresses.filter(email=email.lower(), verified=True).first()
        user = address.user if address and is_open(address.user) else None
        return self._check_password(user, password)

    def user_can_authenticate(self, user):
        # Asked again for each request of a session, however it began.
        return super().user_can_authenticate(user) and is_open(user)


def is_open(user) -> bool:
    """The passwords of demo accounts are public: outside a demo they open nothing."""
    return settings.DEMO or not demo.is_demo_account(user)
