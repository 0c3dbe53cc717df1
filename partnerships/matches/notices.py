"""Emails about a match: each names the other city, the deadline, and the message.

Cities are named from the proposal on, persons only in the space.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Notification, User
from community.notices.events import NOTHING, Enclosure
from partnerships import permissions
from partnerships.models import Match, Question, Side

# Events to which a city answers.
TO_ANSWER = {"match.proposed", "match.asked", "match.reminded"}
# What to do next, above the address of the page.
ANSWER, VIEW_MATCH = gettext_lazy("Accept or decline:"), gettext_lazy("View the match:")
NEXT = {
    "match.proposed": ANSWER,
    "match.asked": ANSWER,
    "match.extended": ANSWER,
    "match.reminded": ANSWER,
    "match.introduced": gettext_lazy("Meet the other city in your private space:"),
    "match.interest": gettext_lazy("Review the interest:"),
    "match.next": gettext_lazy("View the match and choose the next candidate:"),
    "question.asked": gettext_lazy("Forward the question:"),
    "question.passed": gettext_lazy("Answer the question:"),
    "question.answered": gettext_lazy("Forward the answer:"),
    "question.returned": ANSWER,
}


def match_of(notice: Notification, reader: User) -> Match | None:
    """Return the match of a notice if its reader may currently see it."""
    rows = Match.objects.visible_to(reader)
    rows = rows.select_related("city__country", "request__city__country")
    return rows.filter(pk=notice.details.get("match")).first()


def about_match(notice: Notification, reader: User) -> Enclosure:
    """The other city, the deadline, and what a yes means."""
    match = match_of(notice, reader)
    if match is None:
        return NOTHING
    lines = [cities_line(match, reader)]
    if match.is_proposed and not match.is_late and match.reply_by is not None:
        day = {"day": date_format(match.reply_by)}
        lines.append(_("Answer by %(day)s.") % day)
        if notice.event in TO_ANSWER:
            lines.append(
                _(
                    "If both cities accept, you’ll see the names, positions and official email "
                    "addresses of each other’s representatives, and you can plan together in "
                    "private. Accepting doesn’t commit your city to anything else."
                )
            )
    if match.is_introduced and notice.event == "match.introduced":
        lines.append(
            _(
                "The page shows who represents the other city. There you can exchange "
                "messages, share files, schedule meetings and make a plan. Only the two "
                "cities and the brokers can see it."
            )
        )
    return Enclosure(lines=tuple(lines), answer=next_step(notice, match))


def next_step(notice: Notification, match: Match) -> str:
    """What to do on the page; proposals are answered only while that is possible."""
    step = NEXT.get(notice.event, VIEW_MATCH)
    if step is ANSWER and (match.is_late or not match.is_proposed):
        step = VIEW_MATCH
    return str(step)


def cities_line(match: Match, reader: User) -> str:
    sides = permissions.sides_of(reader, match)
    if len(sides) == 1:
        [city] = [match.city_of(side) for side in Side if side not in sides]
        names = {"city": city.localized_name, "country": city.country.localized_name}
        return _("Other city: %(city)s (%(country)s).") % names
    asking, asked = match.request.city.localized_name, match.city.localized_name
    return _("City that made the request: %(asking)s. Proposed partner: %(asked)s.") % {
        "asking": asking,
        "asked": asked,
    }


def about_question(notice: Notification, reader: User) -> Enclosure:
    """The question or the answer, as the broker passed it on; brokers read the original."""
    match = match_of(notice, reader)
    question = Question.objects.filter(match=match, pk=notice.details.get("question")).first()
    if match is None or question is None:
        return NOTHING
    words = {
        "question.asked": question.words,
        "question.passed": question.passed_words,
        "question.answered": question.answer,
        "question.returned": question.passed_answer,
    }
    return Enclosure(
        lines=(cities_line(match, reader),),
        words=words[notice.event],
        answer=next_step(notice, match),
    )


ENCLOSURES = {
    **dict.fromkeys(
        (
            "match.proposed",
            "match.asked",
            "match.extended",
            "match.reminded",
            "match.introduced",
            "match.declined",
            "match.expired",
            "match.withdrawn",
            "match.parted",
            "match.interest",
            "match.made",
            "match.full",
            "match.next",
            "match.stepped-back",
        ),
        about_match,
    ),
    **dict.fromkeys(
        ("question.asked", "question.passed", "question.answered", "question.returned"),
        about_question,
    ),
}
