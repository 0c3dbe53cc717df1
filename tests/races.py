"""Concurrent actions in threads, for tests that commit."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext

from django.db import connection, transaction

from repository.workflow import ActionRefused

# Whether another session waits for a lock of this connection.
IS_IN_THE_WAY = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
)
"""
# A guard against hanging: the machine may be busy.
SECONDS = 120


class Meeting:
    """A point where two threads wait for each other once, with the locks that they hold by then.

    A thread continues when the other one has arrived too, waits for one of its locks, or ended.
    """

    def __init__(self):
        self.own = threading.local()
        self.here: list[int] = []

    def come(self) -> None:
        if getattr(self.own, "has_come", False):
            return
        self.own.has_come = True
        self.here.append(threading.get_ident())
        deadline = time.monotonic() + SECONDS
        with connection.cursor() as cursor:
            while len(self.here) < 2 and time.monotonic() < deadline:
                cursor.execute(IS_IN_THE_WAY)
                if cursor.fetchone()[0]:
                    return
                time.sleep(0.01)

    def after(self, pattern: str):
        """Return a context in which a thread waits after a statement that matches the pattern."""

        def meet(execute, statement, *rest):
            result = execute(statement, *rest)
            if re.search(pattern, statement):
                self.come()
            return result

        return connection.execute_wrapper(meet)

    def together(self, *attempts: Callable, after: str | None = None) -> list[Exception]:
        """Run each attempt in a thread of its own, and return the exceptions."""
        errors = []

        def run(attempt):
            try:
                with self.after(after) if after else nullcontext():
                    attempt()
            except Exception as error:
                errors.append(error)
            finally:
                self.own.has_come = True
                self.here.append(threading.get_ident())
                connection.close()

        threads = [threading.Thread(target=run, args=[attempt]) for attempt in attempts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=SECONDS + 10)
        assert not any(thread.is_alive() for thread in threads)
        return errors


def together(*attempts: Callable, after: str) -> list[Exception]:
    """Run attempts whose threads meet after their first statement that matches the pattern."""
    return Meeting().together(*attempts, after=after)


WAITING_FOR_LOCKS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def race(row, *attempts, while_waiting=lambda: None) -> list[str]:
    """Return the results of attempts that wait for a locked row: "done" or "refused", sorted.

    `while_waiting` is called by the holder of the lock, when all attempts wait.
    """
    outcomes = []

    def run(attempt):
        try:
            attempt()
            outcomes.append("done")
        except ActionRefused:
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[attempt]) for attempt in attempts]
    with transaction.atomic(), connection.cursor() as cursor:
        table = row._meta.db_table
        cursor.execute(f'SELECT 1 FROM "{table}" WHERE id = %s FOR UPDATE', [row.pk])  # noqa: S608
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + SECONDS
        waiting = 0
        while waiting < len(threads) and time.monotonic() < deadline:
            time.sleep(0.02)
            # Within a transaction PostgreSQL returns cached statistics.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING_FOR_LOCKS)
            waiting = cursor.fetchone()[0]
        assert waiting == len(threads)
        while_waiting()
    for thread in threads:
        thread.join(timeout=SECONDS)
    return sorted(outcomes)


def at_once(*attempts) -> list[str]:
    """Return the results of attempts that start at the same time."""
    outcomes = []
    start = threading.Barrier(len(attempts))

    def run(attempt):
        try:
            start.wait(timeout=SECONDS)
            attempt()
            outcomes.append("done")
        except ActionRefused:
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[attempt]) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=SECONDS)
    return sorted(outcomes)
