"""The database records the actions of staff; the site cannot change the records."""

import pghistory
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from community.models import Appeal, CannedText, Claim, Comment, Decision, Flag, Verb
from community.moderation.appeals.actions import appeal, decide_appeal
from community.moderation.claims.actions import claim
from community.moderation.decisions.actions import decide
from community.moderation.decisions.undo import undo
from community.moderation.flags.actions import flag
from community.privacy import holdings as privacy_holdings
from community.privacy.actions import anonymise_history
from tests.factories import CommentFactory

pytestmark = pytest.mark.django_db

WORDS = {"reason": "spam", "message": "This is advertising."}
EVENTS = {model._meta.db_table: model for model in privacy_holdings.event_models()}
ROLE = "exchange_site_of_the_tests"


def refused(statement: str, table: str) -> str:
    """The error of the database for a statement about a table; empty if it succeeds."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


@pytest.fixture
def acts(member, colleague, moderator, administrator):
    """One of each recorded action."""
    comment = CommentFactory(author=member)
    claim(subject=comment, by=moderator)
    flag(subject=comment, by=colleague, reason="spam")
    hidden = decide(subject=comment, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeal(decision=hidden, by=member, words="No ad.")
    decide_appeal(appeal=made, by=administrator, outcome="restored", answer="Right.")
    CannedText.objects.create(reason="spam", language="en", title="T", text="Words")
    return comment


def who(rows) -> list:
    events = rows.model.pgh_event_model.objects.select_related("pgh_context").order_by("pgh_id")
    return [
        (event.pgh_label, event.pgh_context.metadata["user"])
        for event in events
        if event.pgh_context
    ]


def test_each_action_is_recorded_with_its_user(acts, member, colleague, moderator, administrator):
    mod, admin = moderator.pk, administrator.pk
    assert who(Claim.objects) == [("insert", mod), ("delete", mod)]
    assert who(Flag.objects) == [("insert", colleague.pk), ("update", mod), ("update", admin)]
    assert who(Decision.objects) == [("insert", mod), ("insert", admin)]
    assert who(Appeal.objects) == [("insert", member.pk), ("update", admin)]
    assert who(Comment.objects) == [("update", mod), ("update", admin)]


def test_undoing_is_recorded(moderator):
    decision = decide(subject=CommentFactory(pending=True), verb=Verb.APPROVE, by=moderator)
    undo(decision=decision, by=moderator)
    assert [event.pgh_label for event in decision.events.order_by("pgh_id")] == ["insert", "update"]


def test_all_models_of_moderation_have_events():
    tracked = {privacy_holdings.tracked_label(model) for model in EVENTS.values()}
    named = {"Appeal", "CannedText", "Claim", "Comment", "Decision", "Experience", "Flag"}
    named |= {"Survey", "SurveyAnswer", "SurveyQuestion"}
    assert {f"community.{name}" for name in named} <= tracked


@pytest.mark.parametrize("table", EVENTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
def test_triggers_refuse_to_change_events(statement, table):
    """Each table has the trigger; the next test has rows for it to refuse."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O' "
            "AND tgname LIKE 'pgtrigger_append_only%%'",
            [table],
        )
        assert cursor.fetchone()[0] == 1
    if EVENTS[table].objects.exists():
        assert "Cannot" in refused(statement, table)


def test_triggers_refuse_to_change_existing_rows(acts):
    for model in (Claim, Decision, Flag, Appeal, Comment, CannedText):
        table = model.pgh_event_model._meta.db_table
        assert "Cannot" in refused("UPDATE {} SET pgh_label = 'x'", table)
        assert "Cannot" in refused("DELETE FROM {}", table)


@pytest.fixture
def limited(acts):
    """The site's role in production, which does not own the tables; rolled back with the test."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(ROLE)))
        call_command("limit_role", ROLE)
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(ROLE)))
        # Deferred triggers would run at the end, as another role.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        cursor.execute("RESET ROLE")


def test_limited_role_cannot_change_the_history(limited):
    statements = {
        "UPDATE {} SET pgh_label = 'x'",
        "UPDATE {} SET pgh_created_at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {}",
    }
    said = {refused(statement, table)[:17] for table in EVENTS for statement in statements}
    assert said == {"permission denied", "must be owner of "}


def test_limited_role_cannot_disable_the_triggers(limited):
    table = Decision.pgh_event_model._meta.db_table
    ignored = (
        "SET LOCAL pgtrigger.ignore = '{{public.community_decisionevent:pgtrigger_append_only}}'; "
    )
    for column in ("verb", "reason", "message", "created_at", "pgh_label"):
        statement = f"{ignored} UPDATE {{}} SET {column} = {column}"  # noqa: S608
        assert refused(statement, table).startswith("permission denied")


def test_the_user_of_an_event_can_be_erased_but_not_replaced(limited, acts):
    context = "pghistory_context"
    another = """UPDATE {} SET metadata = metadata || '{{"user": 1000000}}'"""
    assert "keeps who did something" in refused(another, context)
    with pghistory.context(speaker=7, url=""):
        CommentFactory()
    assert "keeps who did something" in refused(another.replace("user", "speaker"), context)
    for statement in (
        "UPDATE {} SET id = gen_random_uuid()",
        "UPDATE {} SET created_at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ):
        assert refused(statement, context).startswith("permission denied")
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE pghistory_context SET metadata = '{"user": null}'""")
        cursor.execute("SELECT DISTINCT metadata ->> 'user' FROM pghistory_context")
        assert cursor.fetchall() == [(None,)]


def test_limited_role_can_run_the_site(limited, acts, moderator, member):
    decide(subject=Comment.objects.get(), verb=Verb.REMOVE, by=moderator, **WORDS)
    last = Decision.pgh_event_model.objects.order_by("pgh_id").last()
    assert (last.verb, last.pgh_context.metadata["user"]) == ("remove", moderator.pk)
    anonymise_history(member.pk, handles=["member"], erase=True, erased_cases=[])
    assert set(Comment.pgh_event_model.objects.values_list("body", flat=True)) == {""}


def test_limiting_a_missing_or_owning_role_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    for name in ("nobody_of_this_name", owner):
        with pytest.raises(CommandError):
            call_command("limit_role", name)
