"""What brokers try on the page of candidates: a comparison and other weights.

Nothing is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from partnerships.matches.candidates import Factor, Row
from partnerships.ranking.explanations import FACTORS
from partnerships.ranking.factors import Weights
from repository.text.parsing import whole_number

# Maximum numbers of cities compared, and of candidates whose former place is known.
COMPARED, PLACED = 3, 100
MAX_WEIGHT = 1000


class WeightsForm(forms.Form):
    """A weight for each factor of the ranking."""

    def __init__(self, data: QueryDict | None = None, *, saved: Weights) -> None:
        self.saved = saved
        initial = {f"weight_{name}": f"{value:g}" for name, value in saved.as_data().items()}
        super().__init__(data, initial=initial, auto_id="id_%s")
        for name, label in FACTORS.items():
            widget = forms.NumberInput(attrs={"step": "any", "form": "try"})
            self.fields[f"weight_{name}"] = forms.FloatField(
                label=label, min_value=0, max_value=MAX_WEIGHT, widget=widget
            )

    def clean(self) -> dict[str, float]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(_("Give at least one factor a weight above 0."))
        return cleaned

    @property
    def weights(self) -> Weights | None:
        """The weights that were entered; None if they are invalid or those that are saved."""
        if not self.is_bound or not self.is_valid():
            return None
        found = Weights(**{name: self.cleaned_data[f"weight_{name}"] for name in FACTORS})
        return None if found == self.saved else found


def weights_form(request: HttpRequest, saved: Weights) -> WeightsForm:
    is_tried = any(f"weight_{name}" in request.GET for name in FACTORS)
    return WeightsForm(request.GET if is_tried else None, saved=saved)


def chosen(request: HttpRequest) -> list[int]:
    """Return the cities to be compared by primary key, each once, no more than COMPARED."""
    keys = [whole_number(text) for text in request.GET.getlist("compare")]
    return list(dict.fromkeys(key for key in keys if key is not None))[:COMPARED]


@dataclass(frozen=True)
class Line:
    """A line of the comparison: one factor of all cities; or several of which nothing is known."""

    names: list[str | Promise]
    most: float
    cells: list[tuple[Row, Factor]]


def lines(rows: Sequence[Row]) -> list[Line]:
    """Return the factors of cities side by side.

    Those not known of any city change nothing and share one line, which has no cells.
    """
    found = []
    unknown: list[str | Promise] = []
    for factors in zip(*(row.factors for row in rows), strict=True):
        first = factors[0]
        if any(factor.is_known for factor in factors):
            found.append(Line([first.name], first.most, list(zip(rows, factors, strict=True))))
        else:
            unknown.append(first.name)
    if unknown:
        found.append(Line(unknown, 0, []))
    return found
