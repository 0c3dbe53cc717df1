"""The settings of the OpenID Connect provider."""

import json

import pytest

from tests.config.conftest import PRODUCTION
from tests.processes import url_of_database

OIDC = {
    "OIDC_ISSUER": "https://id.example/realms/staff/",
    "OIDC_CLIENT_ID": "exchange",
    "OIDC_CLIENT_SECRET": "canary-secret",
    "OIDC_DOMAINS": "staff.example, Other.Example",
}
SHOW = (
    "import json; from django.conf import settings as s; print(json.dumps([s.OIDC_ISSUER,"
    " s.OIDC_NAME, s.OIDC_DOMAINS, s.OIDC_GROUPS, s.OIDC_GROUPS_CLAIM, s.OIDC_SECOND_FACTOR]))"
)


@pytest.mark.proof(group="starts", sample=3)
def test_read_the_settings(run, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("canary-secret\n")
    more = {
        "OIDC_CLIENT_SECRET": None,
        "OIDC_CLIENT_SECRET_FILE": str(secret),
        "OIDC_GROUPS": "Moderators=ex-mod, Brokers=cn=ex%2Cou=staff, Brokers=other",
        "OIDC_SECOND_FACTOR": "mfa, phr",
    }
    show = (
        f"{SHOW}; from django.urls import reverse; print(reverse('provider_start'),"
        " reverse('provider_callback')); from allauth.socialaccount.adapter import get_adapter;"
        " p = get_adapter().get_provider(None, provider=s.OIDC_ISSUER);"
        " print(type(p).__name__, p.app.secret)"
    )
    done = run(
        "manage.py",
        "shell",
        "--no-imports",
        f"--command={show}",
        TESTING="1",
        DATABASE_URL=url_of_database(),
        **OIDC | more,
    )
    assert done.stderr == ""
    first, urls, provider = done.stdout.splitlines()
    assert json.loads(first) == [
        "https://id.example/realms/staff",
        "id.example",
        ["staff.example", "other.example"],
        {"ex-mod": "Moderators", "cn=ex,ou=staff": "Brokers", "other": "Brokers"},
        "groups",
        ["mfa", "phr"],
    ]
    assert urls == "/accounts/provider/ /accounts/provider/callback/"
    assert provider == "StaffProvider canary-secret"


@pytest.mark.proof(group="starts", sample=3)
def test_load_nothing_by_default(run):
    code = (
        "import sys, django; django.setup(); import config.urls;"
        " print([name for name in ('requests', 'jwt', 'oauthlib') if name in sys.modules])"
    )
    done = run(
        "-c",
        code,
        TESTING="1",
        DATABASE_URL=url_of_database(),
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.proof(group="refused starts", sample=3)
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"OIDC_ISSUER": "id.example"},
            "OIDC_ISSUER must be the URL of an OpenID Connect provider, like "
            "https://id.example.org, without /.well-known/openid-configuration. Leave it unset to "
            "have none.",
        ),
        ({"OIDC_ISSUER": "http://id.example"}, "OIDC_ISSUER must begin with https://."),
        (
            {"OIDC_ISSUER": f"https://id.example/{'a' * 200}"},
            "OIDC_ISSUER must have 200 characters or fewer.",
        ),
        (
            {"OIDC_CLIENT_SECRET": ""},
            "OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, which the provider gives to "
            "each site that is registered there.",
        ),
        (
            {"OIDC_DOMAINS": ""},
            "OIDC_DOMAINS must be the domains of the email addresses of staff, separated by "
            "commas, like exchange.example.",
        ),
        (
            {"OIDC_DOMAINS": "staff.example,*.example"},
            "OIDC_DOMAINS must be the domains of the email addresses of staff, separated by "
            "commas, like exchange.example, not '*.example'.",
        ),
        ({"OIDC_NAME": "n" * 41}, "OIDC_NAME must have 40 characters or fewer."),
        *(
            (
                {"OIDC_GROUPS": f"Brokers=ok,{pair}"},
                "OIDC_GROUPS must look like Moderators=group-one,Brokers=group-two, with each "
                "group once and the roles Moderators, Brokers, Administrators, not "
                f"{pair!r}.",
            )
            for pair in ["group", "Superusers=group", "Moderators=", "Moderators=ok"]
        ),
    ],
)
def test_start_refused_with_one_sentence(run, changes, message):
    done = run("manage.py", "check", **PRODUCTION | OIDC | changes)
    assert done.stderr == f"Cannot start: {message}\n"
    assert (done.stdout, done.returncode) == ("", 1)
