"""Sentences for reasons, in the language of the reader.

Each code has a complete sentence of its own. Names of cities, practices and themes come from
`Labels`. They are inserted unescaped: pages must escape the result.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partnerships.models import Corridor, Modality, Setting
from partnerships.ranking.facts import GOAL, PRACTICE, THEME
from partnerships.ranking.reasons import Reason
from repository.places.country_names import country_name
from repository.places.models import REGIONS, IncomeGroup, languages
from repository.themes.models import TITLES

FACTORS = {
    "fit": _("Practices and themes"),
    "reciprocity": _("What it gets in return"),
    "setting": _("Likeness of the places"),
    "languages": _("Languages"),
    "reliability": _("Reliability"),
    "load": _("Room for a partner"),
    "reach": _("Regions less served"),
}

# Noun phrases, listed after a colon.
FACTS = {
    "population": pgettext_lazy("fact about a city", "population"),
    "coast": pgettext_lazy("fact about a city", "sea port or landlocked"),
    "surroundings": pgettext_lazy("fact about a city", "urban or rural"),
    "corridor": pgettext_lazy("fact about a city", "trade corridors"),
    "languages": pgettext_lazy("fact about a city", "working languages"),
    "needs": pgettext_lazy("fact about a city", "needs"),
    "capacity": pgettext_lazy("fact about a city", "partners a year"),
    "record": pgettext_lazy("fact about a city", "work with partners in the past"),
}

SENTENCES = {
    # Exclusions.
    "out.declined": _("%(place)s was left out: it has already said no to this request."),
    "out.refused": _("%(place)s was left out: the city that asks has already said no to it."),
    "out.matched": _("%(place)s was left out: it is a candidate for this request already."),
    "out.full": _(
        "%(place)s was left out: it already works with as many partners as it said it can this "
        "year."
    ),
    "out.closed": _("%(place)s was left out: it said that it takes no partners this year."),
    "must.speaks": _(
        "%(place)s was left out: it has not stated this working language: %(language)s."
    ),
    "must.region": _("%(place)s was left out: it is not in the region %(region)s."),
    "must.subregion": _("%(place)s was left out: it is not in the sub-region %(value)s."),
    "must.country": _("%(place)s was left out: it is not in this country or area: %(country)s."),
    "must.income": _(
        "%(place)s was left out: its country is not in the income group “%(income)s”."
    ),
    "must.setting": _("%(place)s was left out: it is not a place of the kind “%(setting)s”."),
    "must.corridor": _("%(place)s was left out: it is not on the trade corridor “%(corridor)s”."),
    "must.landlocked": _("%(place)s was left out: it is not landlocked."),
    "must.sea-port": _("%(place)s was left out: it has no sea port."),
    "must.dry-port": _("%(place)s was left out: it has no dry port."),
    "must.rail-hub": _("%(place)s was left out: it is no rail hub."),
    "must.air-hub": _("%(place)s was left out: it is no air hub."),
    "must.south": _("%(place)s was left out: it is not in a developing economy (UNCTAD)."),
    "must.ldc": _("%(place)s was left out: it is not in a least developed country."),
    "must.lldc": _("%(place)s was left out: it is not in a landlocked developing country."),
    "must.sids": _("%(place)s was left out: it is not in a small island developing State."),
    "must.other-country": _("%(place)s was left out: it is in the same country."),
    # Given before what is not known ceased to exclude a city.
    "unknown.speaks": _(
        "%(place)s was left out: we do not know whether it works in this language: %(language)s."
    ),
    "unknown.region": _("%(place)s was left out: we do not know in which region it is."),
    "unknown.subregion": _("%(place)s was left out: we do not know in which sub-region it is."),
    "unknown.country": _("%(place)s was left out: we do not know in which country it is."),
    "unknown.income": _("%(place)s was left out: we do not know the income group of its country."),
    "unknown.setting": _("%(place)s was left out: we do not know whether it is urban or rural."),
    "unknown.corridor": _(
        "%(place)s was left out: we do not know on which trade corridors it lies."
    ),
    "unknown.landlocked": _("%(place)s was left out: we do not know whether it is landlocked."),
    "unknown.sea-port": _("%(place)s was left out: we do not know whether it has a sea port."),
    "unknown.dry-port": _("%(place)s was left out: we do not know whether it has a dry port."),
    "unknown.rail-hub": _("%(place)s was left out: we do not know whether it is a rail hub."),
    "unknown.air-hub": _("%(place)s was left out: we do not know whether it is an air hub."),
    "unknown.south": _("%(place)s was left out: we do not know its development status by UNCTAD."),
    "unknown.ldc": _(
        "%(place)s was left out: we do not know whether it is in a least developed country."
    ),
    "unknown.lldc": _(
        "%(place)s was left out: we do not know whether it is in a landlocked developing country."
    ),
    "unknown.sids": _(
        "%(place)s was left out: we do not know whether it is in a small island developing State."
    ),
    "unknown.other-country": _(
        "%(place)s was left out: we do not know whether it is in the same country."
    ),
    # To be confirmed by the city before it is asked.
    "confirm.languages": _("To be confirmed: whether %(place)s works in %(languages)s."),
    "confirm.corridor": _("To be confirmed: on which trade corridors %(place)s lies."),
    "confirm.surroundings": _("To be confirmed: whether %(place)s is urban or rural."),
    "confirm.coast": _("To be confirmed: whether %(place)s has a sea port."),
    "confirm.dry-port": _("To be confirmed: whether %(place)s has a dry port."),
    "confirm.rail-hub": _("To be confirmed: whether %(place)s is a rail hub."),
    "confirm.air-hub": _("To be confirmed: whether %(place)s is an air hub."),
    "confirm.region": _("To be confirmed: in which region %(place)s is."),
    "confirm.subregion": _("To be confirmed: in which sub-region %(place)s is."),
    "confirm.country": _("To be confirmed: in which country or area %(place)s is."),
    "confirm.income": _("To be confirmed: the income group of the country of %(place)s."),
    "confirm.south": _("To be confirmed: the development status of %(place)s by UNCTAD."),
    # Fit of practices and themes.
    "fit.nothing": _("We know of nothing that %(place)s has done on “%(about)s”."),
    "fit.wanted": _("%(place)s looks for partners on “%(about)s”."),
    # Stored with matches before suggestions had a type of their own.
    "fit.reported": _(
        "The editors suggested from a case that %(place)s could look for “%(about)s”. The city had "
        "not requested it."
    ),
    "fit.unwanted": _("%(place)s has not said that it looks for “%(about)s”."),
    "fit.modality": _(
        "%(place)s offers the kind of cooperation that is asked for: %(modalities)s."
    ),
    "fit.modality.other": _("%(place)s offers another kind of cooperation than is asked for."),
    "fit.modality.unknown": _("%(place)s does not say which kind of cooperation it offers."),
    # Reciprocity.
    "reciprocity.met": _("%(place)s looks for “%(about)s”, which can be shown in return."),
    "reciprocity.unmet": _("%(place)s looks for other things than are offered in return."),
    "reciprocity.unknown": _("%(place)s has not said what it looks for."),
    "reciprocity.nothing": _("The request offers nothing in return so far."),
    "reciprocity.knows": _("%(place)s knows “%(about)s”, which the city that offers looks for."),
    "reciprocity.unknowing": _(
        "We know of nothing at %(place)s that the city that offers looks for."
    ),
    "reciprocity.no-need": _("The city that offers has not said what it looks for."),
    # Similarity of setting.
    "setting.landlocked": _("%(place)s is landlocked too."),
    "setting.landlocked.rail": _("%(place)s is landlocked too and trades by rail."),
    "setting.landlocked.dry-port": _("%(place)s is landlocked too and has a dry port."),
    "setting.port": _("%(place)s has a sea port too."),
    "setting.coast.port": _("%(place)s has a sea port; %(requester)s is landlocked."),
    "setting.coast.landlocked": _("%(place)s is landlocked; %(requester)s has a sea port."),
    "setting.urban": _("%(place)s and %(requester)s are both mostly urban."),
    "setting.mixed": _("%(place)s and %(requester)s both have towns and countryside."),
    "setting.rural": _("%(place)s and %(requester)s are both mostly rural."),
    "setting.surroundings.urban": _(
        "%(place)s is mostly urban, where %(requester)s is mostly rural."
    ),
    "setting.surroundings.rural": _(
        "%(place)s is mostly rural, where %(requester)s is mostly urban."
    ),
    "setting.size": _("%(place)s and %(requester)s are of similar size."),
    "setting.size.larger": _("%(place)s is more than ten times as large as %(requester)s."),
    "setting.size.smaller": _("%(requester)s is more than ten times as large as %(place)s."),
    "setting.income": _(
        "The countries of %(place)s and %(requester)s are in the same income group: %(income)s."
    ),
    "setting.region": _("%(place)s and %(requester)s are in the same region: %(region)s."),
    "setting.subregion": _(
        "%(place)s and %(requester)s are in the same part of the region %(region)s."
    ),
    "setting.corridor": _(
        "%(place)s and %(requester)s lie on the same trade corridor: %(corridors)s."
    ),
    "setting.ldc": _("%(place)s and %(requester)s are both in least developed countries."),
    "setting.lldc": _("%(place)s and %(requester)s are both in landlocked developing countries."),
    "setting.sids": _("%(place)s and %(requester)s are both in small island developing States."),
    "setting.unknown": _("Not known about %(place)s: %(facts)s."),
    # Languages.
    "languages.shared": _("Both cities work in these languages: %(languages)s."),
    "languages.none": _(
        "%(place)s has stated other working languages than those of the request: %(languages)s."
    ),
    "languages.unknown": _(
        "%(place)s has not stated its working languages. This counts neither for nor against it."
    ),
    # Reliability, capacity and reach.
    "reliability.new": _("%(place)s is new here: it has no record yet, good or bad."),
    "load.full": _("%(place)s works with as many partners as it said it can this year."),
    "load.unknown": _("%(place)s has not said how many partners it can work with."),
    "reach.start": _("No region has been served more than another so far."),
    "reach.unknown": _("We do not know in which region %(place)s is."),
    "reach.none": _("No city of this part of the world has had a partnership here so far."),
    "reach.most": _("No part of the world has had more partnerships here than that of %(place)s."),
    # Notes shown beside the points.
    "note.sparse": _("We know little about %(place)s. Not known: %(facts)s."),
    "note.unrepresented": _(
        "Nobody speaks for %(place)s here yet: a broker has to write to the city first."
    ),
}

# Sentences with a plural.
COUNTED: dict[str, Callable[[int], str]] = {
    "fit.offer": lambda count: ngettext(
        "%(place)s offers to share what it knows about “%(about)s”.",
        "%(place)s has %(count)s offers to share what it knows about “%(about)s”.",
        count,
    ),
    # Stored with matches before suggestions had a type of their own.
    "fit.report": lambda count: ngettext(
        "The editors suggested from a case that %(place)s could share what it knows about "
        "“%(about)s”. The city had not offered it.",
        "The editors suggested %(count)s times from cases that %(place)s could share what it knows "
        "about “%(about)s”. The city had not offered it.",
        count,
    ),
    "fit.case": lambda count: ngettext(
        "A published case tells what %(place)s did on “%(about)s”.",
        "%(count)s published cases tell what %(place)s did on “%(about)s”.",
        count,
    ),
    "fit.completed": lambda count: ngettext(
        "%(place)s has completed a partnership on “%(about)s”.",
        "%(place)s has completed %(count)s partnerships on “%(about)s”.",
        count,
    ),
    "fit.running": lambda count: ngettext(
        "%(place)s works with a partner on “%(about)s” now.",
        "%(place)s works with %(count)s partners on “%(about)s” now.",
        count,
    ),
    "fit.adopted": lambda count: ngettext(
        "%(place)s has adopted “%(about)s” itself.",
        "%(place)s has adopted “%(about)s” itself, by %(count)s reports.",
        count,
    ),
    "fit.adapted": lambda count: ngettext(
        "%(place)s has adapted “%(about)s” to its own conditions.",
        "%(place)s has adapted “%(about)s” to its own conditions, by %(count)s reports.",
        count,
    ),
    "fit.piloting": lambda count: ngettext(
        "%(place)s is trying out “%(about)s”.",
        "%(place)s is trying out “%(about)s”, by %(count)s reports.",
        count,
    ),
    "fit.planned": lambda count: ngettext(
        "%(place)s plans to take up “%(about)s”.",
        "%(place)s plans to take up “%(about)s”, by %(count)s reports.",
        count,
    ),
    "fit.abandoned": lambda count: ngettext(
        "%(place)s has tried “%(about)s” and given it up, which can teach something as well; it "
        "counts no points.",
        "%(place)s has tried “%(about)s” and given it up, by %(count)s reports, which can teach "
        "something as well; it counts no points.",
        count,
    ),
    "reliability.answers": lambda count: ngettext(
        "%(place)s answered %(answered)s of %(count)s proposal in time.",
        "%(place)s answered %(answered)s of %(count)s proposals in time.",
        count,
    ),
    "reliability.completed": lambda count: ngettext(
        "%(place)s brought %(completed)s of %(count)s partnership to a good end.",
        "%(place)s brought %(completed)s of %(count)s partnerships to a good end.",
        count,
    ),
    "load.free": lambda count: ngettext(
        "%(place)s has room for one more partner this year.",
        "%(place)s has room for %(count)s more partners this year.",
        count,
    ),
    "load.unknown.partners": lambda count: ngettext(
        "%(place)s has not said how many partners it can work with; it has one this year.",
        "%(place)s has not said how many partners it can work with; it has %(count)s this year.",
        count,
    ),
    "reach.some": lambda count: ngettext(
        "Cities of this part of the world have had one partnership here so far.",
        "Cities of this part of the world have had %(count)s partnerships here so far.",
        count,
    ),
}


@dataclass(frozen=True, slots=True)
class Labels:
    """Display names: cities by primary key; practices and themes by slug.

    A missing name is replaced by its key, so that a sentence can always be built.
    """

    places: Mapping[int, str] = field(default_factory=dict)
    practices: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)

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
    return str(SENTENCES[reason.code]) % words


def sentences(reasons: Iterable[Reason], labels: Labels) -> list[str]:
    """Return the sentences for reasons in the active language.

    Reasons are stored for years: codes that no longer have a sentence are skipped.
    """
    return [
        sentence(reason, labels)
        for reason in reasons
        if reason.code in SENTENCES or reason.code in COUNTED
    ]


WORDS: dict[str, Callable[[Mapping, Labels], str]] = {
    "requester": lambda params, labels: labels.place(params["requester"]),
    "about": lambda params, labels: labels.subject(params["about"]),
    "facts": lambda params, labels: _listed(str(FACTS[fact]) for fact in params["facts"]),
    "languages": lambda params, labels: _listed(map(_language, params["languages"])),
    "modalities": lambda params, labels: _listed(
        _choice(Modality, name) for name in params["modalities"]
    ),
    "corridors": lambda params, labels: _listed(
        _choice(Corridor, name) for name in params["corridors"]
    ),
}


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
    return get_text_list(list(words), gettext("and"))
