"""Adapts allauth to this site."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core import context, ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from community.accounts import authentication, known_devices, purpose
from community.accounts.address_changes import (
    delete_unconfirmed,
    end_changes_to,
    is_change,
    record_request,
)
from community.accounts.languages import lead_in_language_of, profile_language
from community.accounts.names import give_handle
from community.accounts.provider import sign_in as provider
from community.accounts.provider.actions import set_roles
from community.bounces import addresses as bounces
from community.models import User
from community.notices import emails as notices_emails
from repository.email_addresses import validate_email_address
from repository.pages.addresses import in_language

# The ways to reauthenticate.
WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Wrong email address or password. If your account is new, open the link in "
            "our email first. Forgot your password? Reset it."
        ),
        "too_many_login_attempts": _("Too many attempts. Try again in five minutes."),
        "incorrect_password": _("Wrong password. Try again."),
        "enter_current_password": _("Current password is wrong. Try again."),
        "duplicate_email": _("This is already your email address."),
        "incorrect_code": _("The code is wrong or has expired."),
        "email_too_long": _("Email address must be 254 characters or fewer."),
    }

    def clean_email(self, email: str) -> str:
        # allauth would truncate it, and send mail to the owner of the truncated address.
        if len(email) > User._meta.get_field("email").max_length:
            raise self.validation_error("email_too_long")
        validate_email_address(email)
        return email

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Queue the message: the request does not wait for the mail server."""
        message = self.render_mail(template_prefix, email, {"email": email} | context)
        notices_emails.post(message, requested=True)

    def send_confirmation_mail(self, request, emailconfirmation, signup: bool) -> None:
        address = emailconfirmation.email_address
        change = is_change(address)
        if change:
            record_request(address)
        if may_send("confirm_change" if change else "confirm_signup", address.email):
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_account_already_exists_mail(self, email: str) -> None:
        if may_send("confirm_signup", email):
            url = notices_emails.absolute(reverse("account_reset_password"))
            self.send_mail(
                "account/email/account_already_exists", email, {"password_reset_url": url}
            )

    # allauth builds the URLs in messages from the Host header of the request.

    def get_email_confirmation_url(self, request, emailconfirmation) -> str:
        url = reverse("account_confirm_email", args=[emailconfirmation.key])
        address = emailconfirmation.email_address
        if not is_change(address):
            url = f"{url}?{purpose.signed(request, address)}"
        return notices_emails.absolute(url)

    def get_reset_password_from_key_url(self, key: str) -> str:
        uidb36, _, token = key.partition("-")
        return notices_emails.absolute(
            reverse("account_reset_password_from_key", args=[uidb36, token])
        )

    def save_user(self, request, user, form, commit=True):
        """Save a new user, whose messages are in the language of the page they signed up on."""
        if (language := get_language()) != settings.LANGUAGE_CODE:
            user.language = language
        return super().save_user(request, user, form, commit=commit)

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        with override(profile_language(user) or get_language()):
            super().send_notification_mail(template_prefix, user, context, email)

    def get_login_stages(self) -> list[str]:
        return [
            "community.accounts.adapters.ConfirmAddressStage",
            "community.accounts.authentication.AuthenticateStage",
        ]

    def get_reauthentication_methods(self, user) -> list[dict]:
        if provider.confirms_at_provider(user):
            return [{"id": "provider", "description": "", "url": reverse("provider_start")}]
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": WAYS[method["id"]]} for method in methods]

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        is_required = super().is_reauthentication_required(app=app, **kwargs)
        # allauth asks nothing of accounts without a password and a factor.
        if is_required and provider.must_confirm(context.request):
            raise ReauthenticationRequired
        return is_required

    def pre_login(self, request, user, *, signal_kwargs, **kwargs):
        response = super().pre_login(request, user, signal_kwargs=signal_kwargs, **kwargs)
        sociallogin = (signal_kwargs or {}).get("sociallogin")
        return response or enter(request, user, sociallogin)

    def post_login(self, request, user, *, signal_kwargs, **kwargs):
        # Before a contribution can be made; also for accounts created by a management command.
        give_handle(user)
        response = super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)
        homes = {in_language("/", code) for code, _name in settings.LANGUAGES}
        if user.is_staff and getattr(response, "url", "") in homes:
            # Links to sign in on the home page, and the provider, name it for want of another page.
            response = redirect(self.get_login_redirect_url(request))
        if "sociallogin" in (signal_kwargs or {}):
            provider.limit_session(request)
        lead_in_language_of(user, response)
        known_devices.remember(request, response, user)
        return response

    def pre_authenticate(self, request, **credentials) -> None:
        """Count a login attempt; for a browser known to the account, separately from all others."""
        self.device = known_devices.known_as(request, credentials.get("email", ""))
        if self.device is None:
            super().pre_authenticate(request, **credentials)
        elif not ratelimit.consume(request, action="login_failed_known", key=self.device):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user and self.device:
            ratelimit.clear(request, action="login_failed_known", key=self.device)
        return user

    def get_login_redirect_url(self, request) -> str:
        """Staff go to their desk, which says what waits for them."""
        if request.user.is_staff:
            return reverse("community:desk")
        return super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request) -> str:
        # The home page, for staff too.
        return super().get_login_redirect_url(request)

    @transaction.atomic
    def confirm_email(self, request, email_address: EmailAddress) -> bool:
        """Confirm an address; an unconfirmed account with the same address is removed.

        Only the member who requested a change can confirm it: others might follow the link in the
        belief that it is for an account of their own.
        """
        address = email_address.email
        if is_change(email_address) and request.user.pk != email_address.user_id:
            self.add_message(
                request, messages.ERROR, "account/messages/email_change_of_another.txt"
            )
            return False
        delete_unconfirmed(address, other_than=email_address.user_id)
        if User.objects.filter(email=address).exclude(pk=email_address.user_id).exists():
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": address},
            )
            return False
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            end_changes_to(email_address)
            # The link was in an email that arrived.
            bounces.clear(email=address)
        return confirmed


def enter(request: HttpRequest, user: User, sociallogin: Any) -> HttpResponse | None:
    """Apply what the provider says to a person who signs in with it: roles and second factor.

    A connected account can be entered with the provider only, so that nobody keeps access by a
    password or a passkey. Return a redirect for those who try. Superusers do without the provider.
    """
    if sociallogin is not None:
        provider.record_time(request, sociallogin.claims.authenticated_at)
        user.is_staff = set_roles(user=user, roles=sociallogin.claims.roles).is_staff
        if sociallogin.claims.used_second_factor:
            authentication.record_showing_provider(request, user)
        return None
    if user.is_superuser or not provider.is_connected(user):
        return None
    text = gettext("Your account signs in with %(name)s.") % {"name": settings.OIDC_NAME}
    messages.error(request, text)
    return redirect("account_login")


def may_send(action: str, email: str) -> bool:
    """Whether the rate limit of `action` allows another message to an address."""
    return ratelimit.consume(context.request, action=action, key=email)


class ConfirmAddressStage(EmailVerificationStage):
    """Send the link and end the sign-in there, without storing anything in the session.

    What allauth stores would make the next pages load the new account, and their duration would
    reveal whether an account exists.
    """

    def handle(self):
        response, _ = super().handle()
        return response, response is None


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def generate_authenticator_name(self, user, type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        return gettext("South-South City Exchange")
