"""In-process caches of values computed once for each edition of the collection."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps

_forget: list[Callable[[], None]] = []


def per_edition[Made](build: Callable[[], Made]) -> Callable[[Hashable], Made]:
    """Cache what `build` returns for as long as the token of the edition stays the same.

    Call the result with that token, or with any value that identifies the current state. The
    cached value is shared by all requests of the process and must not be modified. `forget()`
    empties the cache.
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
    """Values computed for an edition, by key; the oldest are evicted beyond `most` entries."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def __setitem__(self, key: Key, made: Made) -> None:
        super().__setitem__(key, made)
        while len(self) > self.most:
            self.popitem(last=False)


def forgettable[Cached](function: Cached) -> Cached:
    """Decorate a functools cache whose key holds the edition, so that `forget_all` empties it."""
    _forget.append(function.cache_clear)
    return function


def forget_all() -> None:
    """Empty all caches: for tests, which roll back to the same edition."""
    for forget in _forget:
        forget()
