"""Headers of all responses."""

import pytest
from django.test import Client

PASSKEYS = {"publickey-credentials-create", "publickey-credentials-get"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        *[("/", 200), ("/cases/", 200), ("/not-there/", 404), ("/admin/", 302), ("/healthz", 200)],
        *[("/accounts/login/", 200), ("/api/v1/cases", 200), ("/monitoring/path.csv", 200)],
        *[("/static/css/forms.css", 200), ("/accounts/logout/", 302)],
    ],
)
def test_permissions_policy_refuses_unused_features(path, status):
    response = Client().get(path)
    # Close streamed files.
    response.close()
    assert response.status_code == status
    policy = dict(each.split("=") for each in response.headers["Permissions-Policy"].split(", "))
    assert {name for name, allowed in policy.items() if allowed == "(self)"} == PASSKEYS
    assert {allowed for name, allowed in policy.items() if name not in PASSKEYS} == {"()"}
    assert {"camera", "geolocation", "microphone", "payment", "usb"} <= set(policy)


@pytest.mark.django_db
def test_permissions_policy_is_not_sent_with_304():
    client = Client()
    etag = client.get("/cases/").headers["ETag"]
    unchanged = client.get("/cases/", headers={"if-none-match": etag})
    assert (unchanged.status_code, "Permissions-Policy" in unchanged.headers) == (304, False)
    refused = client.post("/cases/")
    assert (refused.status_code, "Permissions-Policy" in refused.headers) == (405, True)
