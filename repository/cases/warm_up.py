"""What a process computes of the collection before its first request."""

from django.db import close_old_connections
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
        close_old_connections()
