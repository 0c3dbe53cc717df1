"""The accounts of a demo, one for each role. Their passwords are public.

They are recognised by their addresses: no mail reaches `.example`, so nobody else can confirm such
an address. Outside a demo they cannot sign in, and the server does not start while they are open.
"""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from community.accounts import roles
from community.models import User

DOMAIN = "@demo.example"
DEMO_PASSWORD = "south-south-demo"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    handle: str
    name: str
    group: str = ""
    is_staff: bool = False
    is_superuser: bool = False

    @property
    def email(self) -> str:
        return address_of(self.handle)


ACCOUNTS = [
    DemoAccount("member", "Demo member"),
    DemoAccount("focal-point", "Demo focal point"),
    DemoAccount("moderator", "Demo moderator", group=roles.MODERATORS, is_staff=True),
    DemoAccount("broker", "Demo broker", group=roles.BROKERS, is_staff=True),
    DemoAccount("administrator", "Demo administrator", is_staff=True, is_superuser=True),
]


def address_of(handle: str) -> str:
    """Return the address of the account of a role."""
    return f"{handle}{DOMAIN}"


def is_demo_account(user: User) -> bool:
    """Whether the password of this account is public."""
    return user.email.lower().endswith(DOMAIN)


def open_accounts() -> QuerySet[User]:
    """The open demo accounts in this database.

    Only confirmed ones: signing up with such an address must not keep the site from starting.
    """
    confirmed = EmailAddress.objects.filter(email__iendswith=DOMAIN, verified=True)
    return User.objects.filter(is_active=True, pk__in=confirmed.values("user_id"))


def close_accounts() -> int:
    """Close the demo accounts permanently and keep their contributions; return how many."""
    return open_accounts().update(is_active=False, password=make_password(None))


@transaction.atomic
def create_accounts() -> None:
    """Create missing accounts and complete the others, without changing existing data."""
    password = ""
    for account in ACCOUNTS:
        user = User.objects.filter(email__iexact=account.email).first()
        if user is None:
            # Password hashing is slow by design: hash once for all.
            password = password or make_password(DEMO_PASSWORD)
            user = User(
                email=account.email,
                handle="" if User.objects.filter(handle__iexact=account.handle) else account.handle,
                display_name=account.name,
                password=password,
                is_staff=account.is_staff,
                is_superuser=account.is_superuser,
                is_sample=True,
            )
            user.full_clean()
            user.save()
            if account.group:
                user.groups.add(Group.objects.get(name=account.group))
        EmailAddress.objects.get_or_create(
            user=user,
            email=account.email,
            defaults={
                "verified": True,
                "primary": not EmailAddress.objects.filter(user=user, primary=True).exists(),
            },
        )


def changed_passwords() -> set[str]:
    """The addresses of the accounts whose password was changed.

    Checking a password is slow by design: accounts created together share a hash, which is checked
    once.
    """
    addresses = [account.email for account in ACCOUNTS]
    stored = dict(User.objects.filter(email__in=addresses).values_list("email", "password"))
    is_known = {
        password: check_password(DEMO_PASSWORD, password) for password in {*stored.values()}
    }
    return {email for email, password in stored.items() if not is_known[password]}
