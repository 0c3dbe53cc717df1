"""The WSGI application as loaded by Granian's workers."""

import gc
import multiprocessing
import signal
from importlib import import_module

from django.conf import settings

from repository.parent_process import end_with_parent

# A worker inherits its parent's signal handling and ignores SIGTERM until it has loaded the
# application. The parent would wait for it for ever.
signal.signal(signal.SIGTERM, signal.SIG_DFL)
if parent := multiprocessing.parent_process():
    end_with_parent(parent.pid)

application = import_module("config.wsgi").application

# Import all views before the first request.
import_module(settings.ROOT_URLCONF)

# These objects live as long as the worker, or are freed without it, so exclude them from garbage
# collection, which would block requests for a tenth of a second each time.
gc.collect()
gc.freeze()
