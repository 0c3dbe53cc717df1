"""A browser at the desk: staff who sign in have shown their second factor."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory


class DeskClient(Client):
    def force_login(self, user, backend=None):
        super().force_login(user, backend)
        if user.is_staff:
            factor, _is_new = Authenticator.objects.get_or_create(
                user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "none"}}
            )
            request = RequestFactory().get("/")
            request.session = self.session
            record_authentication(request, user, method="mfa", id=factor.pk, type=factor.type)
            request.session.save()
