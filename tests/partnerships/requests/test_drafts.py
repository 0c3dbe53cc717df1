import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from community.writing.preserved_input import EditConflict
from partnerships.models import (
    PartnershipRequest,
    Representation,
    RepresentationStatus,
    RequestCopy,
    RequestStatus,
)
from partnerships.requests import documents as requests_documents
from partnerships.requests import drafts as requests_drafts
from partnerships.requests.drafts import (
    attach_letter,
    create,
    discard,
    keep,
    remove_letter,
    save_draft,
)
from repository.workflow import ActionRefused
from tests.factories import PracticeFactory
from tests.factories.partnerships import THEN, PartnershipRequestFactory
from tests.files import PDF
from tests.partnerships.conftest import values_of
from tests.races import race


@pytest.fixture
def draft(city, focal_point):
    return PartnershipRequestFactory(city=city, created_by=focal_point)


@pytest.fixture
def form(draft) -> dict:
    """The values of a form equal to the draft, which is deleted."""
    values = values_of(draft, practices=[PracticeFactory()])
    draft.delete()
    return values


def letter(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.pdf", content)


def test_create_a_draft_of_the_city(form, city, focal_point):
    partnership_request = create(values=form, by=focal_point, token="one")
    assert (
        partnership_request.city,
        partnership_request.created_by,
        partnership_request.status,
    ) == (city, focal_point, "draft")
    assert requests_documents.document_of(partnership_request) == requests_documents.document(form)


def test_create_by_the_same_form_twice_makes_one(form, focal_point):
    first = create(values=form, by=focal_point, token="one")
    again = create(values=form, by=focal_point, token="one")
    create(values=form, by=focal_point, token="two")
    assert (first, PartnershipRequest.objects.count()) == (again, 2)


def test_create_by_the_same_form_with_another_text_is_refused(form, focal_point):
    first = create(values=form, by=focal_point, token="one")
    with pytest.raises(EditConflict):
        create(values=form | {"title": "Other words"}, by=focal_point, token="one")
    assert PartnershipRequest.objects.get() == first


def test_number_of_drafts_is_limited(form, focal_point, monkeypatch):
    monkeypatch.setattr(requests_drafts, "MAX_DRAFTS", 1)
    create(values=form, by=focal_point, token="one")
    with pytest.raises(ActionRefused, match="too many drafts"):
        create(values=form, by=focal_point, token="two")


@pytest.mark.parametrize("status", RequestStatus.values)
def test_save_draft_only_in_states_of_the_city(status, city, focal_point):
    dates = {"submitted_at": THEN, "opened_at": THEN, "expires_at": THEN}
    if status == "closed":
        dates |= {"closed_at": THEN, "closing_reason": "changed"}
    partnership_request = PartnershipRequestFactory(city=city, status=status, **dates)
    base = requests_documents.document_of(partnership_request)
    save = {
        "partnership_request": partnership_request,
        "values": values_of(partnership_request, title="New"),
        "base": base,
    }
    if status in requests_drafts.WRITABLE:
        assert save_draft(**save, by=focal_point).title == "New"
    else:
        with pytest.raises(ActionRefused, match="because its status is"):
            save_draft(**save, by=focal_point)


def test_save_draft_over_a_change_of_a_colleague_is_refused(draft, focal_point, second):
    base = requests_documents.document_of(draft)
    save_draft(
        partnership_request=draft, values=values_of(draft, baseline="12 days"), base=base, by=second
    )
    mine = values_of(draft, title="Mine")
    with pytest.raises(EditConflict) as change:
        save_draft(partnership_request=draft, values=mine, base=base, by=focal_point)
    now = change.value.now
    assert now["baseline"] == "12 days"
    merged, both = requests_documents.merge(base, now, requests_documents.document(mine))
    assert (merged["title"], merged["baseline"], both) == ("Mine", "12 days", [])
    save_draft(
        partnership_request=draft, values=mine | {"baseline": "12 days"}, base=now, by=focal_point
    )


def test_save_draft_without_changes_is_harmless(draft, focal_point, second):
    base = requests_documents.document_of(draft)
    values = values_of(draft, title="The same")
    save_draft(partnership_request=draft, values=values, base=base, by=second)
    events = draft.events.count()
    save_draft(partnership_request=draft, values=values, base=base, by=focal_point)
    assert draft.events.count() == events


def test_merge_prefers_own_changes():
    base = dict.fromkeys(requests_documents.FIELDS, "")
    merged, both = requests_documents.merge(
        base, base | {"title": "Theirs"}, base | {"title": "Mine", "baseline": "Mine"}
    )
    assert (merged["title"], merged["baseline"], both) == ("Mine", "Mine", ["title"])
    merged, both = requests_documents.merge(
        None, base | {"title": "Theirs"}, base | {"title": "Mine"}
    )
    assert (merged["title"], both) == ("Mine", ["title"])


def test_sealed_documents_cannot_be_forged(draft):
    now = requests_documents.document_of(draft)
    assert requests_documents.unsealed(requests_documents.sealed(now)) == now
    assert requests_documents.unsealed("e30:wrong") is None
    assert requests_documents.unsealed(requests_documents.sealed({})) is None


def test_discard_a_draft_and_its_letter(
    files, draft, focal_point, django_capture_on_commit_callbacks
):
    attach_letter(partnership_request=draft, upload=letter(), by=focal_point)
    draft.refresh_from_db()
    name = draft.endorsement.name
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            discard(partnership_request=draft, by=focal_point)
    assert not PartnershipRequest.objects.exists()
    assert not default_storage.exists(name)


def test_discard_a_submitted_request_is_refused(city, focal_point):
    partnership_request = PartnershipRequestFactory(city=city, submitted=True)
    with pytest.raises(ActionRefused, match="because its status is"):
        discard(partnership_request=partnership_request, by=focal_point)
    assert PartnershipRequest.objects.get() == partnership_request


def test_only_the_newest_copies_are_kept(focal_point, monkeypatch):
    monkeypatch.setattr(requests_drafts, "MAX_COPIES", 2)
    for token in ("one", "two", "three", "three"):
        keep(member=focal_point, token=token, sent={"title": [token]})
    assert [copy.token for copy in RequestCopy.objects.all()] == ["three", "two"]


def test_attach_a_letter_in_place_of_another(
    files, draft, focal_point, django_capture_on_commit_callbacks
):
    names = []
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            attach_letter(partnership_request=draft, upload=letter(), by=focal_point)
            draft.refresh_from_db()
            names.append(draft.endorsement.name)
    assert [default_storage.exists(name) for name in names] == [False, True]
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            remove_letter(partnership_request=draft, by=focal_point)
    draft.refresh_from_db()
    assert (draft.endorsement.name, default_storage.exists(names[1])) == ("", False)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 cut off", b"<html>"])
def test_attach_an_invalid_letter_is_refused(content, files, draft, focal_point):
    with pytest.raises(ValidationError):
        attach_letter(partnership_request=draft, upload=letter(content), by=focal_point)


def test_attach_a_letter_to_an_open_request_is_refused_and_leaves_no_file(
    files, tmp_path, city, focal_point
):
    partnership_request = PartnershipRequestFactory(city=city, opened=True)
    with pytest.raises(ActionRefused, match="because its status is"):
        attach_letter(partnership_request=partnership_request, upload=letter(), by=focal_point)
    assert [*tmp_path.rglob("*.pdf")] == []


def save_at_once(draft, focal_point, second) -> tuple:
    base = requests_documents.document_of(draft)

    def save(by, title):
        try:
            save_draft(
                partnership_request=draft, values=values_of(draft, title=title), base=base, by=by
            )
        except EditConflict:
            raise ActionRefused("changed") from None

    outcomes = race(draft, lambda: save(focal_point, "Mine"), lambda: save(second, "Theirs"))
    return outcomes, draft.events.filter(pgh_label="update").count()


@pytest.mark.django_db(transaction=True)
def test_save_draft_concurrently_refuses_the_second(draft, focal_point, second):
    assert save_at_once(draft, focal_point, second) == (["done", "refused"], 1)


@pytest.mark.django_db(transaction=True)
def test_save_draft_concurrently_without_locks(draft, focal_point, second, without_locks):
    assert save_at_once(draft, focal_point, second) == (["done", "done"], 2)


def test_former_representatives_are_refused(draft, focal_point, files):
    """The right may end between the page and the step, or before a form is sent again."""
    attach_letter(partnership_request=draft, upload=letter(), by=focal_point)
    values = values_of(draft, practices=[PracticeFactory()], title="Mine")
    PartnershipRequest.objects.update(token="one")
    Representation.objects.update(status=RepresentationStatus.ENDED)
    for act in (
        lambda: create(values=values, by=focal_point, token="one"),
        lambda: create(values=values, by=focal_point, token="two"),
        lambda: save_draft(partnership_request=draft, values=values, base=None, by=focal_point),
        lambda: attach_letter(partnership_request=draft, upload=letter(), by=focal_point),
        lambda: remove_letter(partnership_request=draft, by=focal_point),
        lambda: discard(partnership_request=draft, by=focal_point),
    ):
        with pytest.raises(ActionRefused, match="don’t represent"):
            act()
    now = PartnershipRequest.objects.get()
    assert (now.title, bool(now.endorsement)) == (draft.title, True)
