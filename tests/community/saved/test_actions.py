"""Saving pages, and keeping them in collections: idempotent, bounded, and only one's own."""

import pytest
from django.db import IntegrityError, transaction

from community.models import Collection, SavedItem, User
from community.privacy.actions import delete_account
from community.saved import actions
from repository.models import CaseStudy
from repository.workflow import ActionRefused
from tests import races
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CollectionFactory,
    PracticeFactory,
    RecommendationFactory,
    SavedItemFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def stored() -> list[tuple[str, str | None, str]]:
    rows = SavedItem.objects.order_by("pk")
    return [*rows.values_list("member__handle", "collection__name", "note")]


@pytest.mark.parametrize(
    "make",
    [
        lambda: CaseStudyFactory(published=True),
        PracticeFactory,
        WebinarFactory,
        RecommendationFactory,
        CityFactory,
    ],
)
def test_save_and_remove(make, member):
    subject = make()
    item = actions.save(subject=subject, by=member)
    assert (item.subject, stored()) == (subject, [("member", None, "")])
    actions.remove(item=item, by=member)
    assert stored() == []


def test_save_and_remove_twice_is_once(member):
    subject = PracticeFactory()
    item = actions.save(subject=subject, by=member)
    port = actions.create(name="Port", by=member)
    actions.edit(item=item, note="For Monday.", collection=port, by=member)
    assert actions.save(subject=subject, by=member) == item
    assert stored() == [("member", "Port", "For Monday.")]
    for _click in range(2):
        actions.remove(item=item, by=member)
    assert stored() == []


def test_save_refuses_what_is_not_public(member, stranger):
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    for subject, by in [
        (CaseStudyFactory(authors=[member]), member),
        (CaseStudyFactory(archived=True), member),
        (WebinarFactory(draft=True), member),
        (PracticeFactory(), stranger),
    ]:
        with pytest.raises(ActionRefused):
            actions.save(subject=subject, by=by)
    assert stored() == []


def test_edit_moves_to_an_existing_or_a_new_collection(member):
    item = actions.save(subject=PracticeFactory(), by=member)
    port = actions.create(name="Port", by=member)
    for wanted, expected in [
        ({"note": "One", "collection": port}, ("Port", "One")),
        ({"note": "Two", "collection": None}, (None, "Two")),
        ({"note": "", "collection": port, "new_name": "Rail"}, ("Rail", "")),
    ]:
        item = actions.edit(item=item, by=member, **wanted)
        assert stored() == [("member", *expected)]
    assert sorted(Collection.objects.values_list("name", flat=True)) == ["Port", "Rail"]


@pytest.mark.parametrize(
    ("name", "same"), [("Kelvin", "\N{KELVIN SIGN}elvin"), ("straße", "STRAẞE")]
)
def test_names_that_differ_only_in_case_are_the_same(member, name, same):
    actions.create(name=name, by=member)
    other = actions.create(name="Other", by=member)
    with pytest.raises(ActionRefused, match="already have a collection"):
        actions.create(name=same, by=member)
    with pytest.raises(ActionRefused, match="already have a collection"):
        actions.rename(collection=other, name=same, by=member)


def test_rename_and_delete(member):
    port = actions.create(name="Port", by=member)
    item = actions.save(subject=PracticeFactory(), by=member)
    actions.edit(item=item, note="Note", collection=port, by=member)
    other = actions.save(subject=PracticeFactory(), by=member)
    assert actions.rename(collection=port, name="PORT", by=member).name == "PORT"
    for _click in range(2):
        actions.delete(collection=port, by=member)
    assert [*SavedItem.objects.all()] == [other]
    assert Collection.objects.count() == 0


@pytest.mark.parametrize("name", ["port", "Saved", "SAVED"])
def test_a_name_is_used_once(member, colleague, name):
    actions.create(name="Port", by=member)
    rail = actions.create(name="Rail", by=member)
    item = actions.save(subject=PracticeFactory(), by=member)
    for attempt in (
        lambda: actions.create(name=name, by=member),
        lambda: actions.rename(collection=rail, name=name, by=member),
        lambda: actions.edit(item=item, note="Lost", collection=None, new_name=name, by=member),
    ):
        with pytest.raises(ActionRefused, match="already have a collection"):
            attempt()
    assert sorted(Collection.objects.values_list("name", flat=True)) == ["Port", "Rail"]
    assert stored() == [("member", None, "")]
    # Another member is free to use it.
    assert actions.create(name="Port", by=colleague).member == colleague


def test_the_numbers_are_bounded(member, monkeypatch):
    monkeypatch.setattr(actions, "MAX_COLLECTIONS", 1)
    monkeypatch.setattr(actions, "MAX_ITEMS", 2)
    port = actions.create(name="Port", by=member)
    with pytest.raises(ActionRefused, match="up to 1 collections"):
        actions.create(name="Rail", by=member)
    items = [actions.save(subject=PracticeFactory(), by=member) for _number in range(2)]
    with pytest.raises(ActionRefused, match="“Saved” can have up to 2 pages"):
        actions.save(subject=PracticeFactory(), by=member)
    for item in items:
        actions.edit(item=item, note="", collection=port, by=member)
    third = actions.save(subject=PracticeFactory(), by=member)
    with pytest.raises(ActionRefused, match="“Port” can have up to 2 pages"):
        actions.edit(item=third, note="Kept", collection=port, by=member)
    # A full collection can still be edited.
    actions.edit(item=items[0], note="Read", collection=port, by=member)
    assert stored() == [("member", "Port", "Read"), ("member", "Port", ""), ("member", None, "")]


def test_refuse_what_belongs_to_somebody_else(member, colleague):
    theirs = CollectionFactory(member=colleague, name="Theirs")
    item = SavedItemFactory(member=colleague, collection=theirs, note="Private")
    mine = actions.save(subject=PracticeFactory(), by=member)
    for attempt in (
        lambda: actions.rename(collection=theirs, name="Mine", by=member),
        lambda: actions.edit(item=item, note="", collection=None, by=member),
        lambda: actions.edit(item=mine, note="", collection=theirs, by=member),
    ):
        with pytest.raises(ActionRefused, match="no longer exists"):
            attempt()
    actions.delete(collection=theirs, by=member)
    actions.remove(item=item, by=member)
    assert stored() == [("colleague", "Theirs", "Private"), ("member", None, "")]


def test_constraints(member):
    item = SavedItemFactory(member=member)
    CollectionFactory(member=member, name="Port")
    for write, constraint in [
        (lambda: SavedItem.objects.create(member=member, subject=item.subject), "saved_item_uniq"),
        (lambda: Collection.objects.create(member=member, name="PORT"), "collection_name_unique"),
        (lambda: Collection.objects.create(member=member, name=""), "collection_has_name"),
    ]:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            write()


@pytest.mark.django_db(transaction=True)
def test_concurrent_clicks_stay_within_the_limits(member, monkeypatch):
    monkeypatch.setattr(actions, "MAX_COLLECTIONS", 1)
    monkeypatch.setattr(actions, "MAX_ITEMS", 1)
    first, second = PracticeFactory(), PracticeFactory()
    assert races.at_once(
        lambda: actions.save(subject=first, by=member),
        lambda: actions.save(subject=first, by=member),
    ) == ["done", "done"]
    assert stored() == [("member", None, "")]
    SavedItem.objects.all().delete()
    assert races.at_once(
        lambda: actions.save(subject=first, by=member),
        lambda: actions.save(subject=second, by=member),
    ) == ["done", "refused"]
    assert races.at_once(
        lambda: actions.create(name="Port", by=member),
        lambda: actions.create(name="Rail", by=member),
    ) == ["done", "refused"]
    assert (SavedItem.objects.count(), Collection.objects.count()) == (1, 1)


def test_forget_a_case_that_its_author_erases(member, colleague, settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"
    case = CaseStudyFactory(published=True, authors=[colleague])
    actions.save(subject=case, by=member)
    delete_account(member=colleague, by=colleague, erase=True)
    assert CaseStudy.objects.get(pk=case.pk).status == "archived"
    assert stored() == []
