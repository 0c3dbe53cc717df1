"""What is computed once for each edition of the collection and kept in the process."""

from collections.abc import Callable
from functools import wraps


def per_edition[Made](build: Callable[[], Made]) -> Callable[[int], Made]:
    """Keep what `build` returned for as long as the number of the edition stays the same.

    The result is called with that number and shared by all requests of the process: it must not
    be changed by them. `forget()` drops it.
    """
    kept: dict[int, Made] = {}

    @wraps(build)
    def get(edition: int) -> Made:
        made = kept.get(edition)
        if made is None:
            made = build()
            kept.clear()
            kept[edition] = made
        return made

    get.forget = kept.clear
    return get
