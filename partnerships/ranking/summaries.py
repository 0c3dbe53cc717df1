"""A candidate in a few words, for one of the two cities: what the partner brings to it.

A headline, at most three strengths linked to what shows them, what is to be cleared up first, and
last what speaks against it. The table of all factors is made of `explanations`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnerships.ranking.explanations import FACTS, WORDS, Labels, sentences
from partnerships.ranking.facts import PRACTICE, THEME, Source
from partnerships.ranking.proofs import Proof
from partnerships.ranking.reasons import Reason
from repository.models import Evidence

STRENGTHS = 3
# Of these at most, so that there is room for another kind of strength.
PROOFS = 2

# What shows that a city can be asked about a subject, the most telling first.
TELLING = (
    Source.CASE,
    Source.COMPLETED,
    Source.ADOPTED,
    Source.ADAPTED,
    Source.OFFER,
    Source.RUNNING,
    Source.PILOTING,
)
SHOWN = frozenset(f"fit.{source.value}" for source in TELLING) | {"fit.report"}

# The name of a record that a strength is linked to.
KINDS = {
    Source.CASE: _("Case"),
    Source.OFFER: _("Offer"),
    Source.COMPLETED: _("Partnership"),
    Source.RUNNING: _("Partnership"),
}
REPORT = _("Report")

THEIRS = {
    Source.CASE: _("%(place)s has done this: %(subjects)s."),
    Source.OFFER: _("%(place)s offers to share this: %(subjects)s."),
    Source.COMPLETED: _("%(place)s has completed a partnership on this: %(subjects)s."),
    Source.RUNNING: _("%(place)s works with a partner on this: %(subjects)s."),
    Source.ADOPTED: _("%(place)s has adopted this itself: %(subjects)s."),
    Source.ADAPTED: _("%(place)s has adapted this to its own conditions: %(subjects)s."),
    Source.PILOTING: _("%(place)s is trying this out: %(subjects)s."),
}
YOURS = {
    Source.CASE: _("You have done this: %(subjects)s."),
    Source.OFFER: _("You offer to share this: %(subjects)s."),
    Source.COMPLETED: _("You have completed a partnership on this: %(subjects)s."),
    Source.RUNNING: _("You work with a partner on this: %(subjects)s."),
    Source.ADOPTED: _("You have adopted this yourselves: %(subjects)s."),
    Source.ADAPTED: _("You have adapted this to your own conditions: %(subjects)s."),
    Source.PILOTING: _("You are trying this out: %(subjects)s."),
}

# How a place is like that of the reader.
LIKE = {
    "setting.landlocked": _("landlocked"),
    "setting.landlocked.rail": _("landlocked, with trade by rail"),
    "setting.landlocked.dry-port": _("landlocked, with a dry port"),
    "setting.port": _("with a sea port"),
    "setting.urban": _("mostly urban"),
    "setting.mixed": _("with towns and countryside"),
    "setting.rural": _("mostly rural"),
    "setting.size": _("of similar size"),
    "setting.corridor": _("on the same trade corridor"),
    "setting.subregion": _("in the same part of the region"),
    "setting.region": _("in the same region"),
    "setting.ldc": _("in a least developed country"),
    "setting.lldc": _("in a landlocked developing country"),
    "setting.sids": _("in a small island developing State"),
}
# More than these make no sentence.
MOST_LIKE = 4

# What speaks against a partner. Its sentences are those of `explanations`.
AGAINST = frozenset(
    [
        "fit.nothing",
        "fit.planned",
        "fit.abandoned",
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
# Notes with a question of their own, or that repeat what the factors say is not known.
SAID = ("note.sparse", "note.unrepresented")


@dataclass(frozen=True)
class Strength:
    """One thing in favour of a partner, and the record that shows it, if there is one."""

    text: str
    kind: str = ""
    title: str = ""
    language: str = ""
    url: str = ""
    figure: Evidence | None = None


@dataclass(frozen=True)
class Summary:
    """What a partner brings to the reader: `has` of `asked` subjects, and why.

    `questions` are about the partner, `own_questions` about the reader's own city.
    """

    headline: str
    has: int
    asked: int
    strengths: list[Strength] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    own_questions: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)


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


def summary(
    factors: Mapping[str, Sequence[Reason]],
    notes: Iterable[Reason],
    proofs: Iterable[Proof],
    labels: Labels,
    reader: Reader,
) -> Summary:
    """Summarize the reasons of a candidate by factor, with `proofs` of what the candidate knows."""
    fit = factors.get("fit", ())
    has, wanted = covered(fit)
    reasons = [reason for each in factors.values() for reason in each]
    return Summary(
        headline(fit, len(has), len(wanted), labels, reader),
        len(has),
        len(wanted),
        strengths(factors, proofs, labels, reader),
        list(dict.fromkeys(questions(reasons, notes, labels, reader))),
        list(dict.fromkeys(own_questions(reasons, reader))),
        sentences((reason for reason in reasons if reason.code in AGAINST), labels),
    )


def covered(fit: Iterable[Reason]) -> tuple[list[str], list[str]]:
    """Return the subjects asked for that a city has, and all of them.

    Practices, or themes where there are none. If the request is an offer, what the city looks for.
    """
    subjects: dict[str, bool] = {}
    for reason in fit:
        if about := str(reason.params.get("about", "")):
            has = reason.code in SHOWN or reason.code in ("fit.wanted", "fit.reported")
            subjects[about] = subjects.get(about, False) or has
    for kind in (PRACTICE, THEME):
        if found := [about for about in subjects if about.startswith(f"{kind}:")]:
            return [about for about in found if subjects[about]], found
    return [about for about, has in subjects.items() if has], list(subjects)


def headline(fit: Iterable[Reason], has: int, asked: int, labels: Labels, reader: Reader) -> str:
    codes = {reason.code for reason in fit}
    words = {"place": labels.place(reader.other), "has": has, "count": asked}
    # The request offers something, and nothing is asked for.
    if not codes & SHOWN and "fit.wanted" in codes:
        text = (
            gettext("%(place)s offers what you look for.")
            if reader.is_asked
            else gettext("%(place)s looks for what you offer.")
        )
    elif not has:
        text = gettext("%(place)s and you work on the same themes.")
    elif reader.is_asked:
        text = yours(has, asked)
    elif codes & SHOWN <= {"fit.offer"}:
        text = offered(has, asked)
    else:
        text = done(has, asked)
    return text % words


def done(has: int, asked: int) -> str:
    if has < asked:
        return ngettext(
            "%(place)s has done %(has)s of the %(count)s thing you ask for.",
            "%(place)s has done %(has)s of the %(count)s things you ask for.",
            asked,
        )
    if asked == 2:
        return gettext("%(place)s has done both things you ask for.")
    return ngettext(
        "%(place)s has done what you ask for.",
        "%(place)s has done all %(count)s things you ask for.",
        asked,
    )


def offered(has: int, asked: int) -> str:
    if has < asked:
        return ngettext(
            "%(place)s offers %(has)s of the %(count)s thing you ask for.",
            "%(place)s offers %(has)s of the %(count)s things you ask for.",
            asked,
        )
    if asked == 2:
        return gettext("%(place)s offers both things you ask for.")
    return ngettext(
        "%(place)s offers what you ask for.",
        "%(place)s offers all %(count)s things you ask for.",
        asked,
    )


def yours(has: int, asked: int) -> str:
    if has < asked:
        return ngettext(
            "You can show %(has)s of the %(count)s thing that %(place)s asks for.",
            "You can show %(has)s of the %(count)s things that %(place)s asks for.",
            asked,
        )
    if asked == 2:
        return gettext("You can show both things that %(place)s asks for.")
    return ngettext(
        "You can show what %(place)s asks for.",
        "You can show all %(count)s things that %(place)s asks for.",
        asked,
    )


# Strengths


def strengths(
    factors: Mapping[str, Sequence[Reason]],
    proofs: Iterable[Proof],
    labels: Labels,
    reader: Reader,
) -> list[Strength]:
    exchange = list(exchanged(factors, labels, reader))
    alike = list(in_common(factors, labels, reader))
    shown = list(proven(proofs, knows(factors), labels, reader))
    shown = shown[: max(PROOFS, STRENGTHS - len(exchange) - len(alike))]
    # For a city that is asked, what it gains comes before what it has to show itself.
    first = [*exchange, *shown] if reader.is_asked else [*shown, *exchange]
    return [*first, *alike][:STRENGTHS]


def knows(factors: Mapping[str, Sequence[Reason]]) -> list[str]:
    """Return what the city that is asked can show: for the request, or in return for an offer."""
    known = [reason for reason in factors.get("fit", ()) if reason.code in SHOWN]
    if not known:
        known = [
            each for each in factors.get("reciprocity", ()) if each.code == "reciprocity.knows"
        ]
    return list(dict.fromkeys(str(reason.params["about"]) for reason in known))


def proven(
    proofs: Iterable[Proof], has: Sequence[str], labels: Labels, reader: Reader
) -> Iterator[Strength]:
    """Yield one strength for each record, first the case from which the request was begun.

    A record that shows no more than those before it is left out.
    """

    def order(proof: Proof) -> tuple[bool, int, int]:
        is_origin = proof.case is not None and proof.case == reader.began_from
        return not is_origin, -len(proof.about.intersection(has)), TELLING.index(proof.source)

    told: set[str] = set()
    for proof in sorted((each for each in proofs if each.source in TELLING), key=order):
        about = [subject for subject in has if subject in proof.about]
        is_origin = proof.case is not None and proof.case == reader.began_from
        if not is_origin and told.issuperset(about):
            continue
        told.update(about)
        yield Strength(
            origin_text(about, labels, reader)
            if is_origin
            else proof_text(proof.source, about, labels, reader),
            str(KINDS.get(proof.source, REPORT)),
            proof.title,
            proof.language,
            proof.url,
            proof.figure,
        )


def origin_text(about: Sequence[str], labels: Labels, reader: Reader) -> str:
    words = {"place": labels.place(reader.other), "subjects": listed(about, labels)}
    if reader.is_asked:
        return gettext("%(place)s began from your case.") % words
    if not about:
        return gettext("You began from a case of %(place)s.") % words
    return gettext("You began from a case of %(place)s: %(subjects)s.") % words


def proof_text(source: Source, about: Sequence[str], labels: Labels, reader: Reader) -> str:
    texts = YOURS if reader.is_asked else THEIRS
    words = {"place": labels.place(reader.other), "subjects": listed(about, labels)}
    return str(texts[source]) % words


def listed(about: Iterable[str], labels: Labels) -> str:
    """Join names of subjects for use in a sentence: “a”, “b” and “c”."""
    names = [gettext("“%(name)s”") % {"name": labels.subject(each)} for each in about]
    return get_text_list(names, gettext("and"))


def exchanged(
    factors: Mapping[str, Sequence[Reason]], labels: Labels, reader: Reader
) -> Iterator[Strength]:
    """Yield what the city that asks gives: in return, or as the request itself."""
    words = {"place": labels.place(reader.other)}
    for factor, code in (("fit", "fit.wanted"), ("reciprocity", "reciprocity.met")):
        met = [str(each.params["about"]) for each in factors.get(factor, ()) if each.code == code]
        if met:
            text = (
                gettext("%(place)s can show what you look for: %(subjects)s.")
                if reader.is_asked
                else gettext("%(place)s looks for what you can show: %(subjects)s.")
            )
            yield Strength(text % (words | {"subjects": listed(met, labels)}))
            return


def in_common(
    factors: Mapping[str, Sequence[Reason]], labels: Labels, reader: Reader
) -> Iterator[Strength]:
    for reason in factors.get("languages", ()):
        if reason.code == "languages.shared":
            words = {"languages": WORDS["languages"](reason.params, labels)}
            yield Strength(gettext("You both work in these languages: %(languages)s.") % words)
    like = [str(LIKE[each.code]) for each in factors.get("setting", ()) if each.code in LIKE]
    if like:
        facts = get_text_list(like[:MOST_LIKE], gettext("and"))
        words = {"place": labels.place(reader.other), "facts": facts}
        yield Strength(gettext("%(place)s is a place like yours: %(facts)s.") % words)


# What is not known


def questions(
    reasons: Iterable[Reason], notes: Iterable[Reason], labels: Labels, reader: Reader
) -> Iterator[str]:
    """Yield what is not known of the other city, first what a requirement depends on."""
    notes = list(notes)
    yield from sentences((note for note in notes if note.code not in SAID), labels)
    confirmed = {note.code.partition(".")[2] for note in notes if note.code[:8] == "confirm."}
    if reader.is_broker and any(note.code == "note.unrepresented" for note in notes):
        text = gettext("Who could answer for %(place)s: nobody represents it here yet.")
        yield text % {"place": labels.place(reader.other)}
    for reason in reasons:
        if reason.code == "languages.unknown" and "languages" in confirmed:
            continue
        facts = facts_of(reason, without=confirmed)
        if "facts" in reason.params and not facts:
            continue
        if text := question(reason, reader):
            yield text % {"place": labels.place(reader.other), "facts": facts}


def question(reason: Reason, reader: Reader) -> str:
    """Return what is not known of the other city, or an empty text."""
    is_you = reason.place == reader.you
    match reason.code:
        case "languages.unknown" if not is_you:
            return gettext("Which languages %(place)s works in.")
        case "reciprocity.unknown" if not is_you:
            return gettext("What %(place)s would like to learn in return.")
        # Of the city that asks.
        case "reciprocity.nothing" | "reciprocity.no-need" if reader.is_asked:
            return gettext("What %(place)s would exchange in return.")
        case "fit.modality.unknown" if not is_you:
            return gettext("Which kind of cooperation %(place)s offers.")
        case "setting.unknown" if not is_you:
            return gettext("Of %(place)s: %(facts)s.")
        case "load.unknown" | "load.unknown.partners" if not is_you:
            return gettext("Whether %(place)s has time for a partner this year.")
    return ""


def own_questions(reasons: Iterable[Reason], reader: Reader) -> Iterator[str]:
    for reason in reasons:
        if text := own_question(reason, reader):
            yield text % {"facts": facts_of(reason)}


def own_question(reason: Reason, reader: Reader) -> str:
    """Return what is not known of the reader's own city, or an empty text."""
    is_you = reason.place == reader.you
    match reason.code:
        case "languages.unknown" if is_you:
            return gettext("Which languages you work in.")
        case "reciprocity.unknown" if is_you:
            return gettext("What you would like to learn in return.")
        case "reciprocity.nothing" if not reader.is_asked:
            return gettext("What you could show in return.")
        case "reciprocity.no-need" if not reader.is_asked:
            return gettext("What you would like to learn in return.")
        case "setting.unknown" if is_you:
            return gettext("Of your city: %(facts)s.")
    return ""


def facts_of(reason: Reason, *, without: Collection[str] = ()) -> str:
    facts = [str(FACTS[fact]) for fact in reason.params.get("facts", ()) if fact not in without]
    return get_text_list(facts, gettext("and"))
