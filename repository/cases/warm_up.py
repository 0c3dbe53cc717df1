"""What a process computes of the collection before its first request."""

from typing import Any

from django.db import connections
from django.template import engines

from repository.cases.facets import FACETS, facet_index
from repository.cases.related import shared_values
from repository.pages.editions import make_slow_values
from repository.pages.http import versions


def warm_up() -> None:
    """Make all slow values, and what pages need of the index, as the first pages would."""
    # Import the template tags, some of which have slow values of their own.
    engines.all()
    try:
        edition = versions("/").edition
        make_slow_values(edition)
        index = facet_index(edition)
        for pk in index.cases[-1:]:
            shared_values(index, pk)
            for facet in FACETS:
                index.keys_of(facet, index.place[pk])
    finally:
        close_all_connections()


def close_all_connections() -> None:
    """Close the connections of this thread, and those in the pools.

    Each keeps a buffer as large as the largest row that it has received: 16 MB with a million
    cases.
    """
    connection: Any
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()
