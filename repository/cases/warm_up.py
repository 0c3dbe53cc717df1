"""What a process computes of the collection before its first request."""

from django.db import close_old_connections

from repository.cases.facets import facet_index
from repository.cases.related import shared_values
from repository.pages.editions import make_slow_values
from repository.pages.http import versions


def warm_up() -> None:
    """Make all slow values, and what related cases need of the index, as the first pages would."""
    try:
        edition = versions("/").edition
        make_slow_values(edition)
        index = facet_index(edition)
        for pk in index.cases[-1:]:
            shared_values(index, pk)
    finally:
        close_old_connections()
