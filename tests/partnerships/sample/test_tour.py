import pytest

from community.accounts import demo as accounts_demo
from partnerships.desk import demo as desk_demo
from tests.page import page_of
from tests.sampling import ALL

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.proof(in_turn=True, sample=ALL),
    pytest.mark.urls("tests.partnerships.sample.urls"),
]


@pytest.fixture(autouse=True)
def demo(sample_data, settings):
    settings.DEMO = settings.SAMPLE = True
    accounts_demo.create_accounts()
    desk_demo.represent_a_city()


def stops(client) -> dict[str, list[str]]:
    """The pages of the tour by role."""
    found = {}
    for section in page_of(client.get("/demo/")).select(".tour section"):
        forms = section.select(".stops form")
        links = [link["href"] for link in section.select(".stops a")]
        role = forms[0]["action"].rstrip("/").rpartition("/")[2] if forms else ""
        found[role] = links + [form.select("input[name=next]")[0]["value"] for form in forms]
    return found


def test_tour_has_five_stops_for_each_role(client):
    found = stops(client)
    assert found.keys() == {"", *(account.handle for account in accounts_demo.ACCOUNTS)}
    assert {role: len(set(pages)) for role, pages in found.items()} == dict.fromkeys(found, 5)


def test_every_stop_is_open_to_its_role(client):
    for role, pages in stops(client).items():
        for page in pages:
            if role:
                answer = client.post(f"/demo/sign-in/{role}/", {"next": page})
                assert (answer.status_code, answer.url) == (302, page)
            assert client.get(page, follow=True).status_code == 200, (role, page)
        client.logout()


def test_sign_in_leads_to_no_other_site(client):
    answer = client.post("/demo/sign-in/member/", {"next": "https://elsewhere.example/"})
    assert (answer.status_code, answer.url) == (302, "/desk/")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/demo/sign-in/member/", 405),
        ("post", "/demo/sign-in/stranger/", 404),
        ("post", "/demo/", 405),
    ],
)
def test_sign_in_refused(client, method, path, status):
    assert getattr(client, method)(path).status_code == status
    assert "_auth_user_id" not in client.session


def test_tour_is_not_there_outside_a_demo(client, settings):
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/sign-in/administrator/").status_code == 404
    assert "_auth_user_id" not in client.session
