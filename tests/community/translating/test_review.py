"""What reviewers do besides answering: review paragraphs, mark translations as reviewed, undo."""

import pytest

from community.moderation.decisions.undo import undo
from community.translating.actions import accept, mark_reviewed
from repository.models import TranslatedParagraph, Translation
from repository.workflow import ActionRefused
from tests.community.translating.proposals import (
    key,
    kind_of,
    reviews,
    seen,
    submitted,
    whole,
)
from tests.community.translating.test_actions import change, texts_of, unreviewed
from tests.community.writing.revisions.revisions import make_known, notified_of
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return PracticeFactory(name="Parcels", summary="Few.", description="One.\n\nTwo.", needs="")


def test_review_paragraph_by_paragraph(practice, member, colleague, stranger, moderator):
    make_known(member)
    submitted(practice, member, {key(practice, "name"): "Paquetes"})
    proposal = submitted(practice, colleague, {key(practice, "summary"): "Pocos."})
    accept(proposal=proposal, by=reviews(stranger), seen=seen(practice))
    assert unreviewed() == ["Paquetes"]
    proposal = submitted(practice, member, whole(practice))
    accept(proposal=proposal, by=moderator, seen=seen(practice))
    assert unreviewed() == ["ES Parcels", "ES Few.", "ES One.", "ES Two."]
    mark_reviewed(
        kind=kind_of(practice), row=practice, language="es", seen=seen(practice), by=stranger
    )
    assert unreviewed() == []
    assert Translation.objects.get().state == "current"


def test_undo_restores_the_paragraphs_before(practice, member, colleague, stranger, moderator):
    make_known(colleague)
    submitted(practice, colleague)
    TranslatedParagraph.objects.update(is_reviewed=True)
    proposal = submitted(practice, member, {key(practice, "name"): "Bultos"})
    decision = accept(proposal=proposal, by=moderator, seen=seen(practice))
    assert texts_of(practice)[0] == "Bultos"
    assert unreviewed() == ["Bultos"]
    undo(decision=decision, by=moderator)
    assert texts_of(practice) == ["ES Parcels", "ES Few.", "ES One.", "ES Two."]
    assert {row.by for row in TranslatedParagraph.objects.all()} == {colleague}
    assert Translation.objects.get().state == "current"


def test_undo_a_decision_of_before_paragraphs_were_reviewed(practice, member, colleague, moderator):
    """Then the proposal knew of the whole translation, and the events of none."""
    make_known(colleague)
    submitted(practice, colleague)
    proposal = submitted(practice, member, {key(practice, "name"): "Bultos"})
    decision = accept(proposal=proposal, by=moderator, seen=seen(practice))
    proposal.refresh_from_db()
    proposal.replaced["is_reviewed"] = True
    proposal.save()
    undo(decision=decision, by=moderator)
    assert unreviewed() == []
    assert Translation.objects.get().state == "current"


def test_undo_is_refused_after_another_change(practice, member, colleague, moderator):
    proposal = submitted(practice, member)
    decision = accept(proposal=proposal, by=moderator, seen=seen(practice))
    make_known(colleague)
    submitted(practice, colleague, {key(practice, "name"): "Bultos"})
    with pytest.raises(ActionRefused, match="changed since the decision"):
        undo(decision=decision, by=moderator)


def test_undo_removes_a_translation_that_was_new(practice, member, stranger):
    proposal = submitted(practice, member)
    decision = accept(proposal=proposal, by=reviews(stranger), seen=seen(practice))
    undo(decision=decision, by=stranger)
    proposal.refresh_from_db()
    assert (proposal.status, Translation.objects.count()) == ("submitted", 0)
    assert notified_of("translation.undone") == ["member"]


def test_mark_reviewed_is_refused_to_translators_and_others(practice, member, stranger, moderator):
    make_known(member)
    submitted(practice, member)
    common = {"kind": kind_of(practice), "row": practice, "language": "es"}
    reviews(member)
    with pytest.raises(ActionRefused, match="another person"):
        mark_reviewed(**common, seen=seen(practice), by=member)
    for user in (stranger, moderator):
        with pytest.raises(ActionRefused, match="Only a reviewer"):
            mark_reviewed(**common, seen=seen(practice), by=user)
    reviews(stranger)
    with pytest.raises(ActionRefused, match="Read it again"):
        mark_reviewed(**common, seen="", by=stranger)
    change(practice, summary="Many.")
    with pytest.raises(ActionRefused, match="complete and up to date"):
        mark_reviewed(**common, seen=seen(practice), by=stranger)
