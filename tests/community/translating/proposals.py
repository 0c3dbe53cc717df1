"Translations by members, for the tests of this package."

from typing import Any

from community.models import LanguageReviewer, TranslationProposal, User
from community.translating.actions import claim, save, submit
from community.translating.originals import fingerprint, units_of
from repository.translations.kinds import kinds


def reviews(user: User, language: str = "es") -> User:
    LanguageReviewer.objects.create(user=user, language=language)
    return user


def key(row: Any, field: str, place: int = 0) -> str:
    """The key of a paragraph."""
    found = [unit for unit in units_of(kind_of(row), row) if unit.field == field]
    return found[place].key


def kind_of(row: Any):
    kind = kinds.of(row)
    assert kind is not None
    return kind


def saved(row: Any, by: User, texts: dict[str, str], language: str = "es") -> TranslationProposal:
    proposal = claim(kind=kind_of(row), row=row, language=language, by=by)
    return save(proposal=proposal, texts=texts, by=by)


def whole(row: Any, mark: str = "ES") -> dict[str, str]:
    """A translation of all paragraphs."""
    return {unit.key: f"{mark} {unit.paragraph.text}" for unit in units_of(kind_of(row), row)}


def seen(row: Any, language: str = "es") -> str:
    return fingerprint(kind_of(row), row, language)


def submitted(
    row: Any, by: User, texts: dict[str, str] | None = None, language: str = "es"
) -> TranslationProposal:
    row = type(row).objects.get(pk=row.pk)
    proposal = saved(row, by, whole(row) if texts is None else texts, language)
    return submit(proposal=proposal, seen=seen(row, language), by=by)
