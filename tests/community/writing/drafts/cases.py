"""A case as a form sends it, for the tests of writing."""

from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.forms import FORM_TOKENS
from tests.desk_client import DeskClient
from tests.factories import CityFactory, ThemeFactory
from tests.page import page_of

WORDS = "Parcels waited at the border for twenty days, and small traders gave up. " * 4


def whole(**changes) -> dict:
    """A document that can be submitted; its city and theme are made."""
    city = CityFactory(name="Kisumu", slug="kisumu")
    theme = ThemeFactory()
    return (
        drafts_documents.empty()
        | {
            "title": "One window for small traders",
            "summary": "A port city joined three offices in one form.",
            "language": "en",
            "challenge": WORDS.strip(),
            "cities": [city.slug],
            "themes": [theme.slug],
        }
        | changes
    )


def posted(document: dict, *, member, case=None, base="", ticket=None, **more) -> dict:
    """What a browser sends for a document."""
    ticket = ticket or FORM_TOKENS.new(member=member.pk, subject=case.pk if case else 0)
    sent = {"ticket": str(ticket), "base": base, "save": "1"} | more
    for name in (*drafts_documents.TEXTS, *drafts_documents.CHOICES):
        sent[name] = document[name]
    for table in drafts_documents.ROWS:
        for at, row in enumerate(document[table]):
            sent |= {f"{table}-{at}-{name}": text for name, text in row.items()}
    return sent


def base_of(case) -> str:
    return drafts_documents.digest(drafts_documents.document_of(case))


def as_user(user) -> DeskClient:
    client = DeskClient()
    client.force_login(user)
    return client


def fields_of(response) -> dict:
    """The data that the form of a case on this page would submit."""
    return page_of(response).form(response.request["PATH_INFO"]).fields
