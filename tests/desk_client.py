"""A test client for the admin: staff sign in with their second factor."""

from allauth.mfa.models import Authenticator
from django.test import Client

from tests.second_factors import note_authentication


class DeskClient(Client):
    def force_login(self, user, backend=None):
        super().force_login(user, backend)
        if user.is_staff:
            factor, _is_new = Authenticator.objects.get_or_create(
                user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "none"}}
            )
            session = self.session
            note_authentication(session, user, "mfa", id=factor.pk, type=factor.type)
            session.save()
