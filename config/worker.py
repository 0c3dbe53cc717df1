"""The WSGI application as loaded by Granian's workers."""

import ctypes
import gc
import signal
from contextlib import suppress
from importlib import import_module

from django.conf import settings
from django.db import Error

from repository.parent_process import end_with_parent

# A worker inherits its parent's signal handling and ignores SIGTERM until it has loaded the
# application. The parent would wait for it for ever.
signal.signal(signal.SIGTERM, signal.SIG_DFL)
end_with_parent()

# Return large blocks to the system when they are freed. Otherwise glibc keeps the memory of earlier
# indexes of facets: with a million cases a worker took 370 MB instead of 270. With blocks from 1 MB
# on, arrays that grow left gaps of 10 MB. A heap for each thread would leave 4 MB more, and threads
# rarely need it at the same time. Not all systems have mallopt.
M_MMAP_THRESHOLD, LARGE = -3, 256 * 1024
M_ARENA_MAX, ONE = -8, 1
with suppress(AttributeError):
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, ONE)

application = import_module("config.wsgi").application

# Import all views before the first request.
import_module(settings.ROOT_URLCONF)

# With a million cases the first request would wait 16 seconds for the index of facets, and others
# for the order of titles or of cities. A worker accepts none before this, and health checks fail.
# Without a database it starts nevertheless.
with suppress(Error):
    import_module("repository.cases.warm_up").warm_up()

# What this has freed in smaller blocks: with a million cases 17 MB.
import_module("repository.pages.allocator").return_freed_memory()

# These objects live as long as the worker, or are freed without it, so exclude them from garbage
# collection, which would block requests for a tenth of a second each time.
gc.collect()
gc.freeze()
