import pytest

from repository.models import Tag, TagRedirect
from tests.factories import CaseStudyFactory, WebinarFactory

pytestmark = pytest.mark.django_db


def test_show_everything_public_under_a_tag(read):
    case = CaseStudyFactory(published=True, title="Trains", tags=["rail freight"])
    CaseStudyFactory(title="Draft", tags=["rail freight"])
    CaseStudyFactory(published=True, title="Other", tags=["port"])
    WebinarFactory(number=7, title="By rail", tags=["rail freight"])
    # A webinar of the number of a case is not that case.
    WebinarFactory(pk=case.pk + 1000, number=8, title="By sea", tags=["port"])
    page = read("/tags/rail-freight/")
    assert page.main.lines == [
        "Tag",
        "rail freight",
        "Follow",
        "Cases",
        "Trains",
        "A city cut the days at the border from twenty to three.",
        "Webinars",
        "Webinar 7, By rail",
    ]


def test_show_tag_in_another_script(read):
    CaseStudyFactory(published=True, title="Trains", slug="trains", tags=["跨境电商"])
    assert ("跨境电商", "/tags/tag/") in read("/cases/trains/").main.links
    assert read("/tags/tag/").main.lines[:2] == ["Tag", "跨境电商"]


def test_redirect_the_old_url_of_a_tag(client):
    CaseStudyFactory(published=True, tags=["rail"])
    TagRedirect.objects.create(slug="trains", folded="trains", tag=Tag.objects.get())
    response = client.get("/tags/trains/")
    assert (response.status_code, response.url) == (301, "/tags/rail/")


def test_turn_pages_of_a_tag(read):
    for number in range(25):
        CaseStudyFactory(published=True, title=f"Case {number:02}", tags=["rail"])
    page = read("/tags/rail/?page=2")
    assert [case.title for case in page.response.context["page"].object_list] == ["Case 00"]


def test_answer_404_for_an_unknown_tag(client):
    Tag.objects.create(name="rail")
    for path in ("/tags/unknown/", "/tags/Rail/"):
        assert client.get(path).status_code == 404
