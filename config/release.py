"""An identifier of the running version of the software."""

import hashlib
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SOURCES = ["community", "config", "locale", "partnerships", "repository", "static", "templates"]
# Not .mo: these are compiled from .po files after the first start.
SUFFIXES = {".css", ".html", ".js", ".po", ".py", ".svg", ".txt"}


def release() -> str:
    """Return a digest of code, templates and translations, equal on all machines."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((BASE_DIR / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(str(path.relative_to(BASE_DIR)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
