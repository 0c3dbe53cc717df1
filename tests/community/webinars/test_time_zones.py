"""Names of time zones."""

import pytest
from django.utils import translation

from community.webinars.time_zones import zone_name


@pytest.mark.parametrize(
    ("language", "zone", "name"),
    [
        ("en", "Africa/Porto-Novo", "Benin Time"),
        ("en", "Asia/Shanghai", "China (Shanghai) Time"),
        ("en", "Asia/Taipei", "Taiwan Province of China Time"),
        ("en", "Asia/Gaza", "State of Palestine (Gaza) Time"),
        ("en", "Asia/Hong_Kong", "China, Hong Kong Special Administrative Region Time"),
        ("fr", "Europe/Minsk", "heure : Bélarus"),
        ("en", "UTC", "coordinated universal time"),
    ],
)
def test_name_zones_by_the_names_that_the_united_nations_use(language, zone, name):
    with translation.override(language):
        assert zone_name(zone) == name
