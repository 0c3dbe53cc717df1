"""Two at the same moment, in threads of a test that commits."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext

from django.db import connection

# Whether anybody waits for a lock that this connection holds.
IS_IN_THE_WAY = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
)
"""
SECONDS = 20


class Meeting:
    """Where two threads wait for each other, each once and with the locks that it holds by then.

    One goes on as soon as the other has come too, waits for one of these locks, or has ended.
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
        """A context in which a thread comes as it has run a statement with this pattern."""

        def meet(execute, statement, *rest):
            result = execute(statement, *rest)
            if re.search(pattern, statement):
                self.come()
            return result

        return connection.execute_wrapper(meet)

    def together(self, *attempts: Callable, after: str | None = None) -> list[Exception]:
        """Let each attempt run in a thread of its own; what went wrong."""
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
    """Let two threads meet where each has run its first statement with this pattern."""
    return Meeting().together(*attempts, after=after)
