"""Hooks of allauth for the provider. Loaded only if there is one."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from requests import RequestException

from community.accounts.provider.actions import connect
from community.accounts.provider.claims import Refused
from community.accounts.provider.id_tokens import InvalidToken
from repository.workflow import ActionRefused

log = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request, sociallogin) -> None:
        """Connect a person who signs in for the first time. allauth's own sign-up is not used."""
        # Otherwise stored in the session while a second factor is asked for.
        sociallogin.token = None
        if sociallogin.is_existing:
            if sociallogin.user.is_superuser:
                raise Refused("superusers sign in without the provider")
            return
        target, email = sociallogin.state.get("next", "/"), sociallogin.claims.email
        language = language_of(target)
        try:
            user = connect(account=sociallogin.account, email=email, language=language)
        except ActionRefused:
            raise Refused("the address is of an account that can’t be connected") from None
        except (IntegrityError, ValidationError):
            # Two sign-ins at once: the other one has created the account.
            raise Refused("signed in twice at once") from None
        sociallogin.user = user
        if user.last_login is None:
            welcome = reverse("community:welcome")
            sociallogin.state["next"] = f"{welcome}?{urlencode({'next': target})}"
        else:
            self.send_notification_mail("account/email/provider_connected", user)

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ) -> None:
        state = (extra_context or {}).get("state") or {}
        is_cancelled = error == AuthError.CANCELLED
        response = failed(request, exception, target=state.get("next"), is_cancelled=is_cancelled)
        raise ImmediateHttpResponse(response)


def failed(
    request: HttpRequest,
    error: Exception | None,
    *,
    target: str | None = None,
    is_cancelled: bool = False,
) -> HttpResponse:
    """Redirect to the sign-in page, with a message, in the language of the page to return to."""
    target = target or "/"
    with translation.override(language_of(target) or settings.LANGUAGE_CODE):
        messages.error(request, text_of(error, is_cancelled=is_cancelled))
        return redirect_to_login(target, reverse("account_login"))


def text_of(error: Exception | None, *, is_cancelled: bool) -> str:
    name = {"name": settings.OIDC_NAME}
    if is_cancelled:
        return _("You cancelled signing in with %(name)s.") % name
    # Without the text of other errors, which may contain what the provider says about somebody.
    is_ours = isinstance(error, Refused | InvalidToken)
    reason = str(error) if is_ours else type(error).__name__
    if isinstance(error, RequestException) and error.request is not None:
        reason += f" at {error.request.url}"
    log.warning("Signing in with the provider failed: %s.", reason)
    if isinstance(error, Refused):
        return _("You can’t sign in here with this %(name)s account.") % name
    if isinstance(error, RequestException):
        return _("%(name)s does not answer. Try again in a few minutes.") % name
    return _("Signing in with %(name)s failed. Try again.") % name


def language_of(path: str) -> str:
    """The language of a page, for messages and new accounts; empty if it is the default."""
    return translation.get_language_from_path(path) or ""
