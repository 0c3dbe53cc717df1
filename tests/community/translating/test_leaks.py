"""What members have translated is nowhere to be found before it is public."""

import pytest

from community.models import TranslationProposal
from community.translating.actions import claim, decline, withdraw
from repository.models import SearchEntry
from tests.community.translating.proposals import kind_of, saved, submitted, whole
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.django_db

WORD = "Quetzalpostal"
PAGES = [
    "/es/",
    "/es/cases/",
    "/es/cases/window/",
    "/es/cases/window/history/",
    "/es/cases/?q={word}",
    "/es/search/?q={word}",
    "/es/translations/?language=es",
    "/feeds/cases.atom",
    "/sitemap.xml",
    "/sitemap-cases.xml",
    "/api/v1/cases",
    "/api/v1/cases/window",
    "/api/v1/cases?q={word}",
]


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, slug="window", title="A window at the port")


def claimed(case, member, moderator):
    return saved(case, member, whole(case, WORD))


def waiting(case, member, moderator):
    return submitted(case, member, whole(case, WORD))


def declined(case, member, moderator):
    proposal = submitted(case, member, whole(case, WORD))
    decline(proposal=proposal, by=moderator, reason="unclear", message="Word for word.")
    return proposal


def withdrawn(case, member, moderator):
    proposal = submitted(case, member, whole(case, WORD))
    withdraw(proposal=proposal, by=member)
    return proposal


@pytest.mark.parametrize("state", [claimed, waiting, declined, withdrawn])
def test_no_page_shows_what_is_not_public(state, case, member, moderator, colleague, client):
    state(case, member, moderator)
    assert WORD in str(TranslationProposal.objects.get().paragraphs)
    for path in PAGES:
        path = path.format(word=WORD)
        for user in (None, colleague):
            if user is None:
                client.logout()
            else:
                client.force_login(user)
            response = client.get(path)
            text = b"".join(response) if response.streaming else response.content
            # The page of a search repeats the word that was asked for, but no text with it.
            secret = f"{WORD} {case.title}" if WORD in path else WORD
            assert secret not in text.decode(), path
    assert not SearchEntry.objects.filter(title__contains=WORD).exists()


def test_a_member_who_begins_next_does_not_see_the_text_of_the_first(
    case, member, colleague, client
):
    proposal = saved(case, member, whole(case, WORD))
    TranslationProposal.objects.filter(pk=proposal.pk).update(claimed_until=case.published_at)
    claim(kind=kind_of(case), row=case, language="es", by=colleague)
    client.force_login(colleague)
    assert WORD not in client.get(f"/translations/case/{case.pk}/es/?all=1").content.decode()
