"""The accounts of a demo, one for each kind of person. Their passwords are public.

They are told by their addresses: mail to `.example` reaches nobody, so nobody else can confirm
such an address. Outside a demo they cannot sign in, and the server does not start beside them.
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
KNOWN_TO_ALL = "south-south-demo"


@dataclass(frozen=True)
class DemoAccount:
    handle: str
    name: str
    group: str = ""
    is_staff: bool = False
    is_superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.handle}{DOMAIN}"


ACCOUNTS = [
    DemoAccount("member", "Demo member"),
    DemoAccount("focal-point", "Demo focal point"),
    DemoAccount("moderator", "Demo moderator", group=roles.MODERATORS, is_staff=True),
    DemoAccount("broker", "Demo broker", group=roles.BROKERS, is_staff=True),
    DemoAccount("administrator", "Demo administrator", is_staff=True, is_superuser=True),
]


def is_demo_account(user: User) -> bool:
    """Whether the password of this account is public."""
    return user.email.lower().endswith(DOMAIN)


def open_accounts() -> QuerySet[User]:
    """The accounts of a demo in this database that can be used.

    Only confirmed ones: by signing up with such an address nobody may keep the site from starting.
    """
    confirmed = EmailAddress.objects.filter(email__iendswith=DOMAIN, verified=True)
    return User.objects.filter(is_active=True, pk__in=confirmed.values("user_id"))


def close_accounts() -> int:
    """Close the accounts for good, keeping what they wrote; return how many."""
    return open_accounts().update(is_active=False, password=make_password(None))


@transaction.atomic
def create_accounts() -> None:
    """Make the accounts that are missing, and what is missing of the others. Keep what is there."""
    password = ""
    for account in ACCOUNTS:
        user = User.objects.filter(email__iexact=account.email).first()
        if user is None:
            # Made slow on purpose, so once for all.
            password = password or make_password(KNOWN_TO_ALL)
            user = User(
                email=account.email,
                handle="" if User.objects.filter(handle__iexact=account.handle) else account.handle,
                display_name=account.name,
                password=password,
                is_staff=account.is_staff,
                is_superuser=account.is_superuser,
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
    """The addresses of the accounts whose password is no longer the one that all know.

    Trying a password is slow on purpose: accounts that were made at once share what is stored, and
    it is tried once for all.
    """
    addresses = [account.email for account in ACCOUNTS]
    stored = dict(User.objects.filter(email__in=addresses).values_list("email", "password"))
    is_known = {password: check_password(KNOWN_TO_ALL, password) for password in {*stored.values()}}
    return {email for email, password in stored.items() if not is_known[password]}
