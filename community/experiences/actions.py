from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from community.discussion.trust import check_rate, first_standing, lock_author
from community.experiences import reports
from community.models import Experience, NoticeKind, Standing, User
from community.notices.notify import followers, notify
from repository.dates import clock
from repository.models import CaseStudy, City, Country
from repository.places import gazetteer
from repository.tags import folding
from repository.workflow import ActionRefused, action, lock

MAX_PER_DAY = 5
WORDS = ("status", "worked", "failed", "cost", "evidence_url", "language")
TEXTS = ("worked", "failed", "cost", "evidence_url")
# The event model created by pghistory.
EVENTS: Any = getattr(Experience, "pgh_event_model")  # noqa: B009


@action
def report(
    *,
    subject: models.Model,
    place: City | gazetteer.Place,
    year: int,
    tags: list[str],
    by: User,
    **words: str,
) -> Experience:
    """Report a city's experience with a case or a practice."""
    by = lock_author(by)
    if not reports.is_open(subject):
        raise ActionRefused(_("You can’t add an experience to this page."))
    city = city_of(place)
    existing = Experience.objects.about(subject).filter(author=by, city=city, year=year).first()
    if existing is not None:
        if existing.standing not in (Standing.PUBLISHED, Standing.PENDING):
            raise ActionRefused(
                _(
                    "A moderator has hidden or declined your experience for this city and "
                    "year, so you can’t add another one."
                )
            )
        # Idempotent: a second click sends the same text again.
        if all(getattr(existing, name) == words.get(name, "") for name in TEXTS):
            return existing
        raise ActionRefused(
            _("You’ve already added an experience for this city and year. Edit that one instead.")
        )
    if not by.is_staff:
        # Count events, not reports: deleting a report must not make room for another.
        written = EVENTS.objects.filter(author=by, pgh_label="insert")
        check_rate(written, most=MAX_PER_DAY, hours=24, field="pgh_created_at")
    experience = Experience.objects.create(
        subject=subject,
        author=by,
        city=city,
        year=year,
        standing=first_standing(by, *(words.get(name, "") for name in TEXTS)),
        **{name: words.get(name, "") for name in WORDS},
    )
    set_tags(experience, tags)
    if experience.is_published:
        announce(experience)
    return experience


@action
def revise(
    *,
    experience: Experience,
    place: City | gazetteer.Place,
    year: int,
    tags: list[str],
    by: User,
    **words: str,
) -> Experience:
    """Revise a report, and mark it as edited."""
    by = lock_author(by)
    experience = lock(Experience.objects.select_related("city", "author"), experience.pk)
    if experience.author_id != by.pk:
        raise ActionRefused(_("You can only edit your own experiences."))
    check_open(experience)
    was_published = experience.is_published
    values: dict[str, Any] = {name: words.get(name, "") for name in WORDS}
    values |= {"city": city_of(place), "year": year}
    changed = [name for name, value in values.items() if getattr(experience, name) != value]
    if was_published:
        # Links added later by a newcomer are moderated too.
        added = [values[name] for name in TEXTS if name in changed]
        experience.standing = first_standing(by, *added)
    for name in changed:
        setattr(experience, name, values[name])
    if changed:
        experience.edited_at = clock.now()
        try:
            with transaction.atomic():
                experience.save(update_fields=[*changed, "rendered", "standing", "edited_at"])
        except IntegrityError:
            raise ActionRefused(
                _(
                    "You’ve already added an experience for this city and year. Edit that "
                    "one instead."
                )
            ) from None
    set_tags(experience, tags)
    if experience.is_published:
        announce(experience)
    return experience


@action
def delete(*, experience: Experience, by: User) -> None:
    """Delete a report; only the history keeps it."""
    by = lock_author(by)
    experience = lock(Experience.objects.select_related("city", "author"), experience.pk)
    if experience.author_id != by.pk:
        raise ActionRefused(_("You can only delete your own experiences."))
    check_open(experience)
    experience.delete()


def set_tags(experience: Experience, tags: list[str]) -> None:
    try:
        experience.tags.set(tags)
    except folding.TooMany as mistake:
        raise ActionRefused(" ".join(mistake.messages)) from None


def check_open(experience: Experience) -> None:
    if experience.standing not in (Standing.PUBLISHED, Standing.PENDING):
        # While it is hidden, moderators decide, and the author can appeal.
        raise ActionRefused(
            _("A moderator has hidden or declined this experience, so you can’t change it.")
        )


def city_of(place: City | gazetteer.Place) -> City:
    """The city of the collection at a place, created from the gazetteer if necessary."""
    if isinstance(place, City):
        return place
    city = City.objects.filter(geoname_id=place.geoname_id).first()
    if city is not None:
        return city
    try:
        with transaction.atomic():
            return gazetteer.create_city(place)
    except Country.DoesNotExist:
        raise ActionRefused(_("This city’s country or area isn’t on the exchange yet.")) from None
    except IntegrityError:
        # A concurrent report created the same city.
        return City.objects.get(geoname_id=place.geoname_id)


def announce(experience: Experience) -> None:
    """Notify the authors of the case, and followers of subject, city or author; each once."""
    authors, following = concerned(experience)
    for kind, members in ((NoticeKind.REPLY, authors), (NoticeKind.FOLLOWED, following)):
        notify(
            members,
            kind=kind,
            event="experience.new",
            subject=experience.subject,
            actor=experience.author,
            key=f"experience-{experience.pk}",
            experience=str(experience.pk),
        )


def concerned(experience: Experience) -> tuple[set[int], set[int]]:
    """The members to notify of a report: (authors of the case, followers), without its author."""
    subject: Any = experience.subject
    authors: set[int] = set()
    if isinstance(subject, CaseStudy):
        authors = {*subject.authors.filter(is_active=True).values_list("pk", flat=True)}
    followed = [subject, experience.city, experience.author]
    following = followers(*(one for one in followed if one is not None))
    return authors - {experience.author_id}, following - authors - {experience.author_id}
