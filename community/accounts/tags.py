import re

from django import template
from django.utils.translation import gettext as _

from repository.pages.addresses import in_language

register = template.Library()

# The order matters: Edge and Opera also claim to be Chrome, and Chrome claims to be Safari.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("iPhone|iPad", "iOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux|X11", "Linux"),
]


@register.inclusion_tag("account/_language_links.html", takes_context=True)
def language_links(context) -> dict:
    """Links to the same page in the other languages, by their own names.

    None on pages in one language only, such as error pages for unknown paths.
    """
    if "request" not in context:
        return {}
    here = context["request"].get_full_path()
    links = [
        {"code": code, "name": name, "url": in_language(here, code)}
        for code, name in context["other_languages"]
    ]
    return {"links": [link for link in links if link["url"] != here]}


@register.filter
def browser(user_agent: str) -> str:
    """The names of the browser and the system: "Firefox on Windows"."""
    found = [
        next((name for pattern, name in names if re.search(pattern, user_agent)), None)
        for names in (BROWSERS, SYSTEMS)
    ]
    if not all(found):
        return found[0] or found[1] or _("Unknown browser")
    return _("%(browser)s on %(system)s") % {"browser": found[0], "system": found[1]}
