"""The main journeys of users, through nginx."""

import http.client
from urllib.parse import urlsplit

from deploy.rehearsal.load import Client
from deploy.rehearsal.programs import Site

PASSWORD = "a password of the rehearsal"  # noqa: S105
PUBLISHED_CASE = """
from repository.models import CaseStudy
print(CaseStudy.objects.published().order_by("pk").first().pk)
"""


def make_members(number: int) -> str:
    """Return code that creates members, and prints their email addresses and sessions."""
    return f"""
import json
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client
from community.models import User

password = make_password({PASSWORD!r})
made = []
for number in range({number}):
    email = f"member-{{number}}@city.example"
    user = User.objects.create(email=email, password=password, display_name=f"Member {{number}}")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    client = Client()
    client.force_login(user)
    made.append((email, client.cookies["sessionid"].value))
print(json.dumps(made))
"""


def run(site: Site, case: int, member: tuple[str, str]) -> list[str]:
    """Run each journey; return what went wrong."""
    wrong = []
    for journey in (read, search, sign_in, propose_and_attach):
        try:
            journey(site, case, member)
        except (AssertionError, LookupError, OSError) as error:
            wrong.append(f"journey {journey.__name__}: {error}")
    return wrong


def expect(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def read(site: Site, case: int, member: tuple[str, str]) -> None:
    """A visitor reads the list, a case, and the same page in Arabic."""
    client = Client(site.ports["nginx"], 240)
    for path in ("/", "/cases/", "/ar/cases/", "/api/v1/cases", "/sitemap.xml"):
        status, _location, text = client.request(path)
        expect(status == 200 and len(text) > 500, f"{path} answered {status}")
    expect(not client.cookies, "a visitor got a cookie")


def search(site: Site, case: int, member: tuple[str, str]) -> None:
    client = Client(site.ports["nginx"], 241)
    status, _location, text = client.request("/search/?q=parcel")
    expect(status == 200 and "/cases/" in text, f"the search answered {status}")


def sign_in(site: Site, case: int, member: tuple[str, str]) -> None:
    client = Client(site.ports["nginx"], 242)
    path = "/accounts/login/"
    fields = client.form(path, path)
    status, _location, _text = client.request(
        path, fields | {"login": member[0], "password": PASSWORD}
    )
    expect(status == 302, f"signing in answered {status}")
    status, _location, _text = client.request("/desk/")
    expect(status == 200, f"the personal desk answered {status}")


def propose_and_attach(site: Site, case: int, member: tuple[str, str]) -> None:
    """A member drafts a case, attaches a file on one server and downloads it from the store."""
    client = Client(site.ports["nginx"], 243, member[1])
    path = "/cases/new/"
    fields = client.form(path, r"/cases/new/.*|^$")
    status, location, _text = client.request(path, fields | {"title": "Parcels by boat"})
    expect(status == 302, f"a new draft answered {status}")
    slug = urlsplit(location).path.split("/")[2]
    status, _location, _text = upload(client, f"/cases/{slug}/files/add/", f"/cases/{slug}/edit/")
    expect(status == 302, f"an upload answered {status}")
    with site.primary.connect() as connection:
        (pk,) = connection.execute("SELECT max(id) FROM community_attachment").fetchone()
    status, location, _text = client.request(f"/cases/{slug}/files/{pk}/")
    expect(status == 302, f"a private file answered {status}")
    parts = urlsplit(location)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    expect(connection.getresponse().read().startswith(b"%PDF"), "the store sent another file")


def upload(client: Client, path: str, page: str) -> tuple[int, str, str]:
    """Send a small PDF with the form on a page."""
    fields = client.form(f"{page}?step=evidence", path) | {"caption": "The plan"}
    parts = [
        f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
        if name != "file"
    ]
    parts.append(
        '--part\r\nContent-Disposition: form-data; name="file"; filename="plan.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n\r\n"
    )
    body = "".join([*parts, "--part--\r\n"]).encode()
    return client.request(path, body, content_type="multipart/form-data; boundary=part")
