"""The headline of a candidate: what it has of what is requested, by its strongest evidence."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnerships.ranking.explanations import Labels, Reader, listed_subjects
from partnerships.ranking.facts import PRACTICE, THEME, Source
from partnerships.ranking.reasons import Reason

# What shows that a city can be asked about a subject, the most telling first.
TELLING = (
    Source.CASE,
    Source.COMPLETED,
    Source.ADOPTED,
    Source.ADAPTED,
    Source.RUNNING,
    Source.PILOTING,
    Source.OFFER,
)
SHOWN = frozenset(f"fit.{source.value}" for source in TELLING) | {"fit.report"}

# What shows that a city could use what is offered.
WANTED = ("fit.wanted", "fit.wanted.planned")

# What a city says of the one practice that is asked for, by its strongest evidence.
HEADLINES = {
    Source.CASE: _("%(place)s has done what you need"),
    Source.COMPLETED: _("%(place)s has completed a partnership on what you need"),
    Source.ADOPTED: _("%(place)s has adopted what you need"),
    Source.ADAPTED: _("%(place)s has adapted what you need to its conditions"),
    Source.RUNNING: _("%(place)s is working on what you need with a partner"),
    Source.PILOTING: _("%(place)s is piloting what you need"),
    Source.OFFER: _("%(place)s offers to share what you need"),
    Source.PLANNED: _("%(place)s plans what you need"),
    Source.ABANDONED: _("%(place)s tried what you need and gave it up"),
}


def covered(fit: Iterable[Reason]) -> tuple[list[str], list[str]]:
    """Return the subjects asked for that a city has, and all of them.

    Practices, or themes where there are none. If the request is an offer, what the city looks for.
    """
    subjects: dict[str, bool] = {}
    for reason in fit:
        if about := str(reason.params.get("about", "")):
            has = reason.code in SHOWN or reason.code in (*WANTED, "fit.reported")
            subjects[about] = subjects.get(about, False) or has
    for kind in (PRACTICE, THEME):
        if found := [about for about in subjects if about.startswith(f"{kind}:")]:
            return [about for about in found if subjects[about]], found
    return [about for about, has in subjects.items() if has], list(subjects)


def headline(
    fit: Sequence[Reason], has: Sequence[str], asked: Sequence[str], labels: Labels, reader: Reader
) -> str:
    """Return the headline for the subjects that a city `has` of those `asked`: see `covered`."""
    words = {"place": labels.place(reader.other), "has": len(has), "count": len(asked)}
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
    elif not asked or not asked[0].startswith(f"{PRACTICE}:"):
        text = gettext("%(place)s has experience related to your request")
    elif len(asked) == 1 and (source := strongest(fit, asked[0])):
        text = str(HEADLINES[source])
    elif has:
        text = ngettext(
            "%(place)s has experience with %(has)s of the %(count)s practice you need",
            "%(place)s has experience with %(has)s of the %(count)s practices you need",
            len(asked),
        )
    else:
        text = gettext("%(place)s and you work on the same themes")
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


def strongest(fit: Iterable[Reason], about: str) -> Source | None:
    """Return the strongest evidence of a subject, even if it is no more than a plan."""
    codes = {reason.code for reason in fit if reason.params.get("about") == about}
    return next((source for source in HEADLINES if f"fit.{source.value}" in codes), None)
