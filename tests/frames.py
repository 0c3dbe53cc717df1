"""Room for the frames of deep calls, such as those of a request in a test."""

from collections.abc import Callable
from types import CodeType

# CPython keeps the frames of a thread in pieces of 16 kB, which it asks the system for and gives
# back one by one. Where a call that is made again and again happens to cross from one piece to the
# next, each time costs two calls to the system and new pages. Whatever is called below a frame of
# half a megabyte shares the piece of a whole one that is made for it.
WORDS = 66_000


def with_room[**Given, Made](function: Callable[Given, Made]) -> Callable[Given, Made]:
    """The same function, in a frame below which others find room."""

    def call(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        return function(*args, **kwargs)

    code: CodeType = call.__code__
    call.__code__ = code.replace(co_stacksize=WORDS)
    return call
