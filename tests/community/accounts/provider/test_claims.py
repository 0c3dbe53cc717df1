"""The ID token of a sign-in: signed by the provider, for this site, now."""

import base64
import json
import time
from functools import partial

import jwt
import pytest
from allauth.socialaccount import app_settings
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

from community.accounts.provider import claims
from community.models import User
from tests.community.accounts.provider.conftest import START, enter, user_in
from tests.openid_provider import CLIENT_ID, CLIENT_SECRET, NAME, new_key, published, signs
from tests.page import page_of

FAILED = f"Signing in with {NAME} failed. Try again."
DOWN = f"{NAME} does not answer. Try again in a few minutes."
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def key():
    return new_key()


@pytest.fixture(scope="module")
def another():
    return new_key()


@pytest.fixture
def provider(provider, key):
    provider.use_key(key)
    return provider


def assert_refused(client, caplog, reason, *, message=FAILED):
    caplog.clear()
    response = enter(client, next="/cases/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/cases/")
    [shown] = page_of(client.get(response.url)).select(".messages .message")
    assert shown.text == message
    assert user_in(client) is None
    assert not User.objects.exists()
    [record] = [record for record in caplog.records if record.name.startswith("community")]
    assert record.getMessage() == f"Signing in with the provider failed: {reason}."
    assert record.exc_info is None


def not_valid(error):
    return f"the ID token is not valid ({error})"


NO_KEY = "the ID token names no key of the provider"
NO_ALGORITHM = "the ID token has an algorithm that the provider does not name"
OTHER_SITE = "the ID token was issued to another site"


def test_accept_a_signed_token(client, provider):
    enter(client)
    assert user_in(client)


def test_refuse_a_token_of_another_key(client, provider, caplog, another):
    provider.sign = signs(another)
    assert_refused(client, caplog, not_valid("InvalidSignatureError"))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_refuse_a_token_that_was_changed(client, provider, caplog, key, part):
    def sign(claims):
        parts = [signs(key)(claims).split("."), signs(key)(claims | {"sub": "root"}).split(".")]
        header = {"alg": "RS256", "kid": "1", "typ": "other"}
        parts[1][0] = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
        parts[0][part] = parts[1][part]
        return ".".join(parts[0])

    provider.sign = sign
    assert_refused(client, caplog, not_valid("InvalidSignatureError"))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE"])
@pytest.mark.parametrize("named", [["RS256"], ["RS256", "none", "None", "NONE"], None])
def test_refuse_a_token_without_signature(client, provider, caplog, key, algorithm, named):
    def sign(claims):
        payload = signs(key)(claims).split(".")[1]
        header = json.dumps({"alg": algorithm, "kid": "1"}).encode()
        return f"{base64.urlsafe_b64encode(header).decode().rstrip('=')}.{payload}."

    provider.algorithms, provider.sign = named, sign
    assert_refused(client, caplog, NO_ALGORITHM)


@pytest.mark.parametrize("named", [["RS256"], ["HS256", "RS256"], None])
@pytest.mark.parametrize("secret", ["public key", "client secret", "published secret"])
def test_refuse_a_shared_secret(client, provider, caplog, key, named, secret):
    """Signed with what everybody knows, or more sites than the provider."""
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = {"public key": pem, "client secret": CLIENT_SECRET.encode(), "published secret": b"s"}
    data = {"kty": "oct", "k": jwt.utils.base64url_encode(text[secret].ljust(32)).decode()}
    if secret == "published secret":
        provider.keys = [data | {"kid": "1"}]
    # PyJWT does not sign with a public key.
    provider.sign = partial(signed_with_secret, text[secret])
    provider.algorithms = named
    assert_refused(client, caplog, NO_ALGORITHM)


def signed_with_secret(secret, claims):
    algorithm = jwt.get_algorithm_by_name("HS256")
    parts = [{"alg": "HS256", "kid": "1"}, claims]
    text = b".".join(jwt.utils.base64url_encode(json.dumps(part).encode()) for part in parts)
    signature = jwt.utils.base64url_encode(algorithm.sign(text, secret))
    return f"{text.decode()}.{signature.decode()}"


def test_accept_the_algorithms_that_the_provider_names(client, provider, caplog, key):
    provider.sign, provider.keys = signs(key, algorithm="PS256"), [published(key, "1", alg="PS256")]
    assert_refused(client, caplog, NO_ALGORITHM)
    provider.algorithms = None
    assert_refused(client, caplog, NO_ALGORITHM)
    provider.algorithms = ["RS256", "PS256"]
    enter(client)
    assert user_in(client)


@pytest.mark.parametrize("names_algorithm", [True, False])
@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "PS512"])
def test_accept_other_public_keys(client, provider, key, algorithm, names_algorithm):
    if algorithm == "ES256":
        other = ec.generate_private_key(ec.SECP256R1())
        data = json.loads(ECAlgorithm.to_jwk(other.public_key()))
    elif algorithm == "EdDSA":
        other = ed25519.Ed25519PrivateKey.generate()
        data = json.loads(OKPAlgorithm.to_jwk(other.public_key()))
    else:
        other, data = key, {name: published(key, "")[name] for name in ["kty", "n", "e"]}
    provider.sign = signs(other, algorithm=algorithm)
    provider.keys = [data | {"kid": "1"} | ({"alg": algorithm} if names_algorithm else {})]
    provider.algorithms = [algorithm]
    enter(client)
    assert user_in(client)


def test_refuse_keys_for_another_use(client, provider, caplog, key):
    provider.keys = [published(key, "1", use="enc")]
    assert_refused(client, caplog, NO_KEY)
    provider.keys = [published(key, "1", alg="RS512")]
    assert_refused(client, caplog, NO_KEY)


def test_refuse_a_short_key(client, provider, caplog):
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = signs(short)({"sub": "person-1"})
    provider.sign, provider.keys = (lambda claims: token), [published(short, "1")]
    assert_refused(client, caplog, not_valid("InvalidKeyError"))


def test_refuse_keys_that_cannot_be_read(client, provider, caplog):
    provider.keys = [{"kty": "RSA", "kid": "1"}]
    assert_refused(client, caplog, not_valid("InvalidKeyError"))


# New keys


def test_accept_a_new_key_at_once(client, provider, another):
    enter(client)
    client.logout()
    provider.use_key(another, "2")
    enter(client)
    assert user_in(client)


def test_accept_the_old_key_beside_the_new_one(client, provider, key, another):
    provider.keys = [published(another, "2"), published(key, "1")]
    enter(client)
    assert user_in(client)


def test_refuse_a_withdrawn_key_at_once(client, provider, caplog, another):
    enter(client)
    client.logout()
    User.objects.all().delete()
    provider.keys = [published(another, "2")]
    assert_refused(client, caplog, NO_KEY)


@pytest.mark.parametrize("kid", ["2", "", "1\nforged line"])
def test_refuse_an_unknown_key(client, provider, caplog, key, kid):
    provider.sign = signs(key, kid)
    assert_refused(client, caplog, NO_KEY)


def test_token_may_leave_out_the_name_of_an_only_key(client, provider, caplog, key, another):
    provider.sign = signs(key, None)
    provider.keys.append(published(another, "2"))
    assert_refused(client, caplog, NO_KEY)
    provider.keys.pop()
    enter(client)
    assert user_in(client)


# Keys that cannot be fetched


def test_keys_do_not_come(client, provider, caplog):
    provider.broken["/jwks"] = (503, b"")
    assert_refused(client, caplog, f"HTTPError at {provider.issuer}/jwks", message=DOWN)
    # Nothing else depends on them.
    assert page_of(client.get("/accounts/login/")).status == 200
    assert page_of(client.post(START)).status == 200
    del provider.broken["/jwks"]
    enter(client)
    assert user_in(client)


def test_keys_come_late(client, provider, caplog, monkeypatch):
    fetch = claims.key_of

    def impatient(header, address):
        with monkeypatch.context() as patch:
            patch.setattr(app_settings, "REQUESTS_TIMEOUT", 0.2)
            return fetch(header, address)

    monkeypatch.setattr(claims, "key_of", impatient)
    provider.late.add("/jwks")
    assert_refused(client, caplog, f"ReadTimeout at {provider.issuer}/jwks", message=DOWN)


@pytest.mark.parametrize("keys", [b"[]", b"null", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b"<"])
def test_keys_are_malformed(client, provider, caplog, keys):
    provider.broken["/jwks"] = (200, keys)
    assert_refused(client, caplog, "OAuth2Error")


def test_provider_has_no_keys(client, provider, caplog):
    provider.keys = []
    assert_refused(client, caplog, NO_KEY)


def test_follow_no_redirect_to_other_keys(client, provider, caplog):
    provider.moved["/jwks"] = f"{provider.issuer}/elsewhere"
    assert_refused(client, caplog, "OAuth2Error")


# Claims


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"iss": "https://elsewhere.example"}, "InvalidIssuerError"),
        ({"iss": ["https://elsewhere.example"]}, "InvalidIssuerError"),
        ({"iss": None}, "MissingRequiredClaimError"),
        ({"aud": "another-site"}, "InvalidAudienceError"),
        ({"aud": ["another-site"]}, "InvalidAudienceError"),
        ({"aud": []}, "MissingRequiredClaimError"),
        ({"aud": {CLIENT_ID: 1}}, "InvalidAudienceError"),
        ({"aud": None}, "MissingRequiredClaimError"),
        ({"sub": None}, "MissingRequiredClaimError"),
        ({"sub": 1}, "InvalidSubjectError"),
        ({"exp": None}, "MissingRequiredClaimError"),
        ({"exp": "never"}, "DecodeError"),
        ({"exp": float("inf")}, "DecodeError"),
        ({"iat": None}, "MissingRequiredClaimError"),
        ({"iat": float("nan")}, "InvalidIssuedAtError"),
    ],
)
def test_refuse_other_claims(client, provider, caplog, key, claims, error):
    provider.sign = lambda said: jwt.api_jws.encode(
        json.dumps(said | claims).encode(), key, algorithm="RS256", headers={"kid": "1"}
    )
    assert_refused(client, caplog, not_valid(error))


@pytest.mark.parametrize(
    ("name", "seconds", "error"),
    [
        ("exp", -90, "ExpiredSignatureError"),
        ("iat", 90, "ImmatureSignatureError"),
        ("nbf", 90, "ImmatureSignatureError"),
        ("exp", -30, None),
        ("iat", 30, None),
        ("nbf", 30, None),
    ],
)
def test_allow_for_clocks_that_differ_by_a_minute(client, provider, caplog, name, seconds, error):
    provider.is_now(id_token={name: int(time.time()) + seconds})
    if error:
        assert_refused(client, caplog, not_valid(error))
    else:
        enter(client)
        assert user_in(client)


@pytest.mark.parametrize(
    ("claims", "is_valid"),
    [
        ({"aud": [CLIENT_ID]}, True),
        ({"azp": CLIENT_ID}, True),
        ({"azp": "another-site"}, False),
        ({"aud": [CLIENT_ID, "another-site"]}, False),
        ({"aud": [CLIENT_ID, "another-site"], "azp": "another-site"}, False),
        ({"aud": [CLIENT_ID, "another-site"], "azp": CLIENT_ID}, True),
    ],
)
def test_token_was_issued_to_this_site(client, provider, caplog, claims, is_valid):
    provider.is_now(id_token=claims)
    if is_valid:
        enter(client)
        assert user_in(client)
    else:
        assert_refused(client, caplog, OTHER_SITE)


@pytest.mark.parametrize("token", [None, 1, {}, "x" * (claims.LONGEST + 1)])
def test_refuse_what_is_no_token(client, provider, caplog, token):
    provider.sign = lambda claims: token
    assert_refused(client, caplog, "there is no ID token, or it is too long")


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "é.é.é", ".." * 40_000, "e30.e30.e30"])
def test_refuse_malformed_tokens(client, provider, caplog, token):
    provider.sign = lambda claims: token
    reason = NO_ALGORITHM if token.startswith("e30") else not_valid("DecodeError")
    assert_refused(client, caplog, reason)


@pytest.mark.parametrize(
    "header", [{"alg": 1}, {"alg": ["RS256"]}, {"alg": "RS256", "kid": 1}, {"crit": ["a\nb"]}]
)
def test_refuse_malformed_headers(client, provider, caplog, key, header):
    payload = signs(key)({}).split(".")[1]
    text = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    provider.sign = lambda claims: f"{text}.{payload}.AAAA"
    reason = NO_ALGORITHM if set(header) == {"alg"} else not_valid("InvalidTokenError")
    assert_refused(client, caplog, reason)
