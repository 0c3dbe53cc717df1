"""An OpenID Connect provider on loopback: discovery, authorization, token, user info and keys."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from allauth.socialaccount.providers import registry
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from community.accounts.provider.adapters import StaffProvider
from config import sign_in

# Imported here, while there is no provider: the URLs of the site depend on it.
from tests import provider_urls

CLIENT_ID, CLIENT_SECRET = "exchange", "secret-of-the-client"
CALLBACK = "/accounts/provider/callback/"
NAME = "Example ID"


@dataclass(frozen=True)
class Person:
    """Someone at the provider, as it describes them."""

    sub: str = "person-1"
    email: str = "staff@staff.example"
    email_verified: Any = True
    groups: Any = ()
    # About the sign-in: in the ID token only.
    amr: Any = None
    acr: Any = None
    # Seconds.
    signed_in_ago: int | None = None
    # Replace what the provider says.
    userinfo: dict = field(default_factory=dict)
    id_token: dict = field(default_factory=dict)


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(key: rsa.RSAPrivateKey, kid: str, **fields) -> dict:
    """The public key, as in the list of keys of a provider."""
    data = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return data | {"kid": kid, "use": "sig", "alg": "RS256"} | fields


def signs(key: Any, kid: str | None = "1", algorithm: str = "RS256") -> Callable[[dict], str]:
    headers = {} if kid is None else {"kid": kid}
    return lambda claims: jwt.encode(claims, key, algorithm=algorithm, headers=headers)


class OpenIDProvider(ThreadingHTTPServer):
    """`person` signs in at once; None cancels. `broken` paths answer what is not expected.

    `sign` makes an ID token from claims, with a key that is in `keys`.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.person: Person | None = Person()
        self.broken: dict[str, tuple[int, bytes]] = {}
        self.moved: dict[str, str] = {}
        # Paths that answer when the provider ends.
        self.late: set[str] = set()
        self.has_ended = threading.Event()
        self.requests: dict[str, dict] = {}
        self.asked: list[dict] = []
        self.algorithms: list[str] | None = ["RS256"]
        self.use_key(new_key())

    def use_key(self, key: rsa.RSAPrivateKey, kid: str = "1") -> None:
        """Sign with this key from now on, and publish it alone."""
        self.sign, self.keys = signs(key, kid), [published(key, kid)]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def is_now(self, **changes) -> None:
        """Change what the provider says about the person."""
        self.person = replace(self.person or Person(), **changes)

    def config(self) -> dict:
        config = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "scopes_supported": ["openid", "email", "profile", "groups"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        if self.algorithms is not None:
            config["id_token_signing_alg_values_supported"] = self.algorithms
        return config

    def userinfo(self) -> dict:
        person = self.person or Person()
        return {
            "sub": person.sub,
            "email": person.email,
            "email_verified": person.email_verified,
            "groups": person.groups,
            "name": "Not to be stored",
        } | person.userinfo

    def id_token(self, asked: dict) -> str:
        person, now = self.person or Person(), int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": person.sub,
            "iat": now,
            "exp": now + 60,
            "nonce": asked.get("nonce"),
        }
        said = {"amr": person.amr, "acr": person.acr}
        claims |= {name: value for name, value in said.items() if value is not None}
        if person.signed_in_ago is not None:
            claims["auth_time"] = now - person.signed_in_ago
        claims |= person.id_token
        return self.sign(claims)


class Handler(BaseHTTPRequestHandler):
    server: OpenIDProvider

    def do_GET(self):
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        if parts.path in self.server.late:
            self.server.has_ended.wait(120)
            self.close_connection = True
        elif parts.path in self.server.moved:
            self.redirect(self.server.moved[parts.path])
        elif parts.path in self.server.broken:
            self.answer(*self.server.broken[parts.path])
        elif parts.path == "/.well-known/openid-configuration":
            self.send_data(self.server.config())
        elif parts.path == "/authorize":
            self.authorize(query)
        elif parts.path == "/userinfo":
            is_known = self.headers["Authorization"] == "Bearer access"
            self.send_data(self.server.userinfo(), status=200 if is_known else 401)
        elif parts.path == "/jwks":
            self.send_data({"keys": self.server.keys})
        else:
            self.answer(404, b"")

    def authorize(self, query: dict) -> None:
        self.server.asked.append(query)
        if query["client_id"] != CLIENT_ID or query["code_challenge_method"] != "S256":
            self.answer(400, b"")
            return
        answer = {"state": query["state"]}
        if self.server.person:
            answer["code"] = secrets.token_urlsafe(8)
            self.server.requests[answer["code"]] = query
        else:
            answer["error"] = "access_denied"
        self.redirect(f"{query['redirect_uri']}?{urlencode(answer)}")

    def redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def do_POST(self):
        if self.path in self.server.broken:
            self.answer(*self.server.broken[self.path])
            return
        length = int(self.headers["Content-Length"])
        sent = {name: values[0] for name, values in parse_qs(self.rfile.read(length)).items()}
        sent = {name.decode(): value.decode() for name, value in sent.items()}
        asked = self.server.requests.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or sent["client_secret"] != CLIENT_SECRET
            or sent["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            self.send_data({"error": "invalid_grant"}, status=400)
            return
        self.send_data(
            {
                "access_token": "access",
                "refresh_token": "refresh",
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": self.server.id_token(asked),
            }
        )

    def send_data(self, data: dict, *, status: int = 200) -> None:
        self.answer(status, json.dumps(data).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@contextmanager
def provider_of(settings) -> Iterator[OpenIDProvider]:
    """A provider that the site uses: its settings, URLs and code, which are off by default."""
    with OpenIDProvider() as provider:
        thread = threading.Thread(target=provider.serve_forever, args=(0.05,))
        thread.start()
        settings.ROOT_URLCONF = provider_urls.__name__
        settings.OIDC_ISSUER = provider.issuer
        settings.OIDC_NAME = NAME
        # Longer than a busy machine takes.
        settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 120
        settings.OIDC_DOMAINS = ["staff.example"]
        settings.OIDC_GROUPS = {"ex-mod": "Moderators", "ex-brokers": "Brokers"}
        settings.SOCIALACCOUNT_PROVIDERS = sign_in.providers(
            issuer=provider.issuer, client_id=CLIENT_ID, secret=CLIENT_SECRET, name=NAME
        )
        registry.register(StaffProvider)
        try:
            yield provider
        finally:
            del registry.provider_map[StaffProvider.id]
            provider.has_ended.set()
            provider.shutdown()
            thread.join()
