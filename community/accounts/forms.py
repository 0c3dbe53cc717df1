"""The forms of the accounts pages: allauth's, with the texts and rules of this site."""

import secrets

from allauth.account import forms as account
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.account.utils import has_verified_email
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.accounts.address_changes import end_changes_to, is_taken
from community.accounts.spam_protection import TimedForm
from community.notices import emails as notices_emails
from repository.email_addresses import validate_email_address
from repository.text.parsing import BoundedDecoder


class PlainFields:
    """Fields without allauth's placeholders, which only repeat the label.

    E-mail addresses are validated by the same rule as everywhere on the site.
    """

    labels: dict = {}
    help_texts: dict = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)
            if isinstance(field, forms.EmailField):
                field.validators.append(validate_email_address)


EMAIL = _("Email address")
PASSWORD = _("Password")
PASSWORD_HELP = _("Use at least 10 characters. A few random words work well.")


class LoginForm(PlainFields, account.LoginForm):
    labels = {"login": EMAIL, "password": PASSWORD, "remember": _("Keep me signed in")}
    help_texts = {"password": ""}


class SignupForm(PlainFields, TimedForm, account.SignupForm):
    """Sign up, with the same response in the same time whether the address is known or not."""

    labels = {"email": EMAIL, "password1": PASSWORD}
    help_texts = {
        "email": _(
            "We’ll send a confirmation link to this address. Only administrators can see it."
        ),
        "password1": PASSWORD_HELP,
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # allauth hides the honeypot field with a style attribute.
        trap = self.fields[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD]
        trap.label = _("Leave this field empty")
        trap.widget.attrs = {"tabindex": "-1", "autocomplete": "off"}

    def clean(self):
        cleaned = super().clean()
        # Do not reveal to a robot that it has filled in the honeypot.
        if not cleaned.get(settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD):
            self.check_time()
        return cleaned

    def validate_unique_email(self, value):
        self.account_already_exists = is_taken(value)
        return value

    def try_save(self, request):
        if self.cleaned_data[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD]:
            return super().try_save(request)
        if self.account_already_exists:
            self.simulate_sign_up(request)
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # The form was submitted twice concurrently: the other request created the account.
            self.account_already_exists = True
            return super().try_save(request)

    def simulate_sign_up(self, request) -> None:
        """Create an account with a random address and roll it back, for the same response time."""
        address = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{secrets.token_hex(8)}@example.invalid"
        self.account_already_exists = False
        with transaction.atomic():
            user = self.save(request)
            # The same queries as a real sign-up makes after creating the account.
            has_verified_email(user)
            user.refresh_from_db()
            transaction.set_rollback(True)
        self.cleaned_data["email"] = address
        self.account_already_exists = True


class AddEmailForm(PlainFields, account.AddEmailForm):
    labels = {"email": _("New email address")}
    help_texts = {
        "email": _(
            "We’ll send a link to this address. "
            "It replaces your current one when you open the link."
        )
    }

    def waiting(self) -> EmailAddress | None:
        """The address the member is changing to, if it is the submitted one."""
        new = EmailAddress.objects.filter(user=self.user, verified=False)
        return new.filter(email=self.cleaned_data["email"]).exclude(email=self.user.email).first()

    def clean_email(self):
        return self.cleaned_data["email"] if self.waiting() else super().clean_email()

    def save(self, request):
        waiting = self.waiting()
        if waiting is None:
            return super().save(request)
        # A repeated request: send the link again; the earlier one stays valid.
        send_verification_email_to_address(request, waiting)
        return waiting


class ChangePasswordForm(PlainFields, account.ChangePasswordForm):
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("Confirm new password"),
    }
    help_texts = {"oldpassword": "", "password1": PASSWORD_HELP}


class SetPasswordForm(PlainFields, account.SetPasswordForm):
    labels = {"password1": _("New password"), "password2": _("Confirm new password")}
    help_texts = {"password1": PASSWORD_HELP}


class ResetPasswordForm(PlainFields, account.ResetPasswordForm):
    """Request a password reset. The account is looked up by the worker, not here."""

    labels = {"email": EMAIL}

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def save(self, request, **kwargs):
        notices_emails.send_password_reset.enqueue(
            email=self.cleaned_data["email"], language=get_language()
        )
        return self.cleaned_data["email"]


class ResetPasswordKeyForm(PlainFields, account.ResetPasswordKeyForm):
    """Set the password. The link was e-mailed, so it also confirms the address."""

    labels = SetPasswordForm.labels
    help_texts = SetPasswordForm.help_texts

    @transaction.atomic
    def save(self):
        super().save()
        address, _created = EmailAddress.objects.get_or_create(
            user=self.user, email=self.user.email
        )
        if not address.verified and address.set_verified(commit=False):
            address.set_as_primary()
            end_changes_to(address)


class ReauthenticateForm(PlainFields, account.ReauthenticateForm):
    labels = {"password": PASSWORD}
    help_texts = {"password": ""}


class CodeField(PlainFields):
    help_texts = {
        "code": _("Enter the 6-digit code from your authenticator app, or a recovery code.")
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AuthenticateForm(CodeField, mfa.AuthenticateForm):
    pass


class ReauthenticateByCodeForm(CodeField, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(CodeField, totp.ActivateTOTPForm):
    labels = {"code": _("Code from the app")}
    help_texts = {"code": _("6 digits.")}


class WholeCredential:
    """Treat malformed JSON from the script as an incorrect credential."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credential"].decoder = BoundedDecoder

    def full_clean(self):
        try:
            super().full_clean()
        except (AttributeError, KeyError, TypeError, ValueError):
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class LoginWebAuthnForm(WholeCredential, webauthn.LoginWebAuthnForm):
    pass


class AuthenticateWebAuthnForm(WholeCredential, webauthn.AuthenticateWebAuthnForm):
    pass


class ReauthenticateWebAuthnForm(WholeCredential, webauthn.ReauthenticateWebAuthnForm):
    pass


KEY_NAME = {"name": _("Passkey name")}


class AddWebAuthnForm(PlainFields, WholeCredential, webauthn.AddWebAuthnForm):
    labels = KEY_NAME | {"passwordless": _("Sign in with this passkey, without a password")}
    help_texts = {
        "name": _("A name to recognise it by, for example “My phone”."),
        "passwordless": _("Your device will ask for its PIN, your fingerprint or your face."),
    }


class EditWebAuthnForm(PlainFields, webauthn.EditWebAuthnForm):
    labels = KEY_NAME
