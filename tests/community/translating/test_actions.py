"""Translations by members: claims, submissions, and the answers of reviewers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from community.models import (
    Decision,
    LanguageReviewer,
    Notification,
    TranslationProposal,
)
from community.moderation.appeals import actions as appeals
from community.translating import actions
from community.translating.actions import (
    accept,
    claim,
    decline,
    mark_reviewed,
    save,
    submit,
    withdraw,
)
from repository.cases.actions import archive
from repository.models import Origin, Practice, SitePage, TranslatedParagraph, Translation
from repository.translations.actions import store
from repository.translations.reading import translate
from repository.workflow import ActionRefused
from tests.community.translating.proposals import (
    key,
    kind_of,
    reviews,
    saved,
    seen,
    submitted,
    whole,
)
from tests.community.writing.revisions.revisions import make_known, notified_of
from tests.factories import CaseStudyFactory, PracticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return PracticeFactory(name="Parcels", summary="Few.", description="One.\n\nTwo.", needs="")


def texts_of(row, language="es") -> list[str]:
    rows = TranslatedParagraph.objects.filter(
        translation__object_id=row.pk, translation__language=language
    )
    return list(rows.order_by("position").values_list("text", flat=True))


def unreviewed() -> list[str]:
    rows = TranslatedParagraph.objects.filter(is_reviewed=False).order_by("position")
    return list(rows.values_list("text", flat=True))


def change(row, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def lapse(proposal) -> None:
    past = timezone.now() - timedelta(minutes=1)
    TranslationProposal.objects.filter(pk=proposal.pk).update(claimed_until=past)


# Claims


def test_claim_reserves_a_translation(practice, member, colleague):
    first = claim(kind=kind_of(practice), row=practice, language="es", by=member)
    assert claim(kind=kind_of(practice), row=practice, language="es", by=member) == first
    with pytest.raises(ActionRefused, match="Another member is translating this until"):
        claim(kind=kind_of(practice), row=practice, language="es", by=colleague)
    assert claim(kind=kind_of(practice), row=practice, language="fr", by=colleague).is_live


def test_claim_after_another_has_lapsed_keeps_its_text(practice, member, colleague):
    first = saved(practice, member, {key(practice, "name"): "Paquetes"})
    lapse(first)
    second = claim(kind=kind_of(practice), row=practice, language="es", by=colleague)
    first.refresh_from_db()
    assert (first.status, first.paragraphs[0]["text"]) == ("lapsed", "Paquetes")
    with pytest.raises(ActionRefused, match="Claim ended"):
        save(proposal=first, texts={key(practice, "summary"): "Pocos."}, by=member)
    withdraw(proposal=second, by=colleague)
    again = claim(kind=kind_of(practice), row=practice, language="es", by=member)
    assert (again, again.status, again.paragraphs[0]["text"]) == (first, "claimed", "Paquetes")


def test_a_lapsed_claim_that_nobody_took_is_still_there(practice, member):
    first = saved(practice, member, {key(practice, "name"): "Paquetes"})
    lapse(first)
    found = save(proposal=first, texts={key(practice, "summary"): "Pocos."}, by=member)
    assert found.is_live
    assert [entry["text"] for entry in found.paragraphs] == ["Paquetes", "Pocos."]


def test_claim_is_refused_for_what_is_not_public_and_the_language_of_the_original(
    practice, member, moderator
):
    with pytest.raises(ActionRefused, match="another language"):
        claim(kind=kind_of(practice), row=practice, language="en", by=member)
    with pytest.raises(ActionRefused, match="another language"):
        claim(kind=kind_of(practice), row=practice, language="xx", by=member)
    for case in (
        CaseStudyFactory(authors=[member]),
        archive(case=CaseStudyFactory(published=True), reason="Over.", by=moderator),
    ):
        with pytest.raises(ActionRefused, match="no longer exists"):
            claim(kind=kind_of(case), row=case, language="es", by=member)


def test_claim_ten_at_most(member):
    for _number in range(actions.CLAIMS):
        practice = PracticeFactory()
        claim(kind=kind_of(practice), row=practice, language="es", by=member)
    practice = PracticeFactory()
    with pytest.raises(ActionRefused, match="started 10 translations"):
        claim(kind=kind_of(practice), row=practice, language="es", by=member)


# Saving


def test_save_keeps_paragraphs_that_the_original_no_longer_has(practice, member):
    proposal = saved(practice, member, {key(practice, "name"): "Paquetes"})
    change(practice, name="Small parcels")
    found = save(proposal=proposal, texts={key(practice, "name"): "Paquetitos"}, by=member)
    assert [(entry["source"], entry["text"]) for entry in found.paragraphs] == [
        ("Small parcels", "Paquetitos"),
        ("Parcels", "Paquetes"),
    ]


def test_save_is_refused_to_others(practice, member, colleague, moderator):
    proposal = saved(practice, member, {key(practice, "name"): "Paquetes"})
    for user in (colleague, moderator):
        with pytest.raises(ActionRefused, match="Only the translator"):
            save(proposal=proposal, texts={key(practice, "name"): "X"}, by=user)
        with pytest.raises(ActionRefused, match="Only the translator"):
            submit(proposal=proposal, seen=seen(practice), by=user)


# Submitting


def test_submit_of_a_known_member_is_public_at_once_and_not_reviewed(practice, member, stranger):
    make_known(member)
    reviews(stranger)
    proposal = submitted(practice, member)
    assert proposal.status == "accepted"
    assert Translation.objects.get().state == "draft"
    assert {row.by for row in TranslatedParagraph.objects.all()} == {member}
    found = Practice.objects.get()
    with override("es"):
        translate(("practice", [found]))
    assert found.name == "ES Parcels"
    assert notified_of("translation.published") == ["stranger"]
    # It was no decision of staff.
    assert Decision.objects.count() == 0


def test_submit_of_a_newcomer_waits(practice, member, stranger, moderator):
    reviews(stranger)
    reviews(moderator, "fr")
    proposal = submitted(practice, member)
    assert (proposal.status, Translation.objects.count()) == ("submitted", 0)
    assert notified_of("translation.submitted") == ["moderator", "stranger"]
    with pytest.raises(ActionRefused, match="waiting for review"):
        claim(kind=kind_of(practice), row=practice, language="es", by=stranger)


def test_submit_nothing_is_refused(practice, member):
    make_known(member)
    proposal = claim(kind=kind_of(practice), row=practice, language="es", by=member)
    with pytest.raises(ActionRefused, match="changed anything"):
        submit(proposal=proposal, seen=seen(practice), by=member)
    submitted(practice, member)
    with pytest.raises(ActionRefused, match="changed anything"):
        submitted(practice, member)


def test_submit_is_refused_after_a_change_that_the_member_has_not_seen(practice, member):
    make_known(member)
    proposal = saved(practice, member, whole(practice))
    before = seen(practice)
    change(practice, summary="Many.")
    with pytest.raises(ActionRefused, match="has changed since you opened this page"):
        submit(proposal=proposal, seen=before, by=member)
    proposal.refresh_from_db()
    assert proposal.status == "claimed"


def test_submit_that_replaces_what_was_reviewed_waits(practice, member, colleague, stranger):
    make_known(member)
    make_known(colleague)
    submitted(practice, member)
    mark_reviewed(
        kind=kind_of(practice),
        row=practice,
        language="es",
        seen=seen(practice),
        by=reviews(stranger),
    )
    proposal = submitted(practice, colleague, {key(practice, "name"): "Bultos"})
    assert proposal.status == "submitted"
    assert texts_of(practice)[0] == "ES Parcels"
    accept(proposal=proposal, by=stranger, seen=seen(practice))
    assert texts_of(practice)[0] == "Bultos"
    assert Translation.objects.get().is_reviewed


def test_submit_of_a_page_about_the_site_waits(member):
    make_known(member)
    page = SitePage.objects.create(topic="terms", title="Terms", summary="Few.", body="One.")
    assert submitted(page, member).status == "submitted"
    assert texts_of(page) == []


def test_submit_what_is_new_beside_what_was_reviewed_is_not_reviewed(practice, member, stranger):
    make_known(member)
    submitted(practice, member)
    TranslatedParagraph.objects.update(is_reviewed=True)
    change(practice, summary="Many.")
    submitted(practice, member, {key(practice, "summary"): "Muchos."})
    assert Translation.objects.get().state == "draft"
    # What was reviewed stays so.
    assert unreviewed() == ["Muchos."]
    proposal = submitted(practice, member, {key(practice, "name"): "Bultos"})
    assert proposal.status == "submitted"


def test_still_right_keeps_the_translator_and_takes_the_new_source(practice, member, colleague):
    make_known(member)
    make_known(colleague)
    submitted(practice, member)
    change(practice, description="One!\n\nTwo.")
    assert Translation.objects.get().state == "partly-stale"
    submitted(practice, colleague, {key(practice, "description"): "ES One."})
    row = TranslatedParagraph.objects.get(source="One!")
    assert (row.text, row.by) == ("ES One.", member)
    assert Translation.objects.get().state == "draft"


# Answers


def test_accept_by_a_reviewer_publishes_and_reviews(practice, member, stranger):
    proposal = submitted(practice, member)
    accept(proposal=proposal, by=reviews(stranger), seen=seen(practice))
    assert Translation.objects.get().state == "current"
    assert notified_of("translation.accepted") == ["member"]
    assert (Decision.objects.get().verb, Decision.objects.get().by) == ("approve", stranger)


def test_accept_by_a_moderator_publishes_only(practice, member, moderator):
    accept(proposal=submitted(practice, member), by=moderator, seen=seen(practice))
    assert Translation.objects.get().state == "draft"


def test_accept_is_for_reviewers_of_the_language_and_moderators(
    practice, member, stranger, colleague, broker
):
    proposal = submitted(practice, member)
    reviews(colleague, "fr")
    reviews(member)
    with pytest.raises(ActionRefused, match="another person"):
        accept(proposal=proposal, by=member)
    for user in (stranger, colleague, broker):
        with pytest.raises(ActionRefused, match="Only a reviewer of this language"):
            accept(proposal=proposal, by=user)
        with pytest.raises(ActionRefused, match="Only a reviewer of this language"):
            decline(proposal=proposal, by=user, reason="wrong", message="No.")


def test_accept_after_the_role_was_revoked_is_refused(practice, member, stranger):
    proposal = submitted(practice, member)
    reviews(stranger)
    LanguageReviewer.objects.all().delete()
    with pytest.raises(ActionRefused, match="Only a reviewer of this language"):
        accept(proposal=proposal, by=stranger)
    reviews(stranger)
    stranger.is_active = False
    stranger.save()
    with pytest.raises(ActionRefused, match="Only a reviewer of this language"):
        accept(proposal=proposal, by=stranger)


def test_accept_twice_is_refused(practice, member, stranger, moderator):
    proposal = submitted(practice, member)
    accept(proposal=proposal, by=moderator)
    with pytest.raises(ActionRefused, match="Accepted"):
        accept(proposal=proposal, by=reviews(stranger))
    assert notified_of("translation.accepted") == ["member"]


def test_accept_after_the_original_has_changed(practice, member, stranger):
    proposal = submitted(practice, member)
    before = seen(practice)
    change(practice, description="One.\n\nTwo, changed.")
    with pytest.raises(ActionRefused, match="changed after you opened"):
        accept(proposal=proposal, by=reviews(stranger), seen=before)
    accept(proposal=proposal, by=stranger, seen=seen(practice))
    found = Translation.objects.get()
    assert (found.state, found.up_to_date, found.total) == ("partly-stale", 3, 4)
    stale = TranslatedParagraph.objects.get(source="Two.")
    assert (stale.text, stale.by) == ("ES Two.", member)
    shown = Practice.objects.get()
    with override("es"):
        translate(("practice", [shown]))
    assert shown.description == "ES One.\n\nES Two."


def test_accept_leaves_newer_translations(practice, member, colleague, stranger):
    proposal = submitted(practice, member)
    change(practice, description="One.\n\nTwo, changed.")
    store(
        kind=kind_of(practice),
        row=practice,
        language="es",
        texts={key(practice, "description", 1): "Dos, cambiado."},
        origin=Origin.EDITORS,
    )
    accept(proposal=proposal, by=reviews(stranger), seen=seen(practice))
    assert TranslatedParagraph.objects.get(source="Two, changed.").text == "Dos, cambiado."
    assert not TranslatedParagraph.objects.filter(source="Two.").exists()


def test_decline_needs_a_reason_and_can_be_appealed(practice, member, stranger, moderator):
    proposal = submitted(practice, member)
    reviews(stranger)
    with pytest.raises(ActionRefused, match="Choose a reason"):
        decline(proposal=proposal, by=stranger, reason="", message="No.")
    decision = decline(proposal=proposal, by=stranger, reason="unclear", message="Word for word.")
    proposal.refresh_from_db()
    assert (proposal.status, proposal.message) == ("declined", "Word for word.")
    assert notified_of("translation.declined") == ["member"]
    appeal = appeals.appeal(decision=decision, words="It is not.", by=member)
    appeals.decide_appeal(appeal=appeal, outcome="restored", answer="So it is.", by=moderator)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.message) == ("submitted", "")


def test_translate_again_after_a_declined_translation(practice, member, moderator):
    first = submitted(practice, member)
    decline(proposal=first, by=moderator, reason="unclear", message="Word for word.")
    again = claim(kind=kind_of(practice), row=practice, language="es", by=member)
    assert again != first
    assert again.paragraphs == first.paragraphs


def test_withdraw_keeps_the_text(practice, member, colleague):
    proposal = submitted(practice, member)
    with pytest.raises(ActionRefused, match="Only the translator"):
        withdraw(proposal=proposal, by=colleague)
    withdraw(proposal=proposal, by=member)
    again = claim(kind=kind_of(practice), row=practice, language="es", by=member)
    assert (again, len(again.paragraphs)) == (proposal, 4)


# Constraints


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"status": "lost"}, "proposal_status_known"),
        ({"status": "accepted"}, "proposal_decided_has_date"),
        ({"status": "submitted"}, "proposal_submitted_has_date"),
        (
            {"status": "declined", "submitted_at": timezone.now(), "decided_at": timezone.now()},
            "proposal_declined_has_message",
        ),
    ],
)
def test_constraints_of_proposals(changes, name, practice, member):
    proposal = saved(practice, member, {})
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TranslationProposal.objects.filter(pk=proposal.pk).update(**changes)


def test_one_open_translation_of_an_object_into_a_language(practice, member, colleague):
    first = saved(practice, member, {})
    with pytest.raises(IntegrityError, match="proposal_open_unique"), transaction.atomic():
        TranslationProposal.objects.create(
            kind="practice",
            object_id=practice.pk,
            language="es",
            by=colleague,
            claimed_until=first.claimed_until,
        )


def test_a_member_reviews_a_language_once(member):
    reviews(member)
    with pytest.raises(IntegrityError, match="language_reviewer_unique"), transaction.atomic():
        reviews(member)
    assert Notification.objects.count() == 0
