"""The form of a round, and the list of the cities that take part."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.models import PartnershipRequest, Representation, Round
from repository.models import City
from repository.text.parsing import whole_number

# The maximum capacity of a city in a round.
LIMIT = 50
# Cities shown beside those chosen.
SHOWN = 200
MAX_NAME_LENGTH = 80


class OpenRequests(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.city.localized_name}: {obj.title}"


class RoundForm(forms.ModelForm):
    """A round and its requests; the cities have a page of their own."""

    requests = OpenRequests(
        PartnershipRequest.objects.none(),
        label=_("Open requests"),
        required=False,
        widget=forms.SelectMultiple({"size": 15}),
        help_text=_("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    )

    class Meta:
        model = Round
        fields = ["name", "requests"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = Q(rounds=self.instance.pk) if self.instance.pk else Q(pk__in=[])
        rows = PartnershipRequest.objects.filter(
            Q(pk__in=PartnershipRequest.objects.open()) | chosen
        )
        self.fields["requests"].queryset = rows.select_related("city").distinct().order_by("pk")


@dataclass
class CityRow:
    """A city of the list: whether it is ticked, and how many requests it takes as typed."""

    city: City
    is_chosen: bool
    number: str = ""
    error: str = ""


@dataclass
class CityChoice:
    """What a broker has ticked, and what was stored when the page was opened.

    A search keeps both, so that nothing that is not saved yet is lost, and only differences are
    saved: two brokers can work with different parts of the list.
    """

    chosen: dict[int, str]
    before: dict[int, str]
    search: str = ""
    errors: dict[int, str] = field(default_factory=dict)

    @classmethod
    def stored(cls, round: Round, search: str) -> "CityChoice":
        numbers = {
            int(pk): "" if number is None else str(number)
            for pk, number in round.capacities.items()
        }
        return cls(numbers, dict(numbers), searched(search))

    @classmethod
    def posted(cls, data: QueryDict) -> "CityChoice":
        keys = [key for text in data.getlist("city") if (key := whole_number(text)) is not None]
        before = {}
        for text in data.getlist("before"):
            pk, _colon, number = text.partition(":")
            if (key := whole_number(pk)) is not None:
                before[key] = number
        numbers = {key: data.get(f"number-{key}", "").strip() for key in keys}
        return cls(numbers, before, searched(data.get("q", "")))

    def is_valid(self) -> bool:
        for key, number in self.chosen.items():
            if number and whole_number(number, most=LIMIT) is None:
                self.errors[key] = gettext("Enter a whole number from 0 to %(most)d.") % {
                    "most": LIMIT
                }
        return not self.errors

    @property
    def added(self) -> dict[int, int | None]:
        """The cities that are new or take another number of requests."""
        return {
            key: whole_number(number, most=LIMIT) if number else None
            for key, number in self.chosen.items()
            if self.before.get(key) != number
        }

    @property
    def removed(self) -> set[int]:
        return self.before.keys() - self.chosen.keys()

    def rows(self) -> list[CityRow]:
        """Return the chosen cities, those just unticked, and others that match the search."""
        first = {*self.chosen, *self.before}
        cities = list(annotated().filter(pk__in=first).order_by("name", "pk"))
        cities += found(self.search, first)
        return [
            CityRow(
                city,
                city.pk in self.chosen,
                self.chosen.get(city.pk, self.before.get(city.pk, ""))[:10],
                self.errors.get(city.pk, ""),
            )
            for city in cities
        ]


def searched(text: str) -> str:
    return text.replace("\0", "").strip()[:MAX_NAME_LENGTH]


def annotated():
    """Return cities with whether anybody could answer for them."""
    current = Representation.objects.current().filter(city=OuterRef("pk"), member__is_active=True)
    return City.objects.select_related("country").annotate(can_answer=Exists(current))


def found(text: str, apart_from: Collection[int]) -> list[City]:
    """Return cities by a part of their name or that of their country, represented ones first."""
    rows = annotated().exclude(pk__in=apart_from)
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(slug__icontains=text) | Q(country__name__icontains=text)
        )
    return list(rows.order_by("-can_answer", "name", "pk")[:SHOWN])
