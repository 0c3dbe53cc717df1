"""What was said in a webinar: WebVTT (https://www.w3.org/TR/webvtt1/) and plain text, read.

Of WebVTT we read the cues, with the times and voices in them. What is for players alone, notes,
styles and regions, is left out, also where we write it again.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from repository.recordings.models import Chapter, Transcript, clock

MOST_CHARACTERS = 400_000
# Where a paragraph of one voice is this long the next one begins.
PARAGRAPH = 600
EXAMPLE = "00:01.000 --> 00:04.000"
TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})", re.ASCII)
VOICE = re.compile(r"<v(?:\.[^\s<>]+)?[ \t]+([^<>\s][^<>]*)>")
TAG = re.compile(r"<[^<>]*>")
ASIDE = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
# Neither letters nor spaces: what nobody can see, and what turns the direction of a line.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Cue:
    """Words with their time in milliseconds, and who says them where it is known."""

    start: int
    end: int
    voice: str
    text: str


@dataclass
class Paragraph:
    """Words of one voice; `seconds` is None where no time is known."""

    seconds: int | None
    voice: str
    text: str

    @property
    def clock(self) -> str:
        return "" if self.seconds is None else clock(self.seconds)


@dataclass
class Part:
    """The paragraphs from one chapter to the next; what comes before the first has none."""

    chapter: Chapter | None
    paragraphs: list[Paragraph] = field(default_factory=list)


def clean(text: str) -> str:
    """The text as it is kept; ValidationError with words for one that cannot be read."""
    text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > MOST_CHARACTERS:
        raise ValidationError(_("This is longer than any webinar: up to 400,000 characters."))
    if text.startswith("WEBVTT"):
        cues(text)
    elif "-->" in text:
        raise ValidationError(_("A WebVTT file begins with the line “WEBVTT”."))
    return text


def cues(text: str) -> list[Cue]:
    """The cues of a WebVTT text; ValidationError says in which line it is wrong."""
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise wrong(1, _("A WebVTT file begins with the line “WEBVTT”."))
    found: list[Cue] = []
    place = 1
    # What follows the first line up to the first empty one belongs to the head.
    while place < len(lines) and lines[place].strip():
        if "-->" in lines[place]:
            raise wrong(place + 1, _("An empty line is missing before the first words."))
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
        raise ValidationError(_("There are no words in it."))
    return found


def cue(block: Sequence[str], number: int, before: Cue | None) -> Cue:
    """The cue that a block of lines is, the first of which has this number."""
    at = 0 if "-->" in block[0] else 1
    if at == len(block) or "-->" not in block[at]:
        raise wrong(number, _("A time is missing, like %(example)s.") % {"example": EXAMPLE})
    times = block[at].split("-->")
    ends = times[1].split() if len(times) == 2 else []
    start, end = milliseconds(times[0].strip()), milliseconds(ends[0] if ends else "")
    if start is None or end is None:
        raise wrong(number + at, _("A time is missing, like %(example)s.") % {"example": EXAMPLE})
    if end <= start or (before and start < before.start):
        raise wrong(number + at, _("The times do not follow each other."))
    words = "\n".join(block[at + 1 :])
    if "-->" in words:
        raise wrong(number + at + 1, _("An empty line is missing before a time."))
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
    """The cues in a new WebVTT text that holds words and times alone."""
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
    """A transcript for reading. A paragraph ends with a voice, or where one of `starts` begins."""
    if not transcript.is_timed:
        texts = re.split(r"\n\s*\n", transcript.text)
        return [Paragraph(None, "", " ".join(text.split())) for text in texts if text.strip()]
    told: list[Paragraph] = []
    for each in cues(transcript.text):
        seconds = each.start // 1000
        last = told[-1] if told else None
        if (
            last is None
            or (each.voice and each.voice != last.voice)
            or len(last.text) > PARAGRAPH
            or bisect_right(starts, seconds) != bisect_right(starts, last.seconds)
        ):
            voice = each.voice or (last.voice if last else "")
            told.append(Paragraph(seconds, voice, each.text))
        else:
            last.text = f"{last.text} {each.text}"
    return told


def parts(transcript: Transcript, chapters: Sequence[Chapter]) -> list[Part]:
    """The same under its chapters, in the order of their times."""
    starts = [chapter.seconds for chapter in chapters]
    found = [Part(None), *(Part(chapter) for chapter in chapters)]
    for paragraph in paragraphs(transcript, starts):
        place = 0 if paragraph.seconds is None else bisect_right(starts, paragraph.seconds)
        found[place].paragraphs.append(paragraph)
    return [part for part in found if part.paragraphs]
