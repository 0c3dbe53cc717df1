#!/usr/bin/env python
"""Run a management command; a wrong setting ends in one plain sentence."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Cannot start: {error}")
    except OperationalError as error:
        sys.exit(
            "Cannot reach the database: check that the server in DATABASE_URL is running and "
            f"lets this user in. It said: {str(error).splitlines()[0]}"
        )


if __name__ == "__main__":
    main()
