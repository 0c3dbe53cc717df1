"""All tables of counts with a given total."""


def worlds(total: int, cells: int):
    """Generate all tables with this number of cells and this total."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in worlds(total - first, cells - 1):
            yield (first, *rest)
