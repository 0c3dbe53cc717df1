"""A candidate in a few words, for one of the two cities: what the partner brings to it.

A headline, at most three strengths linked to what shows them, what is to be cleared up first, and
last what speaks against it. The table of all factors is made by `explanations`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from partnerships.ranking.explanations import Labels, Reader, sentences
from partnerships.ranking.facts import PRACTICE
from partnerships.ranking.headlines import covered, headline
from partnerships.ranking.proofs import Proof
from partnerships.ranking.questions import own_questions, questions
from partnerships.ranking.reasons import Reason
from partnerships.ranking.strengths import Strength, abandoned, strengths

# What speaks against a partner. Its sentences are those of `explanations`.
AGAINST = frozenset(
    [
        "fit.planned",
        "fit.unwanted",
        "fit.modality.other",
        "reciprocity.unmet",
        "reciprocity.unknowing",
        "setting.coast.port",
        "setting.coast.landlocked",
        "setting.surroundings.urban",
        "setting.surroundings.rural",
        "setting.size.larger",
        "setting.size.smaller",
        "languages.none",
        "load.full",
        "reach.most",
    ]
)


@dataclass(frozen=True)
class Summary:
    """What a partner brings to the reader: `has` of `asked` subjects, and why.

    `missing` are the practices that are not recorded of it, `abandoned` those that it gave up.
    `returns` is what it would get in return. `questions` are about the partner, `own_questions`
    about the reader's own city.
    """

    headline: str
    has: int
    asked: int
    strengths: list[Strength] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    abandoned: list[Strength] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    own_questions: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)


def summary(
    factors: Mapping[str, Sequence[Reason]],
    notes: Iterable[Reason],
    proofs: Iterable[Proof],
    labels: Labels,
    reader: Reader,
) -> Summary:
    """Summarize the reasons of a candidate by factor, with `proofs` of what the candidate knows."""
    fit = factors.get("fit", ())
    proofs = list(proofs)
    has, asked = covered(fit)
    reasons = [reason for each in factors.values() for reason in each]
    return Summary(
        headline(fit, has, asked, labels, reader),
        len(has),
        len(asked),
        strengths(factors, proofs, labels, reader),
        sentences((reason for reason in fit if is_missing(reason)), labels),
        list(abandoned(fit, proofs, labels, reader)),
        sentences(factors.get("reciprocity", ()), labels),
        list(dict.fromkeys(questions(reasons, notes, labels, reader))),
        list(dict.fromkeys(own_questions(reasons, reader))),
        sentences((reason for reason in reasons if reason.code in AGAINST), labels),
    )


def is_missing(reason: Reason) -> bool:
    return reason.code == "fit.nothing" and str(reason.params["about"]).startswith(f"{PRACTICE}:")
