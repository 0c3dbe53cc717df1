"""Secrets from the environment, or from files that it names."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# The secrets that have been read, which are kept out of logs.
secrets_read: set[str] = set()


def secret(name: str) -> str:
    """Return a secret from the variable, or from the file that `{name}_FILE` names; else ""."""
    value, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and path:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Unset one of them.")
    if path:
        value = content_of(path, of=f"{name}_FILE")
    secrets_read.add(value)
    return value


def content_of(path: str, *, of: str) -> str:
    """Return the content of a file of the setting `of`, without the newline at its end."""
    # Errors name the file, never its content.
    try:
        value = Path(path).read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        reason = f"can’t be read ({error.strerror})"
        raise ImproperlyConfigured(f"{of} names {path}, which {reason}.") from None
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{of} names {path}, which is not UTF-8 text.") from None
    if not value:
        raise ImproperlyConfigured(f"{of} names {path}, which is empty.")
    return value
