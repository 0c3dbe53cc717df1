"""Drafts made by a machine, which no person has checked: a client of a LibreTranslate server.

`TRANSLATION_URL` in the settings; without it, there are no machine drafts. The server is asked only
in background tasks, and only with texts that everyone may read.

What a machine must not translate, such as addresses, placeholders and terms of the glossary, is
replaced by numbers in braces, `{1}`, which translation engines leave alone, and put back
afterwards: terms of the glossary as they are translated there.
"""

import json
import logging
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import transaction
from django.tasks import task

from repository.models import GlossaryTerm, Origin, TranslatedParagraph
from repository.translations.kinds import TranslatedKind, Unit, kinds
from repository.translations.problems import LINK, PLACEHOLDER, TARGET, problems
from repository.translations.writing import (
    lock_originals,
    locked_translation,
    replaced_rows,
    write,
)
from repository.workflow import action

logger = logging.getLogger(__name__)

# Texts and characters in one request, seconds until it must be answered, and bytes of the answer.
BATCH, BATCH_LENGTH = 20, 5_000
TIMEOUT = 60
MAX_BYTES = 2_000_000
# Seconds for which a failing server is not asked again, and their key in the cache.
PAUSE = 60
PAUSED = "translation-server-failed"
# The status of an answer that refuses certain texts or languages.
REFUSALS = {400, 413, 422}

NUMBERED = re.compile(r"\{\s*(\d+)\s*\}")
# The target of a link in Markdown, code, a placeholder, or another address.
KEPT = re.compile(
    rf"{TARGET.pattern}(?:\s[^)]*)?\)|`[^`\n]*`|{PLACEHOLDER.pattern}|{NUMBERED.pattern}"
    rf"|{LINK.pattern}"
)


class TranslatorUnavailable(Exception):
    """There is no translation server, or it does not answer as it should."""


class TextsRefused(Exception):
    """The server may work, but not with these texts or languages."""


class AnswerError(Exception):
    """What is wrong with an answer, without any part of it, since it may repeat the texts."""


class NotKept(Exception):
    """The engine has changed a protected part of the text."""


def is_configured() -> bool:
    return bool(settings.TRANSLATION_URL)


def translate(texts: Sequence[str], *, source: str, target: str) -> list[str]:
    """Return at most `BATCH` texts in another language, in the same order.

    Raises TranslatorUnavailable, or TextsRefused.
    """
    if not is_configured():
        raise TranslatorUnavailable("There is no translation server.")
    if cache.get(PAUSED):
        raise TranslatorUnavailable("The translation server failed a moment ago.")
    asked: dict[str, Any] = {
        "q": list(texts),
        "source": source,
        "target": target,
        "format": "text",
    }
    if settings.TRANSLATION_KEY:
        asked["api_key"] = settings.TRANSLATION_KEY
    try:
        return texts_in(answer_to(json.dumps(asked).encode()), len(asked["q"]))
    except TextsRefused:
        raise
    # Answers can be anything: also JSON that is nested too deeply.
    except Exception as error:
        cache.set(PAUSED, True, PAUSE)
        # The text of other exceptions may repeat what was sent or received.
        reason = str(error) if isinstance(error, AnswerError) else type(error).__name__
        logger.warning("The translation server doesn’t respond as expected: %s", reason)
        raise TranslatorUnavailable("The translation server doesn’t respond as expected.") from None


def answer_to(body: bytes) -> Any:
    """Send a request and return the JSON of the answer, within `TIMEOUT` seconds in all."""
    url = urlsplit(settings.TRANSLATION_URL)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=TIMEOUT)
    with closing(connection):
        connection.connect()
        # Timeouts of sockets hold for each read: a server that sends byte by byte would go on.
        timer = threading.Timer(TIMEOUT, shut_down, [connection.sock])
        timer.daemon = True
        timer.start()
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"{url.path}/translate", body, headers)
            response = connection.getresponse()
            if response.status in REFUSALS:
                raise TextsRefused(f"status {response.status}")
            if response.status != 200:
                # Redirects too: the texts are for this server only.
                raise AnswerError(f"status {response.status}")
            answer = response.read(MAX_BYTES)
            if not response.isclosed() and response.read(1):
                raise AnswerError("the answer is too long")
        finally:
            timer.cancel()
    return json.loads(answer)


def shut_down(connected: socket.socket) -> None:
    # Not the method of a TLS socket, which the other thread is using.
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def texts_in(answer: Any, count: int) -> list[str]:
    """Return the texts of an answer."""
    found = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise AnswerError("no list of texts")
    if len(found) != count:
        raise AnswerError("not one text for each text")
    return found


def glossary(language: str) -> dict[str, str]:
    """Return the terms of the glossary with their translations by people, in lower case.

    Terms are English. One query.
    """
    terms = TranslatedParagraph.objects.filter(
        translation__kind="term", translation__language=language, field="term"
    ).exclude(origin=Origin.MACHINE)
    current = set(GlossaryTerm.objects.values_list("term", flat=True))
    return {
        source.lower(): text
        for source, text in terms.values_list("source", "text")
        if source in current
    }


@dataclass(frozen=True)
class Protected:
    """A text whose protected parts are replaced by numbers."""

    text: str
    kept: list[str]

    def restore(self, translated: str) -> str:
        """Put protected parts back; raise NotKept if a number is missing, repeated or new."""
        numbers = Counter(int(number) for number in NUMBERED.findall(translated))
        if numbers != Counter(range(1, len(self.kept) + 1)):
            raise NotKept
        return NUMBERED.sub(lambda found: self.kept[int(found[1]) - 1], translated)


def protect(text: str, terms: Mapping[str, str]) -> Protected:
    """Replace the protected parts of a text by numbers. `terms` are by term in lower case."""
    kept: list[str] = []

    def number(found: re.Match) -> str:
        word = found[0]
        translation = terms.get(word.lower())
        kept.append(word if translation is None else like(word, translation))
        return f"{{{len(kept)}}}"

    # Longer terms first: "city network" before "city".
    words = [re.escape(term) for term in sorted(terms, key=len, reverse=True)]
    pattern = KEPT.pattern + (rf"|\b(?:{'|'.join(words)})\b" if words else "")
    return Protected(re.sub(pattern, number, text, flags=re.IGNORECASE), kept)


def like(word: str, translation: str) -> str:
    """Return a translation with a small or capital first letter, like the word in the text."""
    if translation[1:2].isupper():
        # An abbreviation.
        return translation
    first = translation[:1].upper() if word[:1].isupper() else translation[:1].lower()
    return first + translation[1:]


@action
def queue_drafts(*, chosen: Sequence[tuple[str, int]], language: str, by: Any) -> None:
    """Queue machine drafts of the missing paragraphs of objects, given by kind and primary key."""
    if not is_configured() or language not in dict(settings.LANGUAGES):
        return
    keys = [list(key) for key in chosen]
    transaction.on_commit(
        lambda: make_drafts.enqueue(chosen=keys, language=language, by=by.pk), robust=False
    )


@task(priority=-60)
def make_drafts(*, chosen: list[list], language: str, by: int | None) -> None:
    """Make drafts of the first object, and queue the others.

    Fails if the server does; staff can then run the rest again.
    """
    if not chosen:
        return
    (name, pk), *others = chosen
    draft(name, pk, language, by)
    if others:
        make_drafts.enqueue(chosen=others, language=language, by=by)


def draft(name: str, pk: int, language: str, by: int | None) -> int:
    """Translate the missing paragraphs of an object; return how many. Raises TranslatorUnavailable.

    Nothing is done if it is not, or no longer, public.
    """
    kind = kinds.by_name.get(name)
    row = kind.public().filter(pk=pk).first() if kind else None
    if kind is None or row is None or kind.language_of(row) == language:
        return 0
    units = missing(kind, row, language)
    terms = glossary(language) if kind.language_of(row) == "en" else {}
    texts: dict[str, str] = {}
    for batch in batches(units, terms):
        texts |= translate_batch(batch, kind.language_of(row), language)
    if not texts:
        return 0
    member = get_user_model()._default_manager.filter(pk=by).first()
    return store_drafts(kind=kind, pk=pk, language=language, texts=texts, by=member)


def missing(kind: TranslatedKind, row: Any, language: str) -> list[Unit]:
    """Return the units without a translation by a person, of this version or an earlier one.

    A draft of an earlier version is replaced.
    """
    found = list(
        TranslatedParagraph.objects.filter(
            translation__kind=kind.name,
            translation__object_id=row.pk,
            translation__language=language,
        ).order_by("field", "position")
    )
    units = list({unit.key: unit for unit in kind.units(row)}.values())
    keys = {each.key for each in found}
    earlier = replaced_rows(units, found)
    return [
        unit
        for unit in units
        if unit.key not in keys
        and (unit.key not in earlier or earlier[unit.key].origin == Origin.MACHINE)
    ]


Batch = list[tuple[Unit, Protected]]


def batches(units: Sequence[Unit], terms: dict[str, str]) -> Iterator[Batch]:
    """Yield units with their protected texts, as many as one request may have."""
    batch: Batch = []
    for unit in units:
        protected = protect(unit.paragraph.text, terms)
        length = sum(len(each.text) for _unit, each in batch) + len(protected.text)
        if batch and (len(batch) == BATCH or length > BATCH_LENGTH):
            yield batch
            batch = []
        batch.append((unit, protected))
    if batch:
        yield batch


def translate_batch(batch: Batch, source: str, target: str) -> dict[str, str]:
    """Return the translations of a batch by key, without those with problems."""
    try:
        answers = translate(
            [protected.text for _unit, protected in batch], source=source, target=target
        )
    except TextsRefused as error:
        # One refused text does not stop those beside it.
        if len(batch) > 1:
            middle = len(batch) // 2
            return translate_batch(batch[:middle], source, target) | translate_batch(
                batch[middle:], source, target
            )
        logger.warning("The translation server refuses a text: %s", error)
        return {}
    texts = {}
    for (unit, protected), answer in zip(batch, answers, strict=True):
        try:
            text = protected.restore(answer.strip())
        except NotKept:
            continue
        if text and not problems(unit.paragraph.text, text):
            texts[unit.key] = text
    return texts


@action
def store_drafts(*, kind: TranslatedKind, pk: int, language: str, texts: dict, by: Any) -> int:
    """Store drafts of the paragraphs that are still missing; return how many."""
    lock_originals(kind, [pk])
    row = kind.public().filter(pk=pk).first()
    if row is None:
        return 0
    with locked_translation(kind, row, language):
        wanted = {unit.key for unit in missing(kind, row, language)} & texts.keys()
        if wanted:
            write(
                kind=kind,
                row=row,
                language=language,
                texts={key: texts[key] for key in wanted},
                origin=Origin.MACHINE,
            )
    return len(wanted)
