"""The headline of a candidate: how much of what is requested it can show."""

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext

from partnerships.ranking.explanations import Labels, Reader
from partnerships.ranking.facts import PRACTICE, THEME, Source
from partnerships.ranking.reasons import Reason

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
            gettext("%(place)s offers what you’re looking for")
            if reader.is_asked
            else gettext("%(place)s is looking for what you offer")
        )
    elif not has:
        text = gettext("%(place)s and you work on the same themes")
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
            "%(place)s has done %(has)s of the %(count)s thing you need",
            "%(place)s has done %(has)s of the %(count)s things you need",
            asked,
        )
    if asked == 2:
        return gettext("%(place)s has done both things you need")
    return ngettext(
        "%(place)s has done what you need",
        "%(place)s has done all %(count)s things you need",
        asked,
    )


def offered(has: int, asked: int) -> str:
    if has < asked:
        return ngettext(
            "%(place)s offers %(has)s of the %(count)s thing you need",
            "%(place)s offers %(has)s of the %(count)s things you need",
            asked,
        )
    if asked == 2:
        return gettext("%(place)s offers both things you need")
    return ngettext(
        "%(place)s offers what you need",
        "%(place)s offers all %(count)s things you need",
        asked,
    )


def yours(has: int, asked: int) -> str:
    if has < asked:
        return ngettext(
            "You can show %(has)s of the %(count)s thing that %(place)s needs",
            "You can show %(has)s of the %(count)s things that %(place)s needs",
            asked,
        )
    if asked == 2:
        return gettext("You can show both things that %(place)s needs")
    return ngettext(
        "You can show what %(place)s needs",
        "You can show all %(count)s things that %(place)s needs",
        asked,
    )
