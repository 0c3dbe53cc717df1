"""A cache table in PostgreSQL, shared by all workers."""

import base64
import pickle
from datetime import UTC, datetime

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router

from repository.dates import clock

WRITE = """
INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)
ON CONFLICT (cache_key) DO UPDATE SET value = EXCLUDED.value, expires = EXCLUDED.expires
"""
ADD = WRITE + "WHERE {table}.expires < clock_timestamp()"
# By the database's clock: on a machine whose clock is ahead every rate limit would have expired.
READ = """
SELECT cache_key, value FROM {table}
WHERE cache_key = ANY(%s) AND expires >= clock_timestamp()
"""
TOUCH = "UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires >= clock_timestamp()"
# Skip locked rows, so that a sweep never waits for another worker.
SWEEP = """
DELETE FROM {table} WHERE cache_key IN (
    SELECT cache_key FROM {table} WHERE expires < clock_timestamp()
    LIMIT {most} FOR UPDATE SKIP LOCKED
)
"""
# Sweep on one in this many writes, and delete at most this many rows.
SWEEP_EVERY = 100
SWEPT_AT_ONCE = 1000


class TableCache(DatabaseCache):
    """Django's DatabaseCache, made safe for rate limits.

    Django's backend reads a row before writing it, so that two workers with an expired row both
    believe they added it; it counts the whole table before each write; and above MAX_ENTRIES it
    culls rows that have not expired, so that filling the table removes every limit. It also uses
    the local clock. Here reading and writing are one atomic statement each, and only the sweep
    deletes rows.
    """

    def __init__(self, table, params):
        super().__init__(table, params)
        self._writes = 0

    def get_backend_timeout(self, timeout=DEFAULT_TIMEOUT):
        """Return the expiry by the database's clock, which decides what has expired."""
        end = super().get_backend_timeout(timeout)
        return end and end + clock.difference.seconds

    def get_many(self, keys, version=None):
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not names:
            return {}
        connection = connections[router.db_for_read(self.cache_model_class)]
        table = connection.ops.quote_name(self.cache_model_class._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(READ.format(table=table), [list(names)])
            return {
                names[key]: pickle.loads(base64.b64decode(value, validate=True))  # noqa: S301
                for key, value in cursor.fetchall()
            }

    def has_key(self, key, version=None):
        return key in self.get_many([key], version)

    def _base_set(self, mode, key, value, timeout=DEFAULT_TIMEOUT):
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self.cache_model_class._meta.db_table)
        end = self.get_backend_timeout(timeout)
        expires = datetime.fromtimestamp(end, UTC) if end else datetime.max.replace(tzinfo=UTC)
        with connection.cursor() as cursor:
            if mode == "touch":
                cursor.execute(TOUCH.format(table=table), [expires, key])
                return bool(cursor.rowcount)
            packed = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("ascii")
            statement = ADD if mode == "add" else WRITE
            cursor.execute(statement.format(table=table), [key, packed, expires])
            is_written = bool(cursor.rowcount)
            self._writes += 1
            if self._writes % SWEEP_EVERY == 0:
                cursor.execute(SWEEP.format(table=table, most=SWEPT_AT_ONCE))
        return is_written

    def sweep(self) -> int:
        """Delete all expired rows and return their number."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self.cache_model_class._meta.db_table)
        swept = 0
        with connection.cursor() as cursor:
            while True:
                cursor.execute(SWEEP.format(table=table, most=SWEPT_AT_ONCE))
                swept += cursor.rowcount
                if cursor.rowcount < SWEPT_AT_ONCE:
                    return swept
