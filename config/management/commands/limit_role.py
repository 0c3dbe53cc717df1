from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction
from psycopg import sql

from community.privacy import holdings as privacy_holdings

# The key of an advisory lock.
LOCK = 7_061_722


class Command(BaseCommand):
    help = (
        "Limit a database role to what the site needs: it can add to the history, but not change "
        "or delete it. Run this as the owner of the tables after each `prepare`."
    )

    def add_arguments(self, parser):
        parser.add_argument("role", help="the role that the site connects to the database with")

    @transaction.atomic
    def handle(self, *, role: str, **options):
        with connection.cursor() as cursor:
            # PostgreSQL refuses concurrent changes of the privileges of a table.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(
                "SELECT rolsuper, pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles "
                "WHERE rolname = %s",
                [role],
            )
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"There is no role “{role}”. Create it with createuser.")
            if any(found):
                raise CommandError(
                    f"“{role}” owns the tables or is a superuser. Choose another role."
                )
            for statement in statements(role):
                cursor.execute(statement)


def statements(role: str) -> list[sql.Composed]:
    """Return statements that set the privileges of the role, revoking any others."""
    name = sql.Identifier(role)
    every = [
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        "GRANT USAGE ON SCHEMA public TO {name}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
    found = [sql.SQL(statement).format(name=name) for statement in every]
    for model in privacy_holdings.event_models():
        table = sql.Identifier(model._meta.db_table)
        found.append(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(table, name))
        columns = sorted(forgettable(model))
        if columns:
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            found.append(sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(listed, table, name))
    context = sql.Identifier(apps.get_model("pghistory", "Context")._meta.db_table)
    # Triggers of the history write and update the context of a request; it is never deleted.
    found.append(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(context, name))
    found.append(sql.SQL("GRANT UPDATE (metadata, updated_at) ON {} TO {}").format(context, name))
    return found


def forgettable(event: type[models.Model]) -> set[str]:
    """Return the columns of an event table that are cleared when a member deletes their account."""
    label = privacy_holdings.tracked_label(event)
    names: set[str] = set()
    if past := privacy_holdings.HISTORY.get(label):
        names |= {*past.private, *past.words}
        links = privacy_holdings.links_to_members(event)
        names |= {link.name for link in links if link.name not in past.kept}
    if label in privacy_holdings.CASE_HISTORY:
        names |= set(privacy_holdings.CASE_HISTORY[label][1])
    return {event._meta.get_field(name).column for name in names}
