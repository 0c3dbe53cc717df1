"""The application as the workers of granian load it."""

import signal
from importlib import import_module

# A worker is a copy of its parent, and until it has loaded the application it has the parent's
# answer to being told to stop: none. It would be waited for in vain.
signal.signal(signal.SIGTERM, signal.SIG_DFL)

application = import_module("config.wsgi").application
