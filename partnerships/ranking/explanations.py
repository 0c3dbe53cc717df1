"""Sentences for reasons, in the language of the reader.

Each code has a complete sentence. Names of cities, practices and themes come from
`Labels`. They are inserted unescaped: pages must escape the result.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partnerships.models import Corridor, Modality, Setting
from partnerships.ranking.facts import GOAL, PRACTICE, THEME
from partnerships.ranking.quotes import Quote, key_of
from partnerships.ranking.reasons import Reason
from repository.places.country_names import country_name
from repository.places.models import REGIONS, IncomeGroup, languages
from repository.text.lists import list_with_and
from repository.themes.models import TITLES

FACTORS = {
    "fit": _("Practices and themes"),
    "reciprocity": _("What it could learn in return"),
    "setting": _("Similarity of the cities"),
    "languages": _("Languages"),
    "reliability": _("Reliability"),
    "load": _("Capacity for a partner"),
    "reach": _("Underserved regions"),
}

# Noun phrases, listed after a colon.
FACTS = {
    "population": pgettext_lazy("fact about a city", "population"),
    "coast": pgettext_lazy("fact about a city", "access to the sea"),
    "surroundings": pgettext_lazy("fact about a city", "urban or rural"),
    "corridor": pgettext_lazy("fact about a city", "trade corridors"),
    "languages": pgettext_lazy("fact about a city", "working languages"),
    "needs": pgettext_lazy("fact about a city", "needs"),
    "capacity": pgettext_lazy("fact about a city", "partners per year"),
    "record": pgettext_lazy("fact about a city", "past partnerships"),
}

SENTENCES = {
    # Exclusions.
    "out.declined": _("Not eligible: %(place)s has already declined this request."),
    "out.refused": _(
        "Not eligible: the city that made the request has already declined %(place)s."
    ),
    "out.matched": _("Not eligible: %(place)s is already a candidate for this request."),
    "out.full": _(
        "Not eligible: %(place)s already has as many partners this year as it can work with."
    ),
    "out.closed": _("Not eligible: %(place)s has stated that it takes no partners this year."),
    "must.speaks": _(
        "Not eligible: %(place)s has not recorded this working language: %(language)s."
    ),
    "must.region": _("Not eligible: %(place)s is not in the region %(region)s."),
    "must.subregion": _("Not eligible: %(place)s is not in the sub-region %(value)s."),
    "must.country": _("Not eligible: %(place)s is not in this country or area: %(country)s."),
    "must.income": _(
        "Not eligible: the country of %(place)s is not in the income group “%(income)s”."
    ),
    "must.setting": _("Not eligible: %(place)s is not a place of this type: %(setting)s."),
    "must.corridor": _("Not eligible: %(place)s is not on the trade corridor “%(corridor)s”."),
    "must.landlocked": _("Not eligible: %(place)s is not landlocked."),
    "must.sea-port": _("Not eligible: %(place)s has no sea port."),
    "must.dry-port": _("Not eligible: %(place)s has no dry port."),
    "must.rail-hub": _("Not eligible: %(place)s is not a rail hub."),
    "must.air-hub": _("Not eligible: %(place)s is not an air hub."),
    "must.south": _("Not eligible: %(place)s is not in a developing economy (UNCTAD)."),
    "must.ldc": _("Not eligible: %(place)s is not in a least developed country."),
    "must.lldc": _("Not eligible: %(place)s is not in a landlocked developing country."),
    "must.sids": _("Not eligible: %(place)s is not in a small island developing State."),
    "must.other-country": _("Not eligible: %(place)s is in the same country."),
    # Given before what is not known ceased to exclude a city.
    "unknown.speaks": _(
        "Not eligible: we don’t know whether %(place)s works in this language: %(language)s."
    ),
    "unknown.region": _("Not eligible: we don’t know which region %(place)s is in."),
    "unknown.subregion": _("Not eligible: we don’t know which sub-region %(place)s is in."),
    "unknown.country": _("Not eligible: we don’t know which country %(place)s is in."),
    "unknown.income": _(
        "Not eligible: we don’t know the income group of the country of %(place)s."
    ),
    "unknown.setting": _("Not eligible: we don’t know whether %(place)s is urban or rural."),
    "unknown.corridor": _("Not eligible: we don’t know which trade corridors %(place)s is on."),
    "unknown.landlocked": _("Not eligible: we don’t know whether %(place)s is landlocked."),
    "unknown.sea-port": _("Not eligible: we don’t know whether %(place)s has a sea port."),
    "unknown.dry-port": _("Not eligible: we don’t know whether %(place)s has a dry port."),
    "unknown.rail-hub": _("Not eligible: we don’t know whether %(place)s is a rail hub."),
    "unknown.air-hub": _("Not eligible: we don’t know whether %(place)s is an air hub."),
    "unknown.south": _("Not eligible: we don’t know the development status of %(place)s (UNCTAD)."),
    "unknown.ldc": _(
        "Not eligible: we don’t know whether %(place)s is in a least developed country."
    ),
    "unknown.lldc": _(
        "Not eligible: we don’t know whether %(place)s is in a landlocked developing country."
    ),
    "unknown.sids": _(
        "Not eligible: we don’t know whether %(place)s is in a small island developing State."
    ),
    "unknown.other-country": _(
        "Not eligible: we don’t know whether %(place)s is in the same country."
    ),
    # To be confirmed by the city before it is asked.
    "confirm.languages": _("To be confirmed: does %(place)s work in %(languages)s?"),
    "confirm.corridor": _("To be confirmed: which trade corridors is %(place)s on?"),
    "confirm.surroundings": _("To be confirmed: is %(place)s urban or rural?"),
    "confirm.coast": _("To be confirmed: does %(place)s have a sea port?"),
    "confirm.dry-port": _("To be confirmed: does %(place)s have a dry port?"),
    "confirm.rail-hub": _("To be confirmed: is %(place)s a rail hub?"),
    "confirm.air-hub": _("To be confirmed: is %(place)s an air hub?"),
    "confirm.region": _("To be confirmed: which region is %(place)s in?"),
    "confirm.subregion": _("To be confirmed: which sub-region is %(place)s in?"),
    "confirm.country": _("To be confirmed: which country or area is %(place)s in?"),
    "confirm.income": _("To be confirmed: what is the income group of the country of %(place)s?"),
    "confirm.south": _("To be confirmed: what is the development status of %(place)s (UNCTAD)?"),
    # Fit of practices and themes.
    "fit.nothing": _("%(place)s has not recorded any experience with “%(about)s”."),
    "fit.wanted": _("%(place)s is looking for partners on “%(about)s”."),
    "fit.wanted.planned": _("%(place)s plans “%(about)s”."),
    # Stored with matches before suggestions had a type of their own.
    "fit.reported": _(
        "The editors suggested from a case that %(place)s could look for “%(about)s”. "
        "The city has not requested it."
    ),
    "fit.unwanted": _("%(place)s has not recorded a need for “%(about)s”."),
    "fit.text.offer": _("An offer of %(place)s is close in meaning to the request."),
    "fit.text.need": _("A need of %(place)s is close in meaning to the request."),
    "fit.modality": _("%(place)s offers the kind of cooperation requested: %(modalities)s."),
    "fit.modality.other": _(
        "%(place)s offers a different kind of cooperation from the one requested."
    ),
    "fit.modality.unknown": _("%(place)s has not recorded which kinds of cooperation it offers."),
    # Reciprocity.
    "reciprocity.met": _(
        "%(place)s is looking for “%(about)s”, which the request can share in return."
    ),
    "reciprocity.unmet": _(
        "%(place)s is looking for other things than the request offers in return."
    ),
    "reciprocity.unknown": _("%(place)s has not recorded any needs."),
    "reciprocity.nothing": _("The request doesn’t offer anything in return yet."),
    "reciprocity.knows": _(
        "%(place)s has worked on “%(about)s”, which the other city is looking for."
    ),
    "reciprocity.unknowing": _(
        "%(place)s has not recorded any experience with what the other city is looking for."
    ),
    "reciprocity.no-need": _("The city that made the request has not recorded any needs."),
    # Similarity of setting.
    **dict.fromkeys(
        # With a railway or a dry port: stored when it was known of one of the two cities alone.
        ("setting.landlocked", "setting.landlocked.rail", "setting.landlocked.dry-port"),
        _("%(place)s has no sea port either."),
    ),
    "setting.rail": _("%(place)s and %(requester)s are both rail hubs."),
    "setting.dry-port": _("%(place)s and %(requester)s both have a dry port."),
    "setting.port": _("%(place)s also has a sea port."),
    "setting.coast.port": _("%(place)s has a sea port; %(requester)s has none."),
    "setting.coast.landlocked": _("%(place)s has no sea port; %(requester)s has one."),
    "setting.urban": _("%(place)s and %(requester)s are both mostly urban."),
    "setting.mixed": _("%(place)s and %(requester)s both include towns and countryside."),
    "setting.rural": _("%(place)s and %(requester)s are both mostly rural."),
    "setting.surroundings.urban": _(
        "%(place)s is mostly urban, while %(requester)s is mostly rural."
    ),
    "setting.surroundings.rural": _(
        "%(place)s is mostly rural, while %(requester)s is mostly urban."
    ),
    "setting.size": _(
        "%(place)s and %(requester)s are of similar size: %(theirs)s and %(own)s people."
    ),
    "setting.size.larger": _(
        "%(place)s is much larger than %(requester)s: %(theirs)s people, not %(own)s."
    ),
    "setting.size.smaller": _(
        "%(place)s is much smaller than %(requester)s: %(theirs)s people, not %(own)s."
    ),
    "setting.income": _(
        "The countries of %(place)s and %(requester)s are in the same income group: %(income)s."
    ),
    "setting.region": _("%(place)s and %(requester)s are in the same region: %(region)s."),
    "setting.subregion": _(
        "%(place)s and %(requester)s are in the same part of the region %(region)s."
    ),
    "setting.corridor": _(
        "%(place)s and %(requester)s are on the same trade corridor: %(corridors)s."
    ),
    "setting.ldc": _("%(place)s and %(requester)s are both in least developed countries."),
    "setting.lldc": _("%(place)s and %(requester)s are both in landlocked developing countries."),
    "setting.sids": _("%(place)s and %(requester)s are both in small island developing States."),
    "setting.unknown": _("Unknown about %(place)s: %(facts)s."),
    # Languages.
    "languages.shared": _("Both cities work in these languages: %(languages)s."),
    "languages.none": _(
        "No common language: %(requester)s works in %(languages)s, %(place)s in %(theirs)s."
    ),
    "languages.other": _(
        "Both cities work in %(shared)s, but the request is in other languages: %(languages)s."
    ),
    "languages.unknown": _(
        "%(place)s has not recorded its working languages. This doesn’t count for or against it."
    ),
    # Reliability, capacity and reach.
    "reliability.new": _("%(place)s is new here and has no track record yet."),
    "load.full": _("%(place)s already has as many partners this year as it can work with."),
    "load.unknown": _("%(place)s has not stated how many partners it can work with."),
    "reach.start": _("All regions have had the same number of partnerships so far."),
    "reach.unknown": _("We don’t know which region %(place)s is in."),
    "reach.none": _("No city in this part of the world has had a partnership here yet."),
    "reach.most": _(
        "The part of the world that %(place)s is in has had more partnerships here than any other."
    ),
    # Notes shown beside the points.
    "note.sparse": _("We know little about %(place)s. Unknown: %(facts)s."),
    "note.unrepresented": _(
        "No one represents %(place)s here yet. A broker must contact the city first."
    ),
}

# For reasons that were stored before they had the facts of both cities.
FORMER = {
    "setting.size": _("%(place)s and %(requester)s are of similar size."),
    "setting.size.larger": _("%(place)s is more than ten times the size of %(requester)s."),
    "setting.size.smaller": _("%(requester)s is more than ten times the size of %(place)s."),
    "languages.none": _(
        "No common language: the request is in %(languages)s, which %(place)s has not listed."
    ),
}

# Sentences with a plural.
COUNTED: dict[str, Callable[[int], str]] = {
    "fit.offer": lambda count: ngettext(
        "%(place)s offers to share its experience with “%(about)s”.",
        "%(place)s has %(count)s offers to share its experience with “%(about)s”.",
        count,
    ),
    # Stored with matches before suggestions had a type of their own.
    "fit.report": lambda count: ngettext(
        "The editors suggested from a case that %(place)s could share its experience "
        "with “%(about)s”. The city has not offered it.",
        "The editors suggested from %(count)s cases that %(place)s could share its experience with "
        "“%(about)s”. The city has not offered it.",
        count,
    ),
    "fit.case": lambda count: ngettext(
        "A published case describes the work of %(place)s on “%(about)s”.",
        "%(count)s published cases describe the work of %(place)s on “%(about)s”.",
        count,
    ),
    "fit.completed": lambda count: ngettext(
        "%(place)s has completed a partnership on “%(about)s”.",
        "%(place)s has completed %(count)s partnerships on “%(about)s”.",
        count,
    ),
    "fit.running": lambda count: ngettext(
        "%(place)s is working with a partner on “%(about)s”.",
        "%(place)s is working with %(count)s partners on “%(about)s”.",
        count,
    ),
    "fit.adopted": lambda count: ngettext(
        "%(place)s has reported adopting “%(about)s”.",
        "%(place)s has reported adopting “%(about)s” in %(count)s experiences.",
        count,
    ),
    "fit.adapted": lambda count: ngettext(
        "%(place)s has reported adapting “%(about)s” to its conditions.",
        "%(place)s has reported adapting “%(about)s” to its conditions in %(count)s experiences.",
        count,
    ),
    "fit.piloting": lambda count: ngettext(
        "%(place)s has reported that its work on “%(about)s” is in progress.",
        "%(place)s has reported that its work on “%(about)s” is in progress in "
        "%(count)s experiences.",
        count,
    ),
    "fit.planned": lambda count: ngettext(
        "%(place)s has reported planning to use “%(about)s”.",
        "%(place)s has reported planning to use “%(about)s” in %(count)s experiences.",
        count,
    ),
    "fit.abandoned": lambda count: ngettext(
        "%(place)s has reported abandoning “%(about)s”. This can be useful to learn from.",
        "%(place)s has reported abandoning “%(about)s” in %(count)s experiences. "
        "This can be useful to learn from.",
        count,
    ),
    "reliability.answers": lambda count: ngettext(
        "%(place)s answered %(answered)s of %(count)s proposal in time.",
        "%(place)s answered %(answered)s of %(count)s proposals in time.",
        count,
    ),
    "reliability.completed": lambda count: ngettext(
        "%(place)s completed %(completed)s of %(count)s partnership.",
        "%(place)s completed %(completed)s of %(count)s partnerships.",
        count,
    ),
    "load.free": lambda count: ngettext(
        "%(place)s has capacity for one more partner this year.",
        "%(place)s has capacity for %(count)s more partners this year.",
        count,
    ),
    "load.unknown.partners": lambda count: ngettext(
        "%(place)s has not stated how many partners it can work with. It has one this year.",
        "%(place)s has not stated how many partners it can work with. It has %(count)s this year.",
        count,
    ),
    "reach.some": lambda count: ngettext(
        "Cities in this part of the world have had one partnership here so far.",
        "Cities in this part of the world have had %(count)s partnerships here so far.",
        count,
    ),
}


@dataclass(frozen=True, slots=True)
class Labels:
    """Display names: cities by primary key; practices and themes by slug; and what is quoted.

    A missing name is replaced by its key, so that a sentence can always be built.
    """

    places: Mapping[int, str] = field(default_factory=dict)
    practices: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    quotes: Mapping[tuple[str, int], Quote] = field(default_factory=dict)

    def quotes_in(self, reasons: Iterable[Reason]) -> list[Quote]:
        """Return the texts that reasons refer to and that are still published."""
        keys = filter(None, map(key_of, reasons))
        return [self.quotes[key] for key in keys if key in self.quotes]

    def place(self, pk: int) -> str:
        return self.places.get(pk, f"#{pk}")

    def subject(self, about: str) -> str:
        """Return the name of a subject, such as "practice:SLUG". KeyError for an unknown kind."""
        kind, _colon, key = about.partition(":")
        if kind == GOAL:
            return f"{key}. {TITLES[int(key)]}"
        return {PRACTICE: self.practices, THEME: self.themes}[kind].get(key, key)


def sentence(reason: Reason, labels: Labels) -> str:
    """Return the sentence for a reason in the active language. KeyError if unknown."""
    params = reason.params
    words: dict[str, object] = {
        **params,
        "place": labels.place(reason.place),
        **{name: make(params, labels) for name, make in WORDS.items() if name in params},
    }
    if "value" in params:
        words |= _named(str(params["value"]))
    if reason.code in COUNTED:
        return COUNTED[reason.code](params["count"]) % words
    texts = FORMER if is_former(reason) else SENTENCES
    return str(texts[reason.code]) % words


def is_former(reason: Reason) -> bool:
    """Whether a reason was stored before it had the facts of both cities."""
    return reason.code in FORMER and "theirs" not in reason.params


def sentences(reasons: Iterable[Reason], labels: Labels) -> list[str]:
    """Return the sentences for reasons in the active language.

    Reasons are stored for years: codes that no longer have a sentence are skipped.
    """
    return [
        sentence(reason, labels)
        for reason in reasons
        if reason.code in SENTENCES or reason.code in COUNTED
    ]


def listed_subjects(about: Iterable[str], labels: Labels) -> str:
    """Join names of subjects for use in a sentence: “a”, “b” and “c”."""
    names = [gettext("“%(name)s”") % {"name": labels.subject(each)} for each in about]
    return list_with_and(names)


WORDS: dict[str, Callable[[Mapping, Labels], str]] = {
    "requester": lambda params, labels: labels.place(params["requester"]),
    "about": lambda params, labels: labels.subject(params["about"]),
    "facts": lambda params, labels: _listed(str(FACTS[fact]) for fact in params["facts"]),
    "languages": lambda params, labels: _listed(map(_language, params["languages"])),
    "shared": lambda params, labels: fact(params["shared"]),
    "own": lambda params, labels: fact(params["own"]),
    "theirs": lambda params, labels: fact(params["theirs"]),
    "modalities": lambda params, labels: _listed(
        _choice(Modality, name) for name in params["modalities"]
    ),
    "corridors": lambda params, labels: _listed(
        _choice(Corridor, name) for name in params["corridors"]
    ),
}


def fact(value: int | Iterable[str]) -> str:
    """Return a population or working languages as text."""
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    return _listed(map(_language, value))


def _named(value: str) -> dict[str, object]:
    """Return the parameters that a value can fill; each sentence uses one of them."""
    return {
        "language": _language(value),
        "region": REGIONS.get(value, value),
        "country": country_name(value),
        "income": _choice(IncomeGroup, value),
        "setting": _choice(Setting, value),
        "corridor": _choice(Corridor, value),
    }


def _choice(choices: type[TextChoices], value: str) -> str:
    return str(dict(choices.choices).get(value, value))


def _language(code: str) -> str:
    return languages(get_language() or "en").get(code, code)


def _listed(words: Iterable[str]) -> str:
    """Join words for use in a sentence: "a, b and c"."""
    return list_with_and(words)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom a summary is: the city that asks, or the one that is asked.

    `other` is the primary key of the other city, `began_from` that of the case from which the
    request was begun. Brokers also read what is not known of its work with partners.
    """

    is_asked: bool = False
    other: int
    you: int
    began_from: int | None = None
    is_broker: bool = False


def words_for(reason: Reason, labels: Labels, reader: Reader) -> dict[str, str]:
    """Return the words for a sentence to one of the two cities: `yours` and `theirs` are facts."""
    params = reason.params
    words = {name: fact(params[name]) for name in ("theirs", "shared") if name in params}
    if own := params.get("own") or params.get("languages"):
        words["yours"] = fact(own)
    if reader.is_asked and "theirs" in words:
        words |= {"yours": words["theirs"], "theirs": words["yours"]}
    return words | {"place": labels.place(reader.other)}
