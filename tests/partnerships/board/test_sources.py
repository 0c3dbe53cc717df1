from datetime import date

import pytest
from django.utils import timezone

from partnerships.models import (
    ListingStatus,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    RequestStatus,
    Suggestion,
    SuggestionStatus,
)
from repository.embeddings import updating
from repository.models import Passage
from tests.engines import embed_everything
from tests.factories import (
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    SuggestionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]

KINDS = ["offer", "need", "request", "partnership", "suggestion"]


def passages() -> list[tuple[str, ...]]:
    rows = Passage.objects.filter(kind__in=KINDS).order_by("kind", "position")
    return [*rows.values_list("kind", "language", "title", "text")]


def test_embed_each_kind_with_its_language_and_without_markdown():
    OfferFactory(title="Lending", description="In *each* village.\n\nFor free.", language="fr")
    NeedFactory(title="Roads", language="pt", description="")
    PartnershipRequestFactory(opened=True, title="Parcels", language="es")
    PartnershipFactory(title="Together", language="zh-hans", baseline="")
    SuggestionFactory(title="Stations")
    embed_everything()
    shops = "Village shops that collect parcels."
    challenge = "Parcels take twelve days to reach a village."
    result = "Three days, to every village with a shop."
    assert passages() == [
        ("need", "pt", "Roads", "Roads"),
        ("offer", "fr", "Lending", "In each village. For free."),
        ("offer", "fr", "Lending", "In each village."),
        ("offer", "fr", "Lending", "For free."),
        ("partnership", "zh-hans", "Together", shops),
        ("request", "es", "Parcels", f"{challenge} {result}"),
        ("request", "es", "Parcels", challenge),
        ("request", "es", "Parcels", result),
        ("suggestion", "en", "Stations", "The case describes a station in every village."),
    ]


@pytest.mark.parametrize(
    ("factory", "values"),
    [
        (OfferFactory, {"pending": True}),
        (OfferFactory, {"status": ListingStatus.DECLINED}),
        (OfferFactory, {"status": ListingStatus.CLOSED}),
        (OfferFactory, {"valid_until": date(2025, 1, 1)}),
        (NeedFactory, {"pending": True}),
        (NeedFactory, {"status": ListingStatus.CHANGES_REQUESTED}),
        (PartnershipRequestFactory, {}),
        (PartnershipFactory, {"is_public": False}),
        (SuggestionFactory, {"adopted": True}),
        (SuggestionFactory, {"declined": True}),
    ],
)
def test_embed_nothing_that_is_not_on_the_board(factory, values):
    own = factory(**values)
    embed_everything()
    kind = own._meta.model_name.removeprefix("partnership") or "partnership"
    assert not Passage.objects.filter(kind=kind, object_id=str(own.pk)).exists()


@pytest.mark.parametrize("status", [RequestStatus.SUBMITTED, RequestStatus.DECLINED])
def test_embed_requests_in_review_for_brokers(status):
    PartnershipRequestFactory(submitted=True, status=status)
    embed_everything()
    assert {kind for kind, *_rest in passages()} == {"request"}


@pytest.mark.parametrize(
    ("factory", "model", "values"),
    [
        (OfferFactory, Offer, {"status": ListingStatus.CLOSED}),
        (NeedFactory, Need, {"status": ListingStatus.CLOSED}),
        (PartnershipFactory, Partnership, {"is_public": False}),
        (
            SuggestionFactory,
            Suggestion,
            {"status": SuggestionStatus.DECLINED, "decided_at": timezone.now()},
        ),
    ],
)
def test_delete_passages_of_what_is_withdrawn(factory, model, values):
    own = factory()
    embed_everything()
    assert passages()
    model.objects.filter(pk=own.pk).update(**values)
    updating.update(texts=10, passages=10)
    assert passages() == []


def test_delete_passages_of_a_request_that_is_withdrawn_or_deleted():
    withdrawn = PartnershipRequestFactory(submitted=True)
    deleted = PartnershipRequestFactory(submitted=True)
    embed_everything()
    PartnershipRequest.objects.filter(pk=withdrawn.pk).update(
        status=RequestStatus.DRAFT, submitted_at=None
    )
    deleted.delete()
    updating.update(texts=10, passages=10)
    assert passages() == []


def test_moving_a_text_between_fields_changes_its_passages():
    asked = PartnershipRequestFactory(submitted=True, challenge="a", desired_result="bc")
    embed_everything()
    before = passages()
    PartnershipRequest.objects.filter(pk=asked.pk).update(challenge="ab", desired_result="c")
    embed_everything()
    assert passages() != before
