"""The parts of the edition, and in-process caches of values computed once for some of them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial, wraps
from typing import Any, Self

from repository.pages.provisional import Pace, Renewal, current_page, old_editions

_forget: list[Callable[[], None]] = []
# The functions of slow values.
_slow: list[Callable[[Hashable], object]] = []


class Part(StrEnum):
    """What triggers raise separately: the parts of the edition on which pages depend.

    `CASES` are which cases there are and what they are about, `CASE_TEXTS` what they say. The
    texts of one case are a part of their own as well, and so are those on its card: `texts_of` and
    `card_of`.
    """

    CASES = "cases"
    CASE_TEXTS = "case texts"
    PLACES = "places"
    PRACTICES = "practices"
    THEMES = "themes"
    PEOPLE = "people"
    WEBINARS = "webinars"
    REFERENCES = "references"
    RECOMMENDATIONS = "recommendations"
    TERMS = "terms"
    SITE = "site"
    # Raised by the task that embeds texts.
    MEANING = "meaning"
    # Raised by what belongs to no other part, and by hand. All pages depend on it.
    EVERYTHING = "everything"


# What pages compare after a change, instead of depending on it: `repository.pages.http.take`.
TAKEN = (Part.CASES, Part.MEANING)


def texts_of(case: int | str) -> str:
    """Return the name of the part with the texts of one case."""
    return f"case:{case}"


def card_of(case: int | str) -> str:
    """Return the name of the part with the texts on the card of one case."""
    return f"card:{case}"


@dataclass(frozen=True)
class Tokens:
    """The current tokens of parts of the edition; "" for a part that has never changed.

    Only parts that a page has declared are known: reading another one raises KeyError, so that no
    page depends on a part without saying so.
    """

    by_part: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, found: Mapping[str, str], names: Iterable[str]) -> Self:
        """Return the tokens of these parts, as found in the database, and of `EVERYTHING`."""
        wanted = sorted({Part.EVERYTHING.value, *map(str, names)})
        return cls(tuple((name, found.get(name, "")) for name in wanted))

    @cached_property
    def _known(self) -> dict[str, str]:
        return dict(self.by_part)

    def __getitem__(self, part: str) -> str:
        return self._known[part]

    def only(self, *parts: str) -> "Tokens":
        """Return the tokens of some parts, and of `EVERYTHING`."""
        wanted = {*parts, Part.EVERYTHING}
        return Tokens.of({part: self[part] for part in wanted}, wanted)

    def without(self, *parts: str) -> "Tokens":
        return Tokens(tuple(pair for pair in self.by_part if pair[0] not in parts))


def only(edition: Hashable, *parts: str) -> Any:
    """Return what identifies the state of some parts of an edition.

    Tests may pass any other value that identifies a state.
    """
    return edition.only(*parts) if isinstance(edition, Tokens) else edition


type Update[Made] = Callable[[Made, Tokens, Tokens], Made | None]


def per_edition[Made](
    *parts: Part, update: Update[Made] | None = None, is_slow: bool = False
) -> Callable[[Callable[[], Made]], Callable[..., Made]]:
    """Cache what a function returns for as long as the tokens of these parts stay the same.

    Call the result with the edition of the request, and with any further values on which it
    depends. The cached value is shared by all requests of the process and must not be modified.
    `forget()` empties the cache.

    `update` may make the value from the last one and the tokens before and after the change; it
    returns None if the value must be built again.

    With `is_slow`, public pages may be made of the last value while a thread makes the new one
    (decision 49), unless that took little time before. So it must be harmless to show it for a
    moment longer: names and counts, and keys of what pages read from the database again. What is
    computed from it must not be remembered for the new edition: see `remembered` and
    `is_made_of_old_values`.
    """

    def decorate(build: Callable[[], Made]) -> Callable[..., Made]:
        keeps_last = is_slow or update is not None
        kept: Known[Hashable, Made] = Known(1)
        latest: tuple[Hashable, Made] | None = None
        renewal = Renewal(f"Making {build.__name__}")
        updating, building = Pace(), Pace()

        @wraps(build)
        def get(edition: Hashable, *also: Hashable) -> Made:
            key = (only(edition, *parts), *also)
            page = current_page()
            if page and get in page.old:
                return page.old[get][1]
            if (made := kept.get(key)) is None and is_slow:
                if (old := latest) and page and page.may_be_old and renewal.may_take_longer():
                    if not renewal.is_running():
                        made = make_quickly(*key)
                    if made is None:
                        renewal.start(partial(make, *key), patience=page.patience())
                        if key not in kept:
                            page.use(get, old)
                            return old[1]
                renewal.wait()
                made = kept.get(key)
            if made is None:
                made = make(*key, frees_last=True)
            renewal.succeed()
            return made

        def make(now: Hashable, *also: Hashable, frees_last: bool = False) -> Made:
            if (made := brought_up_to_date(now)) is None:
                if frees_last:
                    # Before building, so that there are not two large values in memory.
                    forget()
                made = building.measure(build)
            return keep(made, now, *also)

        def make_quickly(now: Hashable, *also: Hashable) -> Made | None:
            """Make the value, unless that took long the last time."""
            if not updating.is_quick():
                return None
            made = brought_up_to_date(now)
            if made is None and building.is_quick():
                made = building.measure(build)
            return None if made is None else keep(made, now, *also)

        def brought_up_to_date(now: Hashable) -> Made | None:
            last = latest
            if update and last and isinstance(last[0], Tokens) and isinstance(now, Tokens):
                return updating.measure(partial(update, last[1], last[0], now))
            return None

        def keep(made: Made, now: Hashable, *also: Hashable) -> Made:
            nonlocal latest
            kept.clear()
            kept[now, *also] = made
            latest = (now, made) if keeps_last else None
            return made

        def forget() -> None:
            nonlocal latest
            kept.clear()
            latest = None

        get.parts = parts
        get.forget = forget
        _forget.append(forget)
        if is_slow:
            _slow.append(get)
        return get

    return decorate


def remembered[Made](most: int) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Remember the last results of a function of an edition.

    While a page is made of old values, those of other such pages. What a page computes of the first
    old value that it reads is not remembered.
    """

    def decorate(make: Callable[..., Made]) -> Callable[..., Made]:
        known: Known[Hashable, Made] = Known.forgettable(most)

        @wraps(make)
        def get(*arguments: Hashable) -> Made:
            old = old_editions()
            if (made := known.get((arguments, old))) is None:
                made = make(*arguments)
                if old or not old_editions():
                    known[arguments, old] = made
            return made

        return get

    return decorate


class Known[Key, Made](OrderedDict[Key, Made]):
    """Values computed for an edition, by key; the oldest are evicted beyond `most` entries."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    @classmethod
    def forgettable(cls, most: int) -> Self:
        """Return one that `forget_all` empties."""
        known = cls(most)
        _forget.append(known.clear)
        return known

    def __setitem__(self, key: Key, made: Made) -> None:
        super().__setitem__(key, made)
        while len(self) > self.most:
            self.popitem(last=False)


def make_slow_values(edition: Tokens) -> None:
    """Make all values that take long, as the first pages of an edition would."""
    for get in _slow:
        get(edition)


def forgettable[Cached](function: Cached) -> Cached:
    """Decorate a functools cache whose key holds the edition, so that `forget_all` empties it."""
    _forget.append(function.cache_clear)
    return function


def forget_all() -> None:
    """Empty all caches: for tests, which roll back to the same edition."""
    for forget in _forget:
        forget()
