"""What the factors of the ranking are, and how much each counts. docs/matching.md says why.

Plain numbers, without the arrays of `scoring.py`: pages that show a ranking need no more.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Final, Self

from partnerships.ranking.facts import GOAL, PRACTICE, THEME, Place, Source

FACTORS: Final = (
    "fit",
    "reciprocity",
    "setting",
    "languages",
    "reliability",
    "load",
    "reach",
)

# What is not known counts half: neither for the city nor against it.
NEUTRAL: Final = 0.5

# How far one piece of evidence goes towards certainty that a city knows a subject. Several are
# joined as independent signs, a "noisy or": 1 − (1 − a)(1 − b)…
# Source: J. Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2.
EVIDENCE: Final = {
    Source.OFFER: 0.6,
    Source.CASE: 0.5,
    Source.COMPLETED: 0.5,
    Source.RUNNING: 0.2,
    Source.ADOPTED: 0.4,
    Source.ADAPTED: 0.4,
    Source.PILOTING: 0.2,
    Source.PLANNED: 0.1,
    Source.ABANDONED: 0.0,
}
# How far a need goes towards certainty that a city looks for a subject.
NEED: Final = 0.8
# An offer counts less where its kind of cooperation is not among those asked for, or not said.
OTHER_MODALITY: Final = 0.5
ANY_MODALITY: Final = 0.75

# What each kind of subject weighs in the fit.
KINDS: Final = {PRACTICE: 6, THEME: 3, GOAL: 1}

# What is returned counts whole for a practice that the candidate looks for, less for a theme alone.
RETURNS: Final = {PRACTICE: 1.0, THEME: 0.6, GOAL: 0.0}

# The parts of "likeness of setting" and what each weighs.
SETTING: Final = {
    "coast": 3,
    "surroundings": 3,
    "size": 2,
    "income": 2,
    "region": 2,
    "corridor": 2,
    "groups": 1,
}
INCOMES: Final = ("low", "lower-middle", "upper-middle", "high")
SURROUNDINGS: Final = ("urban", "mixed", "rural")
# A city a hundred times larger is not alike in size at all.
UNLIKE_SIZE: Final = 2.0  # Powers of ten.

# A record counts as if two answers in time and two late ones had come before it: the mean of the
# posterior of a Beta(2, 2) prior with binomial data, so that a newcomer stands at the neutral half.
# Source: A. Gelman et al., Bayesian Data Analysis, 3rd edition, 2013, section 2.4.
PRIOR: Final = 2

# More signs of one kind than this add nothing.
MOST_SIGNS: Final = 12

# Points are counted in tenths, in whole numbers, so that sums are exact.
WHOLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each factor counts. Only the proportions matter: they are scaled to 100 points.

    ValueError for a weight that is negative or no number, or if all are 0.
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
        """Read weights by factor; a factor that is not named keeps its default.

        ValueError for a factor that does not exist.
        """
        if unknown := data.keys() - set(FACTORS):
            raise ValueError(f"There is no factor {', '.join(sorted(unknown))}.")
        return cls(**data)

    def as_data(self) -> dict[str, float]:
        return asdict(self)

    @property
    def most(self) -> dict[str, int]:
        """The most that each factor can give, in tenths of a point: whole numbers, 1,000 in all.

        What is left after rounding down goes to the largest remainders (Hamilton's method), the
        first named first.
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


def magnitude(population: int | None) -> float:
    """The power of ten of a number of people; not a number where it is not known."""
    return math.log10(population) if population else math.nan


def groups(place: Place) -> tuple[bool, bool, bool]:
    """The groups of the United Nations that its country is counted in."""
    return place.is_ldc, place.is_lldc, place.is_sids
