"""The WSGI application as loaded by Granian's workers."""

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

application = import_module("config.wsgi").application

# Import all views before the first request.
import_module(settings.ROOT_URLCONF)

# With a million cases the first request would wait 16 seconds for the index of facets, and others
# for the order of titles or of cities. A worker accepts none before this, and health checks fail.
# Without a database it starts nevertheless.
with suppress(Error):
    import_module("repository.cases.warm_up").warm_up()

# These objects live as long as the worker, or are freed without it, so exclude them from garbage
# collection, which would block requests for a tenth of a second each time.
gc.collect()
gc.freeze()
