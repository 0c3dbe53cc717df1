"""The application as the workers of granian load it."""

import gc
import signal
from importlib import import_module

from django.conf import settings

# A worker is a copy of its parent, and until it has loaded the application it has the parent's
# answer to being told to stop: none. It would be waited for in vain.
signal.signal(signal.SIGTERM, signal.SIG_DFL)

application = import_module("config.wsgi").application

# The views with all they import, before the first reader waits for them. What is there now stays
# for as long as the worker. The search for garbage leaves it out: it would take a tenth of a
# second each time, in which nobody is answered.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
