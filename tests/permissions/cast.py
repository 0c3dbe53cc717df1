"""The people who act in the world of `world.py` or at the desk of `desk.py`."""

from dataclasses import dataclass, field

from django.test import Client

from community.models import User
from tests.collection import signed_in
from tests.second_factors import add_totp


@dataclass
class Cast:
    """People by name, and the cookies of those who have signed in."""

    people: dict[str, User] = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)

    def sign_in(self) -> None:
        """Sign in everybody whose account is active, with a second factor if staff."""
        for name, person in self.people.items():
            person.emailaddress_set.create(email=person.email, verified=True, primary=True)
            if person.is_staff:
                add_totp(person)
            if person.is_active:
                self.cookies[name] = signed_in(person).cookies

    def client(self, role: str) -> Client:
        """A browser in which somebody of the cast has signed in."""
        client = Client()
        if role != "anonymous":
            client.cookies = self.cookies[role].copy()
        return client
