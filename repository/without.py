"""Loading a package without what it would load beside it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from threading import get_ident


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let these packages not be found here; what is loaded already, and other threads, go on."""
    finder = NotFound(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class NotFound(MetaPathFinder):
    def __init__(self, names: tuple[str, ...]):
        self.names = names
        self.thread = get_ident()

    def find_spec(self, fullname, path=None, target=None):
        if fullname in self.names and get_ident() == self.thread:
            raise ModuleNotFoundError(f"{fullname} is left out here.", name=fullname)
        return None
