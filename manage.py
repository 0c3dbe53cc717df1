#!/usr/bin/env python
"""Run a management command; a wrong setting ends in one plain sentence."""

import os
import sys


def run() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        try:
            execute_from_command_line(sys.argv)
        except OperationalError as error:
            from config.preflight import check_connection

            # Says why when the database does not answer; otherwise the error is another one.
            check_connection(error)
            raise
    except ImproperlyConfigured as error:
        sys.exit(f"Cannot start: {error}")


if __name__ == "__main__":
    try:
        run()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
