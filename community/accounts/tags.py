import re

from django import template
from django.utils.translation import gettext as _

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
