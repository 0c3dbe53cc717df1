import pytest

from repository.models import CaseStudy
from tests.factories import CaseStudyFactory, EvidenceFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(member):
    case = CaseStudyFactory(published=True, slug="rail", authors=[member])
    EvidenceFactory(case=case, position=1, value=130, label="stations", is_headline=True)
    EvidenceFactory(case=case, position=2, value=12, label="trains", group="Trains")
    return case


def cover(case):
    [card] = CaseStudy.objects.cards_of([case.pk])
    return card.cover


def choices(client):
    return [
        each["value"] for each in page_of(client.get("/cases/rail/cover/")).select("[name=cover]")
    ]


@pytest.mark.parametrize("who", ["member", "moderator"])
def test_choose_a_cover(client, request, who, case):
    client.force_login(request.getfixturevalue(who))
    automatic, *_others, second = choices(client)
    assert cover(case).row.label == "stations"
    response = client.post("/cases/rail/cover/", {"cover": second})
    assert response.url == "/cases/rail/"
    assert cover(case).row.label == "trains"
    # A second click is harmless, and the rule can be restored.
    client.post("/cases/rail/cover/", {"cover": second})
    client.post("/cases/rail/cover/", {"cover": automatic})
    assert cover(case).row.label == "stations"


def test_refuse_a_form_that_does_not_fit(client, member, case):
    client.force_login(member)
    figure = case.evidence.get(label="trains")
    for form in ("share", "nonsense"):
        client.post("/cases/rail/cover/", {"cover": f"{figure.pk}:{form}"})
    assert not case.evidence.filter(is_cover=True).exists()


def test_link_the_choice_for_authors_alone(client, member, case):
    path = "/cases/rail/cover/"
    assert path not in client.get("/cases/rail/").text
    client.force_login(member)
    assert path in client.get("/cases/rail/").text
