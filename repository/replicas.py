"""The connection for SQL that only reads."""

from django.db import connections, router

from repository.models import Edition


def connection_to_read():
    """Return the connection that the ORM reads from: that of the primary or of a replica.

    All that a page shows must come from the same server. Otherwise a page could be cached under an
    edition that it does not show yet.
    """
    return connections[router.db_for_read(Edition)]
