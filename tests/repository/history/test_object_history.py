from datetime import date

import pghistory
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from repository.cases import actions as cases_actions
from repository.history.object_history import Difference, History
from repository.models import CaseStudy, Edition
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    EvidenceFactory,
    LandscapeSectionFactory,
    ReferenceFactory,
    SpeakerFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def act(step, by=None):
    """One step in a context of its own, as a request is: so that it is one change."""
    with pghistory.context(**({"user": by.pk} if by else {})), transaction.atomic():
        return step()


def summary_of(instance):
    """The history in short: who, verb, differences as (label, old, new)."""
    return [
        (change.by, change.verb, [(d.label, d.old, d.new) for d in change.differences])
        for change in History(instance)[0:50]
    ]


@pytest.mark.django_db(transaction=True)
def test_show_who_changed_what_newest_first():
    Edition.objects.get_or_create(pk=1)
    editor, other = UserFactory(display_name="Ama"), UserFactory(display_name="Bo")
    case = act(lambda: CaseStudyFactory(title="Rail"), by=editor)
    act(case.save, by=editor)
    case.title, case.verified_at = "Rail and road", date(2026, 3, 1)
    act(case.save, by=other)
    case = act(lambda: cases_actions.publish(case=case, by=editor), by=editor)
    act(lambda: cases_actions.archive(case=case, reason="Over.", by=other), by=other)
    archived, published, *earlier = summary_of(case)
    assert archived == (
        "Bo",
        "changed",
        [("Status", "Published", "Archived"), ("Reason for archiving", "", "Over.")],
    )
    assert published[:2] == ("Ama", "changed")
    assert published[2][0] == ("Status", "Draft", "Published")
    assert earlier == [
        (
            "Bo",
            "changed",
            [("Title", "Rail", "Rail and road"), ("Last verified", "", "1 March 2026")],
        ),
        ("Ama", "added", []),
    ]
    times = [change.at for change in History(case)[0:50]]
    assert times == sorted(times, reverse=True)


def test_show_links_and_tags():
    case = act(CaseStudyFactory)
    port, rail = CityFactory(name="Qingdao"), CityFactory(name="Zhengzhou")
    act(lambda: (case.cities.add(port), case.cities.add(rail)))
    act(lambda: (case.cities.set([rail]), case.themes.add(ThemeFactory(name="Customs"))))
    act(lambda: case.tags.set(["parcel"]))
    assert sorted(summary_of(case)) == [
        ("", "added", []),
        ("", "changed", [("Cities", "", "Qingdao"), ("Cities", "", "Zhengzhou")]),
        ("", "changed", [("Cities", "Qingdao", ""), ("Themes", "", "Customs")]),
        ("", "changed", [("Tags", "", "parcel")]),
    ]


def test_show_links_added_and_removed_at_once_cancel_out():
    case, city = act(CaseStudyFactory), CityFactory(name="Qingdao")
    act(lambda: case.cities.add(city))
    act(lambda: (case.cities.clear(), case.cities.add(city), case.goals.add(9)))
    goal = ("Goals", "", "9. Industry, innovation and infrastructure")
    assert sorted(summary_of(case)) == [
        ("", "added", []),
        ("", "changed", [("Cities", "", "Qingdao")]),
        ("", "changed", [goal]),
    ]


def test_show_figures():
    case = act(CaseStudyFactory)
    figure = act(lambda: EvidenceFactory(case=case, label="loans", value=1500))
    figure.value, figure.reference = 1600, ReferenceFactory(title="Report")
    act(figure.save)
    act(figure.delete)
    changed = [
        ("Figure “1,600\xa0loans”: Value", "1,500", "1,600"),
        ("Figure “1,600\xa0loans”: Reference", "", "Bureau of Commerce (2020). Report"),
    ]
    assert sorted(summary_of(case)) == [
        ("", "added", []),
        ("", "changed", [("Figure", "", "1,500\xa0loans")]),
        ("", "changed", [("Figure", "1,600\xa0loans", "")]),
        ("", "changed", changed),
    ]


def test_show_appearances_of_webinar_and_speaker():
    speaker = act(lambda: SpeakerFactory(name="Zhang Yanling"))
    appearance = act(lambda: AppearanceFactory(speaker=speaker, title="Director"))
    told_once = [("Talk", "", "Zhang Yanling, Director")]
    assert sorted(summary_of(speaker)) == [("", "added", []), ("", "changed", told_once)]
    assert summary_of(appearance.webinar) == [("", "added", told_once)]


def test_show_long_texts_by_word():
    case = act(lambda: CaseStudyFactory(solution="One window for all papers. " * 10))
    case.solution += "And one fee."
    act(case.save)
    changed = next(change for change in History(case)[0:2] if change.verb == "changed")
    assert changed.differences == [
        Difference(
            label="Solution",
            old="One window for all papers. " * 10,
            new="One window for all papers. " * 10 + "And one fee.",
            pieces=[
                ("gap", ""),
                ("same", "for all papers. One window for all papers. "),
                ("added", "And one fee."),
            ],
        )
    ]


def test_show_without_the_people_and_objects_it_names():
    editor, city = UserFactory(), CityFactory()
    case = act(lambda: CaseStudyFactory(cities=[city]), by=editor)
    number, key = editor.pk, city.pk
    act(case.cities.clear)
    city.delete()
    editor.delete()
    linked = [("Cities", "", f"City {key} (deleted)")]
    unlinked = [("Cities", f"City {key} (deleted)", "")]
    assert sorted(summary_of(case)) == [
        ("", "changed", unlinked),
        (f"Member {number} (account deleted)", "added", linked),
    ]


def test_show_that_it_was_deleted(moderator):
    case = act(CaseStudyFactory)
    gone = CaseStudy(pk=case.pk)
    act(case.delete, by=moderator)
    assert sorted(summary_of(gone)) == [("", "added", []), ("Moderator", "deleted", [])]


def test_show_in_slices_with_a_fixed_number_of_queries():
    case = act(lambda: CaseStudyFactory(themes=[ThemeFactory()]))
    counts = {}
    for total in (2, 30):
        while len(History(case)) < total:
            case.title = f"Title {len(History(case))}"
            act(lambda: (case.save(), case.themes.add(ThemeFactory())))
        with CaptureQueriesContext(connection) as queries:
            changes = History(case)[0:25]
        counts[len(changes)] = len(queries)
    assert list(counts) == [2, 25]
    assert counts[2] == counts[25]
    assert len(History(case)[25:50]) == 5


def test_show_figures_and_works_of_a_section_of_the_landscape():
    section = act(lambda: LandscapeSectionFactory(title="The regions"))
    act(lambda: section.references.add(ReferenceFactory(title="On trade", authors=[], year=2020)))
    act(lambda: EvidenceFactory(case=None, section=section, label="shoppers", value=610))
    assert sorted(summary_of(section)) == [
        ("", "added", []),
        ("", "changed", [("Figure", "", "610\N{NO-BREAK SPACE}shoppers")]),
        ("", "changed", [("References", "", "(2020). On trade")]),
    ]
