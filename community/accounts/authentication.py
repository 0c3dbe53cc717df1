"""Who may sign in with a password."""

from allauth.account import auth_backends
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q

from community.accounts import demo


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
