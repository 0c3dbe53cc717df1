"""Does something end soon, whatever else the machine does?

Only for hostile input: reading it must not take time that grows with its square. How fast pages are
is measured by `make bench`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# Of the processor. What is read in time that grows with its length takes a tenth of it, with a
# garbage collection of all that earlier tests left.
SECONDS = 20


@contextmanager
def ends_soon() -> Iterator[None]:
    """Fail if the block takes the processor for longer than SECONDS."""
    began = time.thread_time()
    yield
    took = time.thread_time() - began
    assert took < SECONDS, f"{took:.0f} seconds"
