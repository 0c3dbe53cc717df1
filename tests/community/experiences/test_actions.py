from datetime import timedelta

import pytest
from django.utils import timezone

from community.discussion.trust import accepted
from community.experiences import actions
from community.models import Experience, Follow, Notification, Standing
from repository.models import City
from repository.places import gazetteer
from repository.workflow import ActionRefused
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    CountryFactory,
    ExperienceFactory,
    PracticeFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
WORDS = {
    "status": "adopted",
    "worked": "One form instead of **seven**.",
    "failed": "",
    "cost": "two clerks",
    "evidence_url": "",
    "language": "en",
}


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, slug="parcels")


@pytest.fixture
def city():
    return CityFactory(slug="kisumu", name="Kisumu")


@pytest.fixture
def trusted(member):
    """The member, with three comments that others can read."""
    CommentFactory.create_batch(3, author=member, subject=CityFactory())
    return member


def add_report(subject, city, by, *, year=2023, tags=(), **changes):
    words = WORDS | changes
    return actions.report(subject=subject, place=city, year=year, tags=list(tags), by=by, **words)


def change(experience, by, *, year=2023, tags=(), place=None, **changes):
    words = WORDS | changes
    return actions.revise(
        experience=experience,
        place=place or experience.city,
        year=year,
        tags=list(tags),
        by=by,
        **words,
    )


def notices() -> list[tuple]:
    rows = Notification.objects.order_by("member__handle", "pk")
    return [*rows.values_list("member__handle", "kind", "event")]


def test_report_by_a_trusted_member_is_published_at_once(case, city, trusted):
    experience = add_report(case, city, trusted, tags=["One window", "one-window"])
    experience.refresh_from_db()
    assert (experience.subject, experience.city, experience.standing) == (
        case,
        city,
        Standing.PUBLISHED,
    )
    assert experience.rendered["worked"] == "<p>One form instead of <strong>seven</strong>.</p>\n"
    assert [tag.name for tag in experience.tags.all()] == ["One window"]


def test_report_by_a_newcomer_is_pending_and_notifies_nobody(case, city, member, colleague):
    Follow.objects.create(member=colleague, subject=case)
    experience = add_report(case, city, member)
    assert (experience.standing, notices()) == (Standing.PENDING, [])


def test_report_with_a_link_is_pending_for_a_newcomer(case, city, member):
    CommentFactory(author=member, subject=case)
    assert accepted(member) == 1
    linked = add_report(case, city, member, evidence_url="https://example.org/decree")
    assert linked.standing == Standing.PENDING
    assert add_report(case, city, member, year=2022).standing == Standing.PUBLISHED


def test_report_notifies_authors_and_followers_once(case, city, trusted, colleague, stranger):
    case.authors.add(colleague, trusted)
    for follower in (colleague, stranger, trusted):
        Follow.objects.create(member=follower, subject=case)
    experience = add_report(case, city, trusted)
    actions.announce(experience)
    assert notices() == [
        ("colleague", "reply", "experience.new"),
        ("stranger", "followed", "experience.new"),
    ]
    notice = Notification.objects.first()
    assert (notice.subject, notice.details) == (case, {"experience": str(experience.pk)})


def test_report_twice_is_one_report(case, city, trusted):
    first, second = add_report(case, city, trusted), add_report(case, city, trusted)
    assert (first, Experience.objects.count()) == (second, 1)
    with pytest.raises(
        ActionRefused, match="You’ve already added an experience for this city and year"
    ):
        add_report(case, city, trusted, worked="Something else.")
    assert Experience.objects.count() == 1


def test_report_at_most_five_a_day(case, city, member):
    for year in range(2015, 2020):
        actions.delete(experience=add_report(case, city, member, year=year), by=member)
    with pytest.raises(ActionRefused, match="many of these"):
        add_report(case, city, member, year=2021)
    assert Experience.objects.count() == 0


def test_report_more_the_next_day(case, city, member):
    for year in range(2015, 2020):
        add_report(case, city, member, year=year)
    events = Experience.pgh_event_model.objects
    # Events cannot be changed: the clock is.
    with pytest.MonkeyPatch.context() as patch:
        later = timezone.now() + timedelta(hours=25)
        patch.setattr("community.discussion.trust.clock.now", lambda: later)
        assert add_report(case, city, member, year=2021).year == 2021
    assert events.filter(pgh_label="insert").count() == 6


@pytest.mark.parametrize("state", [{}, {"archived": True}])
def test_report_on_an_unpublished_case_is_refused(state, city, trusted):
    with pytest.raises(ActionRefused, match="You can’t add an experience to this page"):
        add_report(CaseStudyFactory(**state), city, trusted)


def test_report_from_a_closed_account_is_refused(case, city):
    with pytest.raises(ActionRefused, match="closed"):
        add_report(case, city, UserFactory(is_active=False))


def test_report_creates_a_city_of_the_gazetteer_once(case, trusted):
    CountryFactory(iso2="RW")
    place = next(found for found in gazetteer.find("Kigali", "RW") if found.name == "Kigali")
    first = add_report(case, place, trusted)
    second = add_report(PracticeFactory(), place, trusted)
    assert first.city == second.city == City.objects.get(geoname_id=place.geoname_id)


def test_report_from_an_unknown_country_is_refused(case, trusted):
    place = gazetteer.find("Kigali", "RW")[0]
    with pytest.raises(ActionRefused, match="country"):
        add_report(case, place, trusted)


def test_revise_is_marked(case, city, trusted):
    experience = add_report(case, city, trusted, tags=["rail"])
    elsewhere = CityFactory(slug="kigali")
    change(experience, trusted, place=elsewhere, failed="No trains.", tags=["port"])
    experience.refresh_from_db()
    assert (experience.city, experience.failed) == (elsewhere, "No trains.")
    assert experience.rendered["failed"] == "<p>No trains.</p>\n"
    assert experience.edited_at is not None


def test_revise_without_change_is_not_marked(case, city, trusted):
    experience = change(add_report(case, city, trusted), trusted)
    assert experience.edited_at is None


def test_revise_with_a_link_is_pending(case, city, member):
    experience = ExperienceFactory(subject=case, city=city, author=member)
    changed = change(experience, member, worked="Buy at https://example.com")
    assert changed.standing == Standing.PENDING


def test_revise_to_a_duplicate_is_refused(case, city, trusted):
    add_report(case, city, trusted, year=2020)
    experience = add_report(case, city, trusted, year=2021)
    with pytest.raises(
        ActionRefused, match="You’ve already added an experience for this city and year"
    ):
        change(experience, trusted, year=2020)


@pytest.mark.parametrize("act", [change, lambda row, by: actions.delete(experience=row, by=by)])
def test_act_of_a_stranger_is_refused(act, stranger, moderator):
    experience = ExperienceFactory()
    for other in (stranger, moderator):
        with pytest.raises(ActionRefused, match="your own experiences"):
            act(experience, other)
    assert Experience.objects.get().edited_at is None


@pytest.mark.parametrize("standing", [Standing.HIDDEN, Standing.DECLINED, Standing.REMOVED])
@pytest.mark.parametrize("act", [change, lambda row, by: actions.delete(experience=row, by=by)])
def test_act_on_a_moderated_report_is_refused(act, standing, member):
    experience = ExperienceFactory(author=member, standing=standing)
    with pytest.raises(ActionRefused, match="A moderator"):
        act(experience, member)
    assert Experience.objects.get().standing == standing


def test_delete(case, city, trusted):
    experience = add_report(case, city, trusted, tags=["rail"])
    actions.delete(experience=experience, by=trusted)
    assert not Experience.objects.exists()
    assert not TagFactory._meta.model.objects.public().exists()
    with pytest.raises(ActionRefused, match="no longer exists"):
        actions.delete(experience=experience, by=trusted)
