"""What is computed once for each edition of the collection and kept in the process."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps

_forget: list[Callable[[], None]] = []


def per_edition[Made](build: Callable[[], Made]) -> Callable[[Hashable], Made]:
    """Keep what `build` returned for as long as the token of the edition stays the same.

    The result is called with that token, or with all that stands for the present state. It is
    shared by all requests of the process: it must not be changed by them. `forget()` drops it.
    """
    kept: dict[Hashable, Made] = {}

    @wraps(build)
    def get(edition: Hashable) -> Made:
        made = kept.get(edition)
        if made is None:
            made = build()
            kept.clear()
            kept[edition] = made
        return made

    get.forget = kept.clear
    _forget.append(kept.clear)
    return get


class Known[Key, Made](OrderedDict[Key, Made]):
    """What was made for an edition, by key: the oldest go where there would be more than `most`."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def __setitem__(self, key: Key, made: Made) -> None:
        super().__setitem__(key, made)
        while len(self) > self.most:
            self.popitem(last=False)


def forgettable[Cached](function: Cached) -> Cached:
    """Let `forget_all` empty a cache of functools, whose key holds the edition, as well."""
    _forget.append(function.cache_clear)
    return function


def forget_all() -> None:
    """Drop what is kept for any edition: for tests, which roll back to the same edition."""
    for forget in _forget:
        forget()
