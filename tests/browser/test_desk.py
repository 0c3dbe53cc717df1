"""The desk of the staff in a browser."""

import pytest
from playwright.sync_api import expect

from community.models import User
from repository.models import CaseStudy, City, Webinar
from tests.browser.axe import violations, width_over, width_over_at_double_text
from tests.collection import signed_in

pytestmark = pytest.mark.slow(15)

PAGES = {
    "index": lambda: "/admin/",
    "models of an app": lambda: "/admin/repository/",
    "list": lambda: "/admin/repository/casestudy/",
    "list, narrowed": lambda: "/admin/repository/city/?q=zheng",
    "form": lambda: f"/admin/repository/casestudy/{case().pk}/change/",
    "empty form": lambda: "/admin/repository/speaker/add/",
    "history": lambda: f"/admin/repository/casestudy/{case().pk}/history/",
    "step": lambda: f"/admin/repository/casestudy/step/archive/?case={case().pk}",
    "deletion": lambda: f"/admin/repository/city/{City.objects.get(slug='geneva').pk}/delete/",
    "import": lambda: "/admin/repository/city/import/",
    "export": lambda: "/admin/repository/city/export/",
    "gazetteer": lambda: "/admin/repository/city/gazetteer/",
    "people": lambda: "/admin/community/user/",
    "person": lambda: f"/admin/community/user/{User.objects.get(handle='member').pk}/change/",
    "webinar": lambda: f"/admin/repository/webinar/{webinar().pk}/change/",
    "links to speakers": lambda: f"/admin/repository/speaker/links/?webinar={webinar().pk}",
    "figures of surveys": lambda: f"/admin/surveys/{webinar().series_id}/",
    "question of a survey": lambda: "/admin/community/surveyquestion/add/",
    "figure of another platform": lambda: "/admin/repository/externalfigure/add/",
}


def case() -> CaseStudy:
    return CaseStudy.objects.get(slug="zhengzhou")


def webinar() -> Webinar:
    return Webinar.objects.get(number=7)


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed: compressing those of the admin takes too long."""
    return serve()


@pytest.fixture
def page(open_page, site):
    page = open_page(base_url=site, viewport={"width": 1280, "height": 800})
    administrator = signed_in(User.objects.get(handle="administrator"))
    session = administrator.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    return page


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible(page, name):
    response = page.goto(PAGES[name]())
    assert response.status == 200
    assert "unsafe" not in response.headers["content-security-policy"]
    assert violations(page, "light", "dark") == []
    page.set_viewport_size({"width": 360, "height": 640})
    assert width_over(page) == 0
    assert width_over_at_double_text(page) == 0


def test_add_a_webinar_from_its_first_field(page):
    """The steps above the form are buttons of it."""
    page.goto("/admin/repository/webinar/add/")
    expect(page.locator(".field-series :focus")).to_have_count(1)
