"""The fixed cast and what every test may use."""

import pytest


@pytest.fixture(autouse=True)
def _english(settings):
    """Tests read English unless they ask for another language."""
    settings.LANGUAGE_CODE = "en"
