"""Names are sorted as in CLDR, which the browser has."""

import pytest
from django.conf import settings
from django.utils import translation

from repository.places.country_names import country_names
from repository.places.models import languages
from repository.text.sorting import sort_key

SORT = "([names, language]) => names.sort(new Intl.Collator(language).compare)"
WORDS = ["Œuvre", "École", "Ñandú", "Nandu", "Nz", "ёж", "еж", "йога", "игла", "a b", "a-b", "ab"]


@pytest.mark.proof
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_sort_names_like_the_browser(page, language):
    names = {*country_names(language).values(), *languages(language).values(), *WORDS, "重庆"}
    with translation.override(language):
        found = sorted(names, key=sort_key)
    assert found == page.evaluate(SORT, [sorted(names), language])
