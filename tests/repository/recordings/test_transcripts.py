"""Reading what was said: WebVTT, and plain text."""

import pytest
from django.core.exceptions import ValidationError

from repository.models import Chapter, Transcript
from repository.recordings import transcripts
from repository.recordings.transcripts import Cue
from tests.timing import ends_soon

VTT = """WEBVTT - a talk

STYLE
::cue { color: red; background: url(https://example.org/spy) }

NOTE said by hand

1
00:01.000 --> 00:04.000 align:start
<v Ana Sol>Good <b>morning</b> &amp; welcome.

00:04.000 --> 00:06.500
<v Ana Sol>We ship
parcels.

chapter two
01:00:00.000 --> 01:00:02.000
<v.loud Li &lt;Wei&gt;>&lt;script&gt;alert(1)&lt;/script&gt;</v>
"""


def test_read_cues_with_times_and_voices():
    assert transcripts.cues(transcripts.clean(VTT)) == [
        Cue(1000, 4000, "Ana Sol", "Good morning & welcome."),
        Cue(4000, 6500, "Ana Sol", "We ship parcels."),
        Cue(3600000, 3602000, "Li <Wei>", "<script>alert(1)</script>"),
    ]


def test_write_words_and_times_alone():
    written = transcripts.vtt(transcripts.cues(transcripts.clean(VTT)))
    assert "url(" not in written
    assert "<script>" not in written
    assert transcripts.cues(written) == transcripts.cues(transcripts.clean(VTT))


def test_keep_line_ends_one_way_and_nothing_unseen():
    assert transcripts.clean("\ufeffOne\r\ntwo\0\u202e\r") == "One\ntwo"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("WEBVTT", "This file contains no text."),
        ("WEBVTT\n\nNOTE only", "This file contains no text."),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nHi", "Line 1"),
        ("WEBVTT\n00:01.000 --> 00:02.000\nHi", "Line 2: There must be"),
        ("WEBVTT\n\nHi there", "Line 3: A time is missing"),
        ("WEBVTT\n\n1\n2\n00:01.000 --> 00:02.000", "Line 3: A time is missing"),
        ("WEBVTT\n\n00:01.000 --> 00:61.000\nHi", "Line 3: A time is missing"),
        ("WEBVTT\n\n00:01.000 -->\nHi", "Line 3: A time is missing"),
        ("WEBVTT\n\n٠٠:٠١.٠٠٠ --> 00:02.000\nHi", "Line 3: A time is missing"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi", "Line 3: The times"),
        (
            "WEBVTT\n\n00:05.000 --> 00:06.000\nHi\n\n00:01.000 --> 00:02.000\nHo",
            "Line 6: The times",
        ),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n00:02.000 --> 00:03.000\nHo",
            "Line 4: There must be",
        ),
        ("1\n00:01.000 --> 00:02.000\nHi", "A WebVTT file must start with the line “WEBVTT”."),
        ("x" * 400_001, "The transcript must have 400,000 characters or fewer."),
    ],
)
def test_report_mistakes_with_their_line(text, words):
    with pytest.raises(ValidationError, match=words):
        transcripts.clean(text)


@pytest.mark.parametrize(
    "odd", ["<", "<v ", "<v" + " " * 390_000, "&lt;", "<v a.b ", "-", "\n", "00:", "<00:00.000>"]
)
def test_read_odd_texts_quickly(odd):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n" + odd * (390_000 // len(odd))
    with ends_soon():
        transcripts.cues(transcripts.clean(text))


def test_split_paragraphs_by_voice_and_chapter():
    said = Transcript(text=transcripts.clean(VTT))
    told = transcripts.parts(said, [Chapter(seconds=3, title="Parcels")])
    assert [
        (part.chapter and part.chapter.title, [(row.clock, row.voice) for row in part.paragraphs])
        for part in told
    ] == [
        (None, [("0:01", "Ana Sol")]),
        ("Parcels", [("0:04", "Ana Sol"), ("1:00:00", "Li <Wei>")]),
    ]


def test_split_plain_text_at_empty_lines():
    said = Transcript(text="Good\nmorning.\n\n\nWe ship.")
    assert [row.text for row in transcripts.paragraphs(said)] == ["Good morning.", "We ship."]
