from datetime import timedelta

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from repository.email_addresses import validate_email_address
from repository.history.links import TRACKED_LINKS, tracked
from repository.pages.addresses import address_of
from repository.samples import sample_field

# How long a former handle redirects to the new one.
OLD_HANDLE_REDIRECTS_FOR = timedelta(days=180)


class OldHandleQuerySet(models.QuerySet):
    def redirecting(self):
        """Handles that still redirect."""
        return self.filter(created_at__gt=timezone.now() - OLD_HANDLE_REDIRECTS_FOR)


class OldHandle(models.Model):
    """A former handle of a member; deleted with the member, or when another member takes it."""

    handle = models.CharField(_("handle"), max_length=40, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="old_handles",
        verbose_name=_("member"),
    )
    created_at = models.DateTimeField(_("replaced on"), auto_now_add=True)

    objects = OldHandleQuerySet.as_manager()

    class Meta:
        verbose_name = _("previous handle")
        verbose_name_plural = _("previous handles")
        default_permissions = ()

    def __str__(self):
        return self.handle


class UserManager(BaseUserManager):
    """Creates accounts by e-mail address; there is no user name."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        # Validate before lower(), which can change what was typed.
        validate_email_address(email)
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    @transaction.atomic
    def create_confirmed(self, email: str, password: str | None = None, **fields) -> "User":
        """Create an account that can sign in at once: the caller vouches for the address."""
        user = self.create_user(email, password, **fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_confirmed(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. The e-mail address is the login name and is never shown."""

    email = models.EmailField(
        _("email address"), max_length=254, unique=True, validators=[validate_email_address]
    )
    handle = models.CharField(
        _("handle"),
        max_length=40,
        blank=True,
        help_text=_("Part of the profile’s address. Letters, digits and hyphens."),
        validators=[
            RegexValidator(
                r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z",
                _("Use only lower-case letters, digits and hyphens."),
            )
        ],
    )
    display_name = models.CharField(_("display name"), max_length=80, blank=True)
    language = models.CharField(_("site language"), max_length=10, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    is_sample = sample_field()

    # Per request: whether staff permissions are suspended because no second factor was shown, and
    # whether a suspended permission was checked.
    staff_rights_suspended = suspended_right_checked = False

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = [
            # Of whole handles and of their first letters; the unique one is of lower(handle).
            models.Index(fields=["handle"], name="user_handle", opclasses=["varchar_pattern_ops"])
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_small_letters",
                violation_error_message=_("Enter the email address in lower case."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("An account with this email address already exists."),
            ),
            models.UniqueConstraint(
                Lower("handle"),
                condition=~models.Q(handle=""),
                name="user_handle_unique",
                violation_error_message=_("This handle is already taken. Choose another one."),
            ),
        ]

    def __str__(self):
        return self.get_short_name()

    def has_perm(self, perm, obj=None):
        if not super().has_perm(perm, obj):
            return False
        self.suspended_right_checked = self.suspended_right_checked or self.staff_rights_suspended
        return not self.staff_rights_suspended

    def stored_now(self):
        """A fresh copy of an active account, or None: an instance caches its permissions.

        Staff permissions that are suspended for this request remain suspended.
        """
        found = type(self).objects.filter(pk=self.pk, is_active=True).first()
        if found is not None:
            found.staff_rights_suspended = self.staff_rights_suspended
        return found

    def get_absolute_url(self):
        """The page of the member; empty for an account that has never signed in."""
        return address_of("community:member", self.handle) if self.handle else ""

    def get_full_name(self):
        return self.display_name or self.get_short_name()

    def get_short_name(self):
        """The name shown to others; never the e-mail address."""
        return self.display_name or self.handle or _("Member %(number)s") % {"number": self.pk}


# Record when members' roles and permissions are granted and revoked.


TRACKED_LINKS[User] = {
    name: tracked(User, name, module=__name__) for name in ("groups", "user_permissions")
}
