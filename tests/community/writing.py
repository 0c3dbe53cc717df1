"""A case as a form sends it, for the tests of writing."""

from community import documents
from community.tickets import new_ticket
from tests.factories import CityFactory, ThemeFactory
from tests.repository.admin.conftest import DeskClient

WORDS = "Parcels waited at the border for twenty days, and small traders gave up. " * 4


def whole(**changes) -> dict:
    """A document that can be submitted; its city and theme are made."""
    city = CityFactory(name="Kisumu", slug="kisumu")
    theme = ThemeFactory()
    return (
        documents.empty()
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
    ticket = ticket or new_ticket(member=member.pk, case=case.pk if case else 0)
    sent = {"ticket": str(ticket), "base": base, "save": "1"} | more
    for name in (*documents.TEXTS, *documents.CHOICES):
        sent[name] = document[name]
    for table in documents.ROWS:
        for at, row in enumerate(document[table]):
            sent |= {f"{table}-{at}-{name}": text for name, text in row.items()}
    return sent


def base_of(case) -> str:
    return documents.digest(documents.document_of(case))


def as_user(user) -> DeskClient:
    client = DeskClient()
    client.force_login(user)
    return client
