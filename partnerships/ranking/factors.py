"""The factors of the ranking and their weights; docs/matching.md gives the reasons.

Plain numbers without NumPy: pages that show a stored ranking need nothing more.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Final, Self

from partnerships.ranking.facts import GOAL, PRACTICE, THEME, Source

FACTORS: Final = (
    "fit",
    "reciprocity",
    "setting",
    "languages",
    "reliability",
    "load",
    "reach",
)

# The share of what says nothing about a city: no region has been served more than another.
NEUTRAL: Final = 0.5

# The certainty, from 0 to 1, that one piece of evidence gives that a city knows a subject. Several
# are combined as independent signs by a "noisy or": 1 − (1 − a)(1 − b)… Source: J. Pearl,
# Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2.
# In the order of the verbs on a page: what was done counts more than what is offered.
EVIDENCE: Final = {
    Source.CASE: 0.5,
    Source.COMPLETED: 0.5,
    Source.ADOPTED: 0.5,
    Source.ADAPTED: 0.5,
    Source.PILOTING: 0.35,
    Source.RUNNING: 0.35,
    Source.OFFER: 0.25,
    Source.PLANNED: 0.1,
    Source.ABANDONED: 0.05,
}
# That of a practice which was adopted or adapted and of which the results are told.
WITH_RESULTS: Final = 0.6
# The certainty that one need gives that a city looks for a subject.
NEED: Final = 0.8
# That one plan gives that it could use help with a subject.
PLAN: Final = 0.5
# Factor for an offer whose modality is not among those requested, or not stated.
OTHER_MODALITY: Final = 0.5
ANY_MODALITY: Final = 0.75

# The certainty that a text gives that says the same as the request: that of a plan for one of its
# practices, so that the text never outweighs a practice.
TEXT: Final = EVIDENCE[Source.PLANNED]

# The weight of each kind of subject in the fit.
KINDS: Final = {PRACTICE: 6, THEME: 3, GOAL: 1}

# Reciprocity is complete for a practice that the candidate looks for, partial for a theme.
RETURNS: Final = {PRACTICE: 1.0, THEME: 0.6, GOAL: 0.0}

# Prior for track records, equal to two answers in time and two late ones: the mean of the posterior
# of a Beta(2, 2) prior with binomial data. A new city gets the neutral half. Source: A. Gelman et
# al., Bayesian Data Analysis, 3rd edition, 2013, section 2.4.
PRIOR: Final = 2

# More signs of one kind add nothing.
MAX_SIGNS: Final = 12

# Points are integers in tenths, so that sums are exact.
WHOLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of the factors, scaled to 100 points: only their proportions matter.

    Raise ValueError if a weight is negative or not a number, or if all are 0.
    """

    fit: float = 40
    reciprocity: float = 10
    setting: float = 15
    languages: float = 10
    reliability: float = 10
    load: float = 10
    reach: float = 5

    def __post_init__(self) -> None:
        values = [getattr(self, name) for name in FACTORS]
        if not all(map(_is_weight, values)) or not any(values):
            raise ValueError("Weights are numbers of 0 or more, and not all of them 0.")

    @classmethod
    def read(cls, data: Mapping[str, float]) -> Self:
        """Read weights by factor; missing factors get their defaults.

        Raise ValueError for an unknown factor.
        """
        if unknown := data.keys() - set(FACTORS):
            raise ValueError(f"There is no factor {', '.join(sorted(unknown))}.")
        return cls(**data)

    def as_data(self) -> dict[str, float]:
        """Return the weights by factor, as `read` accepts them."""
        return asdict(self)

    @property
    def most(self) -> dict[str, int]:
        """The maximum of each factor in tenths of a point: integers that sum to 1,000.

        The remainder after rounding down is distributed by largest remainder (Hamilton's method);
        ties go to the factor listed first.
        """
        weights = {name: Fraction(getattr(self, name)) for name in FACTORS}
        whole = sum(weights.values())
        exact = {name: WHOLE * weight / whole for name, weight in weights.items()}
        most = {name: math.floor(value) for name, value in exact.items()}
        left = WHOLE - sum(most.values())
        for name in sorted(FACTORS, key=lambda name: most[name] - exact[name])[:left]:
            most[name] += 1
        return most


def _is_weight(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


DEFAULT = Weights()
