"""Webinars that were held, with registrations and survey answers."""

from datetime import timedelta

from django.utils import timezone

from community.models import Registration, RegistrationStatus, Survey, Verb
from community.webinars.surveys import actions
from community.webinars.surveys.figures import seats_of
from repository.models import WebinarStatus
from tests.factories import UserFactory, WebinarFactory


def guest(webinar, **fields):
    fields = {"name": "Afi Dossou", "email": "afi@example.org", "gender": "woman"} | fields
    return seat(webinar, **fields)


def seat(webinar, **fields):
    """A seat taken before the webinar was held."""
    made = Registration.objects.create(
        webinar=webinar,
        time_zone="UTC",
        status=RegistrationStatus.REGISTERED,
        placed_at=timezone.now(),
        **fields,
    )
    count_seats(webinar)
    return made


def register(webinar, number, **fields):
    """Add seats of erased guests, and count them if the webinar was held."""
    fields = {"status": RegistrationStatus.REGISTERED} | fields
    Registration.objects.bulk_create(
        Registration(webinar=webinar, time_zone="UTC", placed_at=timezone.now(), **fields)
        for _turn in range(number)
    )
    if webinar.is_held:
        Survey.objects.filter(webinar=webinar).delete()
        actions.after_change(webinar, "held")


def count_seats(webinar):
    """Update the count of a survey that exists already."""
    Survey.objects.filter(webinar=webinar).update(seats=seats_of(webinar))


def held(**fields):
    """A webinar held yesterday, without a survey."""
    fields = {"title": "Parcels by rail", "slug": "parcels"} | fields
    return WebinarFactory(
        status=WebinarStatus.HELD,
        starts_at=timezone.now() - timedelta(days=1),
        minutes=60,
        time_zone="Africa/Nairobi",
        **fields,
    )


def survey_of(webinar):
    return Survey.objects.create(
        webinar=webinar,
        closes_at=timezone.now() + actions.OPEN_FOR,
        seats=seats_of(webinar),
        counts={},
    )


def answer_data(**changed):
    return {
        "attended": "live",
        "knowledge": "much",
        "collaborate": "yes",
        "brokered": "no",
        "partner": "",
        "comment": "",
        "may_show": False,
    } | changed


def answer(registration, *, extra=None, seen=None, **changed):
    """Answer the survey through the action."""
    questions = list(actions.questions_of(registration.webinar.survey))
    return actions.answer(
        registration=registration,
        data=answer_data(**changed),
        extra=extra or {},
        seen=actions.fingerprint(questions) if seen is None else seen,
    )


def review(words, by, verb=Verb.APPROVE, **changed):
    """Moderate the comment of an answer, and reload the answer."""
    actions.review(
        answer=words, verb=verb, by=by, **{"seen": actions.mark(words.comment)} | changed
    )
    words.refresh_from_db()
    return words


def answered(webinar, number, country=None, gender="", **changed):
    """Add members with a seat who all give the same answer."""
    for member in UserFactory.create_batch(number):
        answer(seat(webinar, member=member, country=country, gender=gender), **changed)
