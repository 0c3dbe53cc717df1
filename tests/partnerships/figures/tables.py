"""All tables of counts with a given total."""


def worlds(total: int, cells: int):
    """All that so many cells can hold that add up to a total."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in worlds(total - first, cells - 1):
            yield (first, *rest)
