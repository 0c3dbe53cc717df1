"""Questions that reviewers ask about a case. No gap blocks a draft, and few block a submission."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Reviewers expect about so many words in a section.
MIN_WORDS = 30
LONG = ("challenge", "solution", "results")
# Scripts without spaces between words: Thai, Lao, Khmer, Burmese, Chinese and Japanese.
UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


def word_count(text: str) -> int:
    """The number of words; two characters count as one where words are not separated.

    The same as `wordCount` in static/js/writing.js.
    """
    characters = len(UNSPACED.findall(text))
    return len(UNSPACED.sub(" ", text).split()) + (characters + 1) // 2


@dataclass(frozen=True)
class Question:
    """A question of reviewers: the field it is about, and whether that is filled in."""

    key: str
    text: Promise
    is_met: bool
    is_needed: bool = False
    name: Promise | str = ""
    # Of a section that is begun and too short: how many words it has.
    words: int = 0


def questions(document: dict) -> list[Question]:
    """All questions in the order of the form, for a document that may be incomplete."""

    def has_words(name: str, least: int = 1) -> bool:
        return word_count(document[name]) >= least

    def section(name: str, text: Promise) -> Question:
        words = word_count(document[name])
        return Question(name, text, words >= MIN_WORDS, words=words)

    figures = document["evidence"]
    has_place = any(document[name] for name in ("cities", "countries", "organizations"))
    has_practice = bool(document["practices"] or document["proposed"])
    has_source = bool(figures) and all(row["reference"] or row["place"] for row in figures)
    return [
        Question("title", _("A title"), has_words("title"), True, _("a title")),
        Question(
            "summary",
            _("A summary in 1 or 2 sentences"),
            has_words("summary"),
            True,
            _("a summary"),
        ),
        Question(
            "cities",
            _("Where it happened: a city, country or organisation"),
            has_place,
            True,
            _("a city, country or organisation"),
        ),
        Question("themes", _("At least one theme"), bool(document["themes"]), True, _("a theme")),
        section("challenge", _("The challenge: what was wrong, and who was affected")),
        section("solution", _("The solution: who did what, step by step")),
        section("results", _("The results: what has changed")),
        Question(
            "what_did_not_work",
            _("What didn’t work: readers look for this first"),
            has_words("what_did_not_work"),
        ),
        Question(
            "preconditions",
            _("Preconditions: what another city needs first"),
            has_words("preconditions"),
        ),
        Question("evidence", _("At least one figure, each with its source"), has_source),
        Question("references", _("At least one reference"), bool(document["references"])),
        Question("practices", _("The practices that other cities can adopt"), has_practice),
        Question("cost", _("The cost, and who paid"), has_words("cost")),
        Question("time", _("How long it took"), has_words("time")),
    ]


def missing_essentials(document: dict) -> list[str]:
    """Messages about gaps without which a case cannot be reviewed; these block a submission."""
    missing = [
        str(question.name)
        for question in questions(document)
        if question.is_needed and not question.is_met
    ]
    if not any(document[name] for name in LONG):
        missing.append(str(_("a challenge, a solution or results")))
    return missing


@dataclass(frozen=True)
class Meter:
    """How complete a case is."""

    met: int
    all: int
    open: list[Question]
    min_words: int = MIN_WORDS

    @property
    def per_cent(self) -> int:
        return 100 * self.met // self.all


def meter(document: dict) -> Meter:
    asked = questions(document)
    still_open = [question for question in asked if not question.is_met]
    return Meter(len(asked) - len(still_open), len(asked), still_open)
