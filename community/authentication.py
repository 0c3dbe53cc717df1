"""Who may sign in with a password."""

from allauth.account import auth_backends
from allauth.account.models import EmailAddress


class AuthenticationBackend(auth_backends.AuthenticationBackend):
    """A confirmed address and its password.

    An address that nobody has confirmed is treated like one that nobody has: the same query, the
    same hash, the same answer. Otherwise signing up and then signing in with the same password
    would tell who has an account.
    """

    def _authenticate_by_email(self, email, password):
        addresses = EmailAddress.objects.select_related("user")
        address = addresses.filter(email=email.lower(), verified=True).first()
        return self._check_password(address and address.user, password)
