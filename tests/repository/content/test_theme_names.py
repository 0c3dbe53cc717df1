from pathlib import Path

import yaml
from django.conf import settings

from repository.translations.po import from_po

SERIES = Path(__file__).parents[3] / "repository" / "content" / "series-2020"


def test_themes_have_a_name_in_every_language_which_is_that_of_their_translation():
    themes = yaml.safe_load((SERIES / "themes.yaml").read_text(encoding="utf-8"))
    languages = {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    assert all(theme["names"].keys() == languages for theme in themes)
    names = {(code, theme["slug"]): theme["names"][code] for theme in themes for code in languages}
    for path in SERIES.glob("*/theme.po"):
        language, _is_reviewed, entries = from_po(path.read_bytes())
        assert {
            (language, entry.key): entry.text for entry in entries if entry.field == "name"
        }.items() <= names.items()
