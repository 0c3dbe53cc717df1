"""What is not known of a candidate, and of the reader's own city, as questions."""

from collections.abc import Collection, Iterable, Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.ranking.explanations import (
    Labels,
    Reader,
    is_former,
    sentence,
    sentences,
    words_for,
)
from partnerships.ranking.reasons import Reason

# Notes with a question of their own, or that repeat what the factors say is not known.
SAID = ("note.sparse", "note.unrepresented")
# Facts that make places alike.
OF_PLACES = {
    "population": _("How many people live in %(place)s?"),
    "coast": _("Does %(place)s have a sea port?"),
    "surroundings": _("Is %(place)s urban or rural?"),
    "corridor": _("Which trade corridors is %(place)s on?"),
}
OF_YOURS = {
    "population": _("How many people live in your city?"),
    "coast": _("Does your city have a sea port?"),
    "surroundings": _("Is your city urban or rural?"),
    "corridor": _("Which trade corridors is your city on?"),
}


def questions(
    reasons: Iterable[Reason], notes: Iterable[Reason], labels: Labels, reader: Reader
) -> Iterator[str]:
    """Yield what is to be clarified with the other city.

    First that there is no common language, then what a requirement depends on.
    """
    notes, reasons = list(notes), list(reasons)
    words = {"place": labels.place(reader.other)}
    yield from filter(None, (about_languages(each, labels, reader) for each in reasons))
    yield from sentences((note for note in notes if note.code not in SAID), labels)
    confirmed = {note.code.partition(".")[2] for note in notes if note.code[:8] == "confirm."}
    if reader.is_broker and any(note.code == "note.unrepresented" for note in notes):
        yield gettext("No one represents %(place)s here yet. Who could answer for it?") % words
    for reason in reasons:
        if reason.code == "languages.unknown" and "languages" in confirmed:
            continue
        if text := question(reason, reader, without=confirmed):
            yield text % words


def about_languages(reason: Reason, labels: Labels, reader: Reader) -> str:
    """Return what to clarify if the cities share no language, or not one that is asked for."""
    if reason.code not in ("languages.none", "languages.other"):
        return ""
    words = words_for(reason, labels, reader)
    if reason.code == "languages.other":
        return gettext("Could both cities work in %(shared)s?") % words
    if is_former(reason):
        return gettext("You have no common language with %(place)s. Who could interpret?") % words
    if reader.is_broker:
        return f"{sentence(reason, labels)} {gettext('Who could interpret?')}"
    text = gettext(
        "No common language: you work in %(yours)s, they work in %(theirs)s. Who could interpret?"
    )
    return text % words


def question(reason: Reason, reader: Reader, *, without: Collection[str] = ()) -> str:
    """Return what is not known of the other city, without some facts; an empty text if nothing."""
    is_you = reason.place == reader.you
    match reason.code:
        case "languages.unknown" if not is_you:
            return gettext("Which languages does %(place)s work in?")
        case "reciprocity.unknown" if not is_you:
            return gettext("What would %(place)s like to learn in return?")
        # Of the city that asks.
        case "reciprocity.nothing" | "reciprocity.no-need" if reader.is_asked:
            return gettext("What could %(place)s offer in return?")
        case "fit.modality.unknown" if not is_you:
            return gettext("Which kinds of cooperation does %(place)s offer?")
        case "setting.unknown" if not is_you:
            return about_facts(reason, OF_PLACES, without=without)
        case "load.unknown" | "load.unknown.partners" if not is_you:
            return gettext("Does %(place)s have capacity for a partner this year?")
    return ""


def own_questions(reasons: Iterable[Reason], reader: Reader) -> Iterator[str]:
    """Yield what is not known of the reader's own city."""
    yield from filter(None, (own_question(reason, reader) for reason in reasons))


def own_question(reason: Reason, reader: Reader) -> str:
    is_you = reason.place == reader.you
    match reason.code:
        case "languages.unknown" if is_you:
            return gettext("Which languages do you work in?")
        case "reciprocity.unknown" if is_you:
            return gettext("What would you like to learn in return?")
        case "reciprocity.nothing" if not reader.is_asked:
            return gettext("What could you show in return?")
        case "reciprocity.no-need" if not reader.is_asked:
            return gettext("What would you like to learn in return?")
        case "setting.unknown" if is_you:
            return about_facts(reason, OF_YOURS)
    return ""


def about_facts(reason: Reason, texts: dict, *, without: Collection[str] = ()) -> str:
    """Return one whole question for each fact that is not known: fragments translate badly."""
    facts = [fact for fact in reason.params.get("facts", ()) if fact not in without]
    return " ".join(str(texts[fact]) for fact in facts if fact in texts)
