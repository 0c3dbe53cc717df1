"""What a reviewer will ask for. It blocks no draft, and few gaps block a submission."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Minimum number of words of a section.
MIN_WORDS = 30


@dataclass(frozen=True)
class Question:
    """A question of reviewers: the field it is about, and whether that is filled in."""

    key: str
    text: Promise
    is_met: bool
    is_needed: bool = False
    name: Promise | str = ""


def questions(document: dict) -> list[Question]:
    """All questions in the order of the form, for a document that may be incomplete."""

    def has_words(name: str, least: int = 1) -> bool:
        return len(document[name].split()) >= least

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
        Question(
            "challenge",
            _("The challenge: what was wrong, and who was affected"),
            has_words("challenge", MIN_WORDS),
        ),
        Question(
            "solution",
            _("The solution: who did what, step by step"),
            has_words("solution", MIN_WORDS),
        ),
        Question("results", _("The results: what has changed"), has_words("results", MIN_WORDS)),
        Question(
            "what_did_not_work",
            _("What didn't work: readers look for this first"),
            has_words("what_did_not_work"),
        ),
        Question(
            "preconditions",
            _("Preconditions: what another city needs first"),
            has_words("preconditions"),
        ),
        Question("cost", _("The cost, and who paid"), has_words("cost")),
        Question("time", _("How long it took"), has_words("time")),
        Question("evidence", _("At least one figure, each with its source"), has_source),
        Question("practices", _("The practices that other cities can adopt"), has_practice),
        Question("references", _("At least one reference"), bool(document["references"])),
    ]


def missing_essentials(document: dict) -> list[str]:
    """Messages about gaps without which a case cannot be reviewed; these block a submission."""
    missing = [
        str(question.name)
        for question in questions(document)
        if question.is_needed and not question.is_met
    ]
    if not any(document[name] for name in ("challenge", "solution", "results")):
        missing.append(str(_("a challenge, a solution or results")))
    return missing


@dataclass(frozen=True)
class Meter:
    """How complete a case is."""

    met: int
    all: int
    open: list[Question]

    @property
    def per_cent(self) -> int:
        return 100 * self.met // self.all


def meter(document: dict) -> Meter:
    asked = questions(document)
    still_open = [question for question in asked if not question.is_met]
    return Meter(len(asked) - len(still_open), len(asked), still_open)
