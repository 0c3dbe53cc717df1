"""Strengths of a candidate, at most three, linked to what shows them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.ranking.explanations import (
    WORDS,
    Labels,
    Reader,
    is_former,
    listed_subjects,
    words_for,
)
from partnerships.ranking.facts import PRACTICE, Source
from partnerships.ranking.headlines import SHOWN, TELLING
from partnerships.ranking.proofs import Proof
from partnerships.ranking.reasons import Reason
from repository.models import Evidence

STRENGTHS = 3
# Of these at most, so that there is room for another kind of strength.
PROOFS = 2

# The kind of a record that a strength is linked to, before its title.
KINDS = {
    Source.CASE: _("Case:"),
    Source.OFFER: _("Offer:"),
    Source.COMPLETED: _("Partnership:"),
    Source.RUNNING: _("Partnership:"),
}
FIGURE = _("Case, figure %(number)s:")
REPORT = _("Experience:")

THEIRS = {
    Source.CASE: _("%(place)s has done this: %(subjects)s."),
    Source.OFFER: _("%(place)s offers to share this: %(subjects)s."),
    Source.COMPLETED: _("%(place)s has completed a partnership on this: %(subjects)s."),
    Source.RUNNING: _("%(place)s is working with a partner on this: %(subjects)s."),
    Source.ADOPTED: _("%(place)s has adopted this: %(subjects)s."),
    Source.ADAPTED: _("%(place)s has adapted this to its conditions: %(subjects)s."),
    Source.PILOTING: _("%(place)s is working on this: %(subjects)s."),
}
YOURS = {
    Source.CASE: _("You’ve done this: %(subjects)s."),
    Source.OFFER: _("You offer to share this: %(subjects)s."),
    Source.COMPLETED: _("You’ve completed a partnership on this: %(subjects)s."),
    Source.RUNNING: _("You’re working with a partner on this: %(subjects)s."),
    Source.ADOPTED: _("You’ve adopted this: %(subjects)s."),
    Source.ADAPTED: _("You’ve adapted this to your conditions: %(subjects)s."),
    Source.PILOTING: _("You’re working on this: %(subjects)s."),
}

# Texts that are close to the request, by the kind of record.
TEXT_KINDS = {"offer": _("Offer:"), "need": _("Need:")}
THEIR_TEXTS = {
    "offer": _("An offer of %(place)s is close in meaning to your request."),
    "need": _("A need of %(place)s is close in meaning to your request."),
}
YOUR_TEXTS = {
    "offer": _("An offer of yours is close in meaning to the request from %(place)s."),
    "need": _("A need of yours is close in meaning to the request from %(place)s."),
}

# What the city that asks gives: for the reader that is asked, and for the reader that asks.
EXCHANGED = {
    "fit.wanted": (
        _("%(place)s offers to help with what you look for: %(subjects)s."),
        _("%(place)s looks for help with %(subjects)s."),
    ),
    "fit.wanted.planned": (
        _("%(place)s offers to help with what you plan: %(subjects)s."),
        _("%(place)s plans %(subjects)s."),
    ),
    "reciprocity.met": (
        _("%(place)s can help you in return with %(subjects)s."),
        _("%(place)s asks for help in return with %(subjects)s."),
    ),
}

# How a place is like that of the reader.
LIKE = {
    **dict.fromkeys(
        ("setting.landlocked", "setting.landlocked.rail", "setting.landlocked.dry-port"),
        _("Neither %(place)s nor your city has a sea port."),
    ),
    "setting.rail": _("%(place)s is a rail hub, like your city."),
    "setting.dry-port": _("%(place)s has a dry port, like your city."),
    "setting.port": _("%(place)s has a sea port, like your city."),
    "setting.urban": _("%(place)s is mostly urban, like your city."),
    "setting.mixed": _("%(place)s includes towns and countryside, like your city."),
    "setting.rural": _("%(place)s is mostly rural, like your city."),
    "setting.size": _(
        "%(place)s and your city are of similar size: %(theirs)s and %(yours)s people."
    ),
    "setting.corridor": _("%(place)s and your city are on the same trade corridor."),
    "setting.subregion": _("%(place)s and your city are in the same part of the region."),
    "setting.region": _("%(place)s and your city are in the same region."),
    "setting.ldc": _("%(place)s and your city are both in least developed countries."),
    "setting.lldc": _("%(place)s and your city are both in landlocked developing countries."),
    "setting.sids": _("%(place)s and your city are both in small island developing States."),
}
# More than these are too much for one strength.
MOST_LIKE = 3


@dataclass(frozen=True)
class Strength:
    """One thing in favour of a partner, and the record that shows it, if there is one."""

    text: str
    kind: str = ""
    title: str = ""
    language: str = ""
    url: str = ""
    figure: Evidence | None = None
    quote: str = ""
    quote_language: str = ""
    # What the quotation is close to, of the request.
    asked: str = ""
    asked_language: str = ""
    year: int | None = None


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
    close = list(in_meaning(factors, labels, reader))
    # For a city that is asked, what it gains comes before what it has to show itself.
    first = [*exchange, *shown] if reader.is_asked else [*shown, *exchange]
    return [*with_quotes(first, close), *alike][:STRENGTHS]


def in_meaning(
    factors: Mapping[str, Sequence[Reason]], labels: Labels, reader: Reader
) -> Iterator[Strength]:
    """Yield what the city that is asked wrote that is close to the request, if it is published."""
    for quote in labels.quotes_in(factors.get("fit", ())):
        texts = YOUR_TEXTS if reader.is_asked else THEIR_TEXTS
        yield Strength(
            str(texts[quote.record]) % {"place": labels.place(reader.other)},
            str(TEXT_KINDS[quote.record]),
            quote.title,
            quote.language,
            quote.url,
            quote=quote.text,
            asked=quote.asked,
            asked_language=quote.asked_language,
        )


def with_quotes(shown: Sequence[Strength], close: Iterable[Strength]) -> Iterator[Strength]:
    """Yield strengths, those with the text of `close` with its quotation, then the other texts."""
    by_url = {each.url: each for each in close}
    for each in shown:
        if text := by_url.pop(each.url, None):
            words = gettext("What it says is close in meaning to the request.")
            yield replace(
                each,
                text=f"{each.text} {words}",
                quote=text.quote,
                asked=text.asked,
                asked_language=text.asked_language,
            )
        else:
            yield each
    yield from by_url.values()


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

    shown: set[str] = set()
    for proof in sorted((each for each in proofs if each.source in TELLING), key=order):
        about = [subject for subject in has if subject in proof.about]
        is_origin = proof.case is not None and proof.case == reader.began_from
        if not is_origin and shown.issuperset(about):
            continue
        shown.update(about)
        # A figure proves only the practice that it measures.
        measured = next(filter(None, map(proof.figures.get, about)), None)
        proof = replace(proof, figure=measured)
        yield Strength(
            origin_text(about, labels, reader)
            if is_origin
            else proof_text(proof.source, about, labels, reader),
            kind_of(proof),
            proof.title,
            proof.language,
            url_of(proof),
            proof.figure,
            year=proof.year,
        )


def abandoned(
    fit: Iterable[Reason], proofs: Collection[Proof], labels: Labels, reader: Reader
) -> Iterator[Strength]:
    """Yield what was tried and abandoned, with the year and the reason that the city gave."""
    for reason in fit:
        about = str(reason.params.get("about", ""))
        if reason.code != "fit.abandoned" or not about.startswith(f"{PRACTICE}:"):
            continue
        words = {
            "place": labels.place(reason.place),
            "subjects": listed_subjects([about], labels),
            "year": reason.params.get("year"),
        }
        text = (
            gettext("%(place)s tried %(subjects)s and abandoned it (%(year)s).")
            if words["year"]
            else gettext("%(place)s tried %(subjects)s and abandoned it.")
        )
        told = [each for each in proofs if each.source == Source.ABANDONED and about in each.about]
        latest = max(told, key=lambda each: each.year or 0, default=None)
        if latest is None:
            yield Strength(text % words)
        else:
            yield Strength(
                text % words,
                kind_of(latest),
                latest.title,
                latest.language,
                latest.url,
                quote=latest.why,
                quote_language=latest.why_language,
            )


def kind_of(proof: Proof) -> str:
    """Return what the record is: “Case, figure 2:” if it has a figure."""
    if proof.figure is not None and proof.figure.figure_number:
        return str(FIGURE) % {"number": proof.figure.figure_number}
    return str(KINDS.get(proof.source, REPORT))


def url_of(proof: Proof) -> str:
    """Return the page of the record, at its figure if it has one."""
    if proof.figure is not None and proof.figure.figure_number:
        return f"{proof.url}#figure-{proof.figure.figure_number}"
    return proof.url


def origin_text(about: Sequence[str], labels: Labels, reader: Reader) -> str:
    words = {"place": labels.place(reader.other), "subjects": listed_subjects(about, labels)}
    if reader.is_asked:
        return gettext("The request from %(place)s was inspired by your case.") % words
    if not about:
        return gettext("Your request was inspired by a case from %(place)s.") % words
    return gettext("Your request was inspired by a case from %(place)s: %(subjects)s.") % words


def proof_text(source: Source, about: Sequence[str], labels: Labels, reader: Reader) -> str:
    texts = YOURS if reader.is_asked else THEIRS
    words = {"place": labels.place(reader.other), "subjects": listed_subjects(about, labels)}
    return str(texts[source]) % words


def exchanged(
    factors: Mapping[str, Sequence[Reason]], labels: Labels, reader: Reader
) -> Iterator[Strength]:
    """Yield what the city that asks gives: in return, or as the request itself."""
    words = {"place": labels.place(reader.other)}
    for factor, code in (
        ("fit", "fit.wanted"),
        ("fit", "fit.wanted.planned"),
        ("reciprocity", "reciprocity.met"),
    ):
        met = [str(each.params["about"]) for each in factors.get(factor, ()) if each.code == code]
        if met:
            # Of the city that asks, and of the one that is asked.
            yours, theirs = EXCHANGED[code]
            text = str(yours if reader.is_asked else theirs)
            yield Strength(text % (words | {"subjects": listed_subjects(met, labels)}))
            return


def in_common(
    factors: Mapping[str, Sequence[Reason]], labels: Labels, reader: Reader
) -> Iterator[Strength]:
    for reason in factors.get("languages", ()):
        if reason.code == "languages.shared":
            words = {"languages": WORDS["languages"](reason.params, labels)}
            yield Strength(gettext("You both work in these languages: %(languages)s.") % words)
    like = [
        str(LIKE[each.code]) % words_for(each, labels, reader)
        for each in factors.get("setting", ())
        if each.code in LIKE and not is_former(each)
    ]
    if like:
        yield Strength(" ".join(like[:MOST_LIKE]))
