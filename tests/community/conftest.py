"""Accounts that can sign in, and the queue that carries their mail."""

import secrets
from hashlib import sha256

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from community.accounts.spam_protection import stamp_for
from tests.desk_client import DeskClient
from tests.factories import CountryFactory
from tests.second_factors import add_recovery_codes, add_totp
from tests.servers import free_port

PASSWORD = "seventeen quiet lanterns"
ENROL = "/accounts/2fa/"


def confirm(user, password=PASSWORD):
    """Let a user sign in: a password, and an address that counts as theirs."""
    user.set_password(password)
    user.save(update_fields=["password"])
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def account(member):
    """The member of the cast, able to sign in with PASSWORD."""
    return confirm(member)


@pytest.fixture
def signed_in(client, account):
    """A browser in which the member has signed in with the password."""
    sign_in(client, account)
    return client


def sign_up_form(email: str, password: str = PASSWORD) -> dict[str, str]:
    """What somebody sends who took the time to read the form."""
    stamp = stamp_for(AnonymousUser(), at=0)
    return {"email": email, "password1": password, "homepage": "", "stamp": stamp}


def sign_in(client, user, password=PASSWORD):
    return client.post("/accounts/login/", {"login": user.email, "password": password})


def add_app(user) -> None:
    """An authenticator app, and recovery codes."""
    add_totp(user)
    add_recovery_codes(user)


def add_passkey(user):
    """A passkey as the database keeps it; the device it belongs to is thrown away."""
    identity = secrets.token_bytes(16)
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(
        sha256(b"testserver").digest(),
        flags,
        0,
        AttestedCredentialData.create(Aaguid.NONE, identity, key),
    )
    client_data = CollectedClientData.create("webauthn.create", b"challenge", "https://testserver")
    credential = {
        "id": websafe_encode(identity),
        "rawId": websafe_encode(identity),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client_data),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    return Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": credential},
    )


def run_queue() -> list:
    """Do what waits in the queue, as a worker does; return the messages that were sent."""
    before = len(mail.outbox)
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )
    while task := DBTaskResult.objects.ready().first():
        task.claim(worker.worker_id)
        worker.run_task(task)
    sent = mail.outbox[before:]
    # Tests ask "testserver", which is not SITE_URL: no message may lead where a Host header says.
    assert [message.subject for message in sent if "testserver" in str(message.message())] == []
    return sent


def link_in(message) -> str:
    """The path of the link in a message; every link leads to SITE_URL."""
    return next(
        word.removeprefix(settings.SITE_URL)
        for word in message.body.split()
        if word.startswith("http")
    )


@pytest.fixture
def benin(db):
    return CountryFactory(iso2="BJ", name="Benin")


@pytest.fixture
def no_mail_server(settings):
    """A mail server that is down: nobody listens at its port."""
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": free_port(), "timeout": 1},
        }
    }


@pytest.fixture
def client():
    """A browser in which staff have shown their second factor, without which they are members."""
    return DeskClient()
