"""Who may sign in with a password."""

from allauth.account import auth_backends
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q

from community.accounts import demo


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

    def get_all_permissions(self, user_obj, obj=None):
        """Those given to a person and to their groups, in one query and not in one for each."""
        if user_obj.is_superuser or not user_obj.is_active or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not user_obj.is_staff:
            # All permissions are for staff: people who have left the staff have none, also
            # where nobody thought of taking them out of their group.
            return set()
        if not hasattr(user_obj, "rights"):
            given = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj))
            names = given.order_by().values_list("content_type__app_label", "codename")
            user_obj.rights = {f"{app}.{codename}" for app, codename in names}
        return user_obj.rights


def is_open(user) -> bool:
    """The passwords of demo accounts are public: outside a demo they open nothing."""
    return settings.DEMO or not demo.is_demo_account(user)
