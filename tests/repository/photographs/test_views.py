import pytest

from repository.models import CaseStatus
from tests.factories import CaseStudyFactory, PhotographFactory
from tests.page import page_of
from tests.responses import close

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def photograph(member):
    case = CaseStudyFactory(published=True, slug="rail", authors=[member])
    return PhotographFactory(case=case)


def path_of(photograph, width=400, kind="avif"):
    return f"/cases/rail/photograph/{photograph.pk}-{width}.{kind}"


def test_serve_a_photograph_that_caches_revalidate(client, photograph):
    response = client.get(path_of(photograph))
    assert b"".join(response.streaming_content) == b"avif"
    close(response)
    names = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Content-Security-Policy")
    assert [response.headers[name] for name in names] == [
        "image/avif",
        "no-cache",
        "nosniff",
        "default-src 'none'; sandbox",
    ]
    again = client.get(path_of(photograph), headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("width", "kind"), [(401, "avif"), (400, "exe")])
def test_serve_only_the_stored_files(client, photograph, width, kind):
    assert client.get(path_of(photograph, width, kind)).status_code == 404


def test_serve_no_photograph_under_another_case(client, photograph):
    CaseStudyFactory(published=True, slug="road")
    path = path_of(photograph).replace("rail", "road")
    assert client.get(path).status_code == 404


def test_keep_the_photograph_of_a_draft_private(client, member, colleague, photograph):
    photograph.case.status = CaseStatus.DRAFT
    photograph.case.save()
    assert client.get(path_of(photograph)).status_code == 404
    client.force_login(colleague)
    assert client.get(path_of(photograph)).status_code == 404
    client.force_login(member)
    response = client.get(path_of(photograph))
    assert response.headers["Cache-Control"] == "private, no-store"
    close(response)


def test_show_the_photograph_with_text_and_credit_on_the_page(client, photograph):
    [figure] = page_of(client.get("/cases/rail/")).select("figure.photograph")
    [image] = figure.select("img")
    assert image["alt"] == photograph.alt
    assert "loading" not in image.attributes
    assert "1200w" in image["srcset"]
    assert figure.select("figcaption")[0].text == f"Photograph: {photograph.credit}"


def test_show_the_smallest_photograph_on_a_card_instead_of_the_drawing(client, photograph):
    main = page_of(client.get("/cases/")).main
    [image] = main.select(".tile img")
    assert (image["alt"], image["loading"]) == (photograph.alt, "lazy")
    assert image["src"] == path_of(photograph, kind="webp")
    assert [source["srcset"] for source in main.select(".tile source")] == [path_of(photograph)]
    assert main.select(".tile .drawing") == []
