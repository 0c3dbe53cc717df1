"""The WSGI application."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config import telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        # Before the middleware is loaded, to which this adds.
        telemetry.send_traces()
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"Cannot start: {error}")
