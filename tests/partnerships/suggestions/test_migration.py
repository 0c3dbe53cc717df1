"""Offers and needs that nobody confirmed become suggestions, in a database as 1.0 left it."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone

from community.models import Decision
from partnerships.models import Need, Offer, Suggestion
from partnerships.ranking.explanations import Labels, sentences
from partnerships.ranking.reasons import Reason
from repository.models import LoadRecord
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    MatchFactory,
    NeedFactory,
    OfferFactory,
    PracticeFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MIGRATION = import_module("partnerships.migrations.0017_unconfirmed_to_suggestions")
CONSTRAINTS = import_module("partnerships.migrations.0018_listings_are_confirmed")
THEN = timezone.now() - timedelta(days=400)


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def migrate() -> None:
    run(*MIGRATION.STATEMENTS)
    # What is deferred to the end of the migration, and the constraint that the next one adds.
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        for model in (Offer, Need):
            [constraint] = [row for row in model._meta.constraints if "confirmed" in row.name]
            editor.add_constraint(model, constraint)


@pytest.fixture
def before():
    """Rows of each kind, in tables without the constraint that came after them."""
    run(
        "ALTER TABLE partnerships_offer DROP CONSTRAINT offer_is_confirmed",
        "ALTER TABLE partnerships_need DROP CONSTRAINT need_is_confirmed",
    )
    city = CityFactory(name="Kisumu")
    about = {
        "city": city,
        "practices": PracticeFactory.create_batch(2),
        "themes": [ThemeFactory()],
        "cases": [CaseStudyFactory(published=True, cities=[city])],
        "reviewed_at": None,
    }
    return {
        "open": OfferFactory(report_key="stations", published_at=THEN, **about),
        "closed": OfferFactory(report_key="parcels", status="closed", changed_at=THEN, **about),
        "sent back": OfferFactory(report_key="loans", status="changes-requested", **about),
        "confirmed": OfferFactory(report_key="zone", confirmed_at=THEN, **about),
        "confirmed, closed": OfferFactory(
            report_key="rail", confirmed_at=THEN, status="closed", **about
        ),
        "own": OfferFactory(**about),
        "need": NeedFactory(report_key="roads", **about),
        "same key": NeedFactory(report_key="stations", **about),
        "of a country": NeedFactory(
            report_key="markets", **about | {"city": None, "country": CountryFactory(iso2="BJ")}
        ),
        "unfounded": NeedFactory(report_key="kolkata-bangladesh", **about),
        "own need": NeedFactory(**about),
    }


def suggestion(key: str) -> Suggestion:
    return Suggestion.objects.get(key=key)


def test_unconfirmed_rows_become_suggestions_with_their_links(before):
    migrate()
    row = before["open"]
    made = suggestion("stations")
    assert (made.kind, made.status, made.city, made.title) == ("offer", "open", row.city, row.title)
    assert (made.description, made.rendered) == (row.description, row.rendered)
    assert (made.published_at, made.decided_at, made.listing) == (THEN, None, None)
    for links in ("practices", "themes", "cases"):
        assert [*getattr(made, links).all()] == [*getattr(row, links).all()]
        assert getattr(made, links).exists()
    assert suggestion("markets").country.iso2 == "BJ"
    assert (suggestion("roads").kind, suggestion("stations-need").kind) == ("need", "need")
    assert not Suggestion.objects.filter(key="kolkata-bangladesh").exists()
    assert made.events.get().pgh_label == "insert"


def test_rows_that_were_taken_away_stay_away(before):
    migrate()
    for key in ("parcels", "loans"):
        made = suggestion(key)
        assert (made.status, made.listing) == ("declined", None)
    assert suggestion("parcels").decided_at == THEN


def test_confirmed_rows_stay_offers_and_are_not_suggested_again(before):
    migrate()
    for name, key in (("confirmed", "zone"), ("confirmed, closed", "rail")):
        made, row = suggestion(key), before[name]
        assert (made.status, made.offer, made.decided_at) == ("adopted", row, THEN)
        status = row.status
        row.refresh_from_db()
        assert (row.status, row.report_key) == (status, key)
    for name in ("own", "own need"):
        before[name].refresh_from_db()
        assert before[name].status == "published"
    assert Suggestion.objects.open().count() == 4


def test_old_rows_are_shown_no_more_and_lead_to_the_suggestion(before):
    migrate()
    row = before["open"]
    row.refresh_from_db()
    assert row.status == "replaced"
    board = Client().get("/partnerships/")
    own = {before[name].title for name in ("confirmed", "own", "own need")}
    assert {each.title for each in board.context["rows"]} == own
    answer = Client().get(row.get_absolute_url())
    assert (answer.status_code, answer.url) == (301, suggestion("stations").get_absolute_url())
    assert Client().get(before["unfounded"].get_absolute_url()).status_code == 404


def test_records_about_old_rows_keep_their_reference(before, django_user_model):
    row, broker = before["sent back"], UserFactory()
    decision = Decision.objects.create(
        subject=row, by=broker, verb="request-changes", reason="unclear", message="For whom?"
    )
    reason = {"code": "fit.report", "place": row.city.pk, "about": "practice:parcels", "count": 1}
    match = MatchFactory(city=row.city, ranking={"total": 650, "factors": [reason]})
    events = row.events.count()
    migrate()
    decision.refresh_from_db()
    assert decision.subject == row
    assert decision.content_type == ContentType.objects.get_for_model(Offer)
    assert [event.status for event in row.events.order_by("pgh_id")][events - 1 :] == [
        "changes-requested",
        "replaced",
    ]
    match.refresh_from_db()
    [stored] = match.ranking["factors"]
    labels = Labels(places={row.city.pk: "Kisumu"}, practices={"parcels": "Pooled parcels"})
    assert sentences([Reason.read(stored)], labels) == [
        "The editors suggested from a case that Kisumu could share what it knows about “Pooled "
        "parcels”. The city had not offered it."
    ]


def test_records_of_loading_are_forgotten(before):
    LoadRecord.objects.create(kind="offer", key="stations", digest="0" * 64)
    LoadRecord.objects.create(kind="city", key="kisumu", digest="0" * 64)
    migrate()
    assert [*LoadRecord.objects.values_list("kind", flat=True)] == ["city"]


def test_migrate_an_empty_database():
    run(
        "ALTER TABLE partnerships_offer DROP CONSTRAINT offer_is_confirmed",
        "ALTER TABLE partnerships_need DROP CONSTRAINT need_is_confirmed",
    )
    migrate()
    assert not Suggestion.objects.exists()


def test_next_migration_adds_the_constraints():
    assert [operation.constraint.name for operation in CONSTRAINTS.Migration.operations] == [
        "need_is_confirmed",
        "offer_is_confirmed",
    ]
