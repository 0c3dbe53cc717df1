"""Parse transcripts in WebVTT (https://www.w3.org/TR/webvtt1/) and plain text.

Of WebVTT only cues are read, with their times and voices. Notes, styles and regions are ignored,
and not written either.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from repository.recordings.models import Chapter, Transcript, clock

MAX_CHARACTERS = 400_000
# Start a new paragraph after this many characters of one voice.
PARAGRAPH = 600
EXAMPLE = "00:01.000 --> 00:04.000"
TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})", re.ASCII)
VOICE = re.compile(r"<v(?:\.[^\s<>]+)?[ \t]+([^<>\s][^<>]*)>")
TAG = re.compile(r"<[^<>]*>")
ASIDE = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
# Control characters, byte order marks and bidirectional formatting.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Cue:
    """A text with its times in milliseconds, and its speaker if known."""

    start: int
    end: int
    voice: str
    text: str


@dataclass
class Paragraph:
    """A paragraph of one voice; `seconds` is None if its time is not known."""

    seconds: int | None
    voice: str
    text: str

    @property
    def clock(self) -> str:
        return "" if self.seconds is None else clock(self.seconds)


@dataclass
class Part:
    """The paragraphs of one chapter; `chapter` is None before the first chapter."""

    chapter: Chapter | None
    paragraphs: list[Paragraph] = field(default_factory=list)


def clean(text: str) -> str:
    """Return the text as it is stored; raise ValidationError if it cannot be parsed."""
    text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > MAX_CHARACTERS:
        raise ValidationError(_("The transcript must have 400,000 characters or fewer."))
    if text.startswith("WEBVTT"):
        cues(text)
    elif "-->" in text:
        raise ValidationError(_("A WebVTT file must start with the line “WEBVTT”."))
    return text


def cues(text: str) -> list[Cue]:
    """Return the cues of a WebVTT text; a ValidationError names the line of a syntax error."""
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise wrong(1, _("A WebVTT file must start with the line “WEBVTT”."))
    found: list[Cue] = []
    place = 1
    # The header ends at the first empty line.
    while place < len(lines) and lines[place].strip():
        if "-->" in lines[place]:
            raise wrong(place + 1, _("There must be a blank line before the first caption."))
        place += 1
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        first = place
        while place < len(lines) and lines[place].strip():
            place += 1
        block = lines[first:place]
        if "-->" not in block[0] and ASIDE.match(block[0]):
            continue
        found.append(cue(block, first + 1, found[-1] if found else None))
    if not found:
        raise ValidationError(_("This file contains no text."))
    return found


def cue(block: Sequence[str], number: int, before: Cue | None) -> Cue:
    """Parse a block of lines as a cue; `number` is the line number of the first."""
    at = 0 if "-->" in block[0] else 1
    if at == len(block) or "-->" not in block[at]:
        raise wrong(
            number, _("A time is missing. Enter it like %(example)s.") % {"example": EXAMPLE}
        )
    times = block[at].split("-->")
    ends = times[1].split() if len(times) == 2 else []
    start, end = milliseconds(times[0].strip()), milliseconds(ends[0] if ends else "")
    if start is None or end is None:
        raise wrong(
            number + at, _("A time is missing. Enter it like %(example)s.") % {"example": EXAMPLE}
        )
    if end <= start or (before and start < before.start):
        raise wrong(number + at, _("The times are not in order."))
    words = "\n".join(block[at + 1 :])
    if "-->" in words:
        raise wrong(number + at + 1, _("There must be a blank line before a time."))
    voice = VOICE.search(words)
    return Cue(start, end, plain(voice[1]) if voice else "", plain(TAG.sub("", words)))


def plain(text: str) -> str:
    return " ".join(UNSEEN.sub("", unescape(text)).split())


def milliseconds(text: str) -> int | None:
    found = TIME.fullmatch(text)
    if not found or len(text) > 20:
        return None
    hours, minutes, seconds, rest = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def wrong(line: int, why: str) -> ValidationError:
    return ValidationError(_("Line %(line)d: %(why)s") % {"line": line, "why": why})


def vtt(found: Iterable[Cue]) -> str:
    """Return the cues as WebVTT that holds only times and text."""
    blocks = ["WEBVTT"]
    for each in found:
        voice = f"<v {escaped(each.voice)}>" if each.voice else ""
        blocks.append(f"{stamp(each.start)} --> {stamp(each.end)}\n{voice}{escaped(each.text)}")
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stamp(at: int) -> str:
    seconds, rest = divmod(at, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"


def paragraphs(transcript: Transcript, starts: Sequence[int] = ()) -> list[Paragraph]:
    """Return a transcript as paragraphs, split at each change of voice and at each of `starts`."""
    if not transcript.is_timed:
        texts = re.split(r"\n\s*\n", transcript.text)
        return [Paragraph(None, "", " ".join(text.split())) for text in texts if text.strip()]
    paragraphs: list[Paragraph] = []
    for each in cues(transcript.text):
        seconds = each.start // 1000
        last = paragraphs[-1] if paragraphs else None
        if (
            last is None
            or (each.voice and each.voice != last.voice)
            or len(last.text) > PARAGRAPH
            or bisect_right(starts, seconds) != bisect_right(starts, last.seconds)
        ):
            voice = each.voice or (last.voice if last else "")
            paragraphs.append(Paragraph(seconds, voice, each.text))
        else:
            last.text = f"{last.text} {each.text}"
    return paragraphs


def parts(transcript: Transcript, chapters: Sequence[Chapter]) -> list[Part]:
    """Return the paragraphs grouped by chapter, in order of time."""
    starts = [chapter.seconds for chapter in chapters]
    found = [Part(None), *(Part(chapter) for chapter in chapters)]
    for paragraph in paragraphs(transcript, starts):
        place = 0 if paragraph.seconds is None else bisect_right(starts, paragraph.seconds)
        found[place].paragraphs.append(paragraph)
    return [part for part in found if part.paragraphs]
