"""The headline of a candidate: what it has of what is requested, by its strongest evidence."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.ranking.explanations import Labels, Reader, listed_subjects
from partnerships.ranking.factors import EVIDENCE
from partnerships.ranking.facts import PRACTICE, Source
from partnerships.ranking.reasons import Reason

# What shows that a city can be asked about a subject, the most telling first.
TELLING = tuple(source for source, weight in EVIDENCE.items() if weight > EVIDENCE[Source.PLANNED])
SHOWN = frozenset(f"fit.{source.value}" for source in TELLING) | {"fit.report"}

# What shows that a city could use what is offered.
WANTED = ("fit.wanted", "fit.wanted.planned")

# What a city has done about the practices that are asked for, by its strongest evidence.
WITH_RESULTS = "results"
HEADLINES = {
    WITH_RESULTS: _("%(place)s has adopted %(subjects)s, with results"),
    Source.CASE: _("%(place)s has adopted %(subjects)s"),
    Source.COMPLETED: _("%(place)s has completed a partnership on %(subjects)s"),
    Source.ADOPTED: _("%(place)s has adopted %(subjects)s"),
    Source.ADAPTED: _("%(place)s has adapted %(subjects)s to its conditions"),
    Source.PILOTING: _("%(place)s is piloting %(subjects)s"),
    Source.RUNNING: _("%(place)s is working on %(subjects)s with a partner"),
    Source.OFFER: _("%(place)s offers to share %(subjects)s"),
    Source.PLANNED: _("%(place)s plans %(subjects)s"),
    Source.ABANDONED: _("%(place)s has tried and abandoned %(subjects)s"),
}


def covered(fit: Iterable[Reason]) -> tuple[list[str], list[str]]:
    """Return the practices asked for that a city has, and all of them.

    If the request is an offer, those that the city looks for.
    """
    practices: dict[str, bool] = {}
    for reason in fit:
        about = str(reason.params.get("about", ""))
        if about.startswith(f"{PRACTICE}:"):
            has = reason.code in SHOWN or reason.code in (*WANTED, "fit.reported")
            practices[about] = practices.get(about, False) or has
    return [about for about, has in practices.items() if has], list(practices)


def headline(
    fit: Sequence[Reason], has: Sequence[str], asked: Sequence[str], labels: Labels, reader: Reader
) -> str:
    """Return the headline for the practices that a city `has` of those `asked`: see `covered`."""
    words = {"place": labels.place(reader.other)}
    codes = {reason.code for reason in fit}
    # The request offers something, and nothing is asked for.
    is_offer = not codes & SHOWN and codes.intersection(WANTED)
    if is_offer and has:
        text = offered(is_needed="fit.wanted" in codes, is_asked=reader.is_asked)
        words["subjects"] = listed_subjects(has, labels)
    elif reader.is_asked and has:
        text = gettext("%(place)s asks for your help with %(subjects)s")
        words["subjects"] = listed_subjects(has, labels)
    elif reader.is_asked or is_offer:
        text = gettext("%(place)s and you work on the same themes")
    elif found := strongest(fit, asked):
        verb, subjects = found
        text = str(HEADLINES[verb])
        words["subjects"] = listed_subjects(subjects, labels)
    else:
        text = gettext("%(place)s has experience related to your request")
    return text % words


def offered(*, is_needed: bool, is_asked: bool) -> str:
    """Return the headline for a request that offers, for a city that looks for it or plans it."""
    if is_asked:
        return (
            gettext("%(place)s offers what you’re looking for: %(subjects)s")
            if is_needed
            else gettext("%(place)s offers what you plan: %(subjects)s")
        )
    return (
        gettext("%(place)s looks for %(subjects)s, which you offer")
        if is_needed
        else gettext("%(place)s plans %(subjects)s, which you offer")
    )


def strongest(fit: Sequence[Reason], asked: Iterable[str]) -> tuple[str, list[str]] | None:
    """Return the strongest verb that is true of a practice, and the practices of which it is."""
    verbs: dict[str, list[str]] = {}
    for about in asked:
        said = {verb_of(reason) for reason in fit if reason.params.get("about") == about}
        if verb := next((verb for verb in HEADLINES if verb in said), None):
            verbs.setdefault(verb, []).append(about)
    return next(((verb, verbs[verb]) for verb in HEADLINES if verb in verbs), None)


def verb_of(reason: Reason) -> str:
    return WITH_RESULTS if reason.params.get("results") else reason.code.removeprefix("fit.")
