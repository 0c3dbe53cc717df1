"""Connections to replicas, which are given up if the server hangs.

A process that is stopped, or waits for its disk, keeps its connections open. libpq and PostgreSQL
have no limit for that: those of TCP are met by its machine, and `statement_timeout` is its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import override

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

# Seconds to wait for a statement with which a request begins, and which takes a replica some
# microseconds. The pool may try two connections.
PATIENCE_AT_FIRST = 1
# Seconds to wait for any other: more than statements take that make an index of a million cases.
PATIENCE = 30


class ReplicaConnection(psycopg.Connection):
    """Raises OperationalError if the answer to a statement takes too long, and is then closed."""

    patience = PATIENCE

    @override
    def wait(self, gen, interval=0.1, timeout=None):
        try:
            return super().wait(gen, interval, timeout or self.patience)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # The answer may still come, and would be taken for that to another statement.
                self.pgconn.finish()
            raise


@contextmanager
def at_first(connection: ReplicaConnection) -> Iterator[None]:
    """Do not wait long for statements of the block."""
    connection.patience = PATIENCE_AT_FIRST
    try:
        yield
    finally:
        connection.patience = PATIENCE


def check(connection: ReplicaConnection) -> None:
    """Raise OperationalError if the server does not answer. For the pool."""
    with at_first(connection):
        ConnectionPool.check_connection(connection)
