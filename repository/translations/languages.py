from django.conf import settings


def site_languages() -> list[tuple[str, str]]:
    """Return the languages of the site, for choices that are not part of a migration."""
    return settings.LANGUAGES
