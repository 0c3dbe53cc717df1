import re

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from community.accounts import purpose

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


@register.simple_tag(takes_context=True)
def next_query(context) -> str:
    """The query of a link to sign in or join that leads back to this page: "?next=…" or nothing."""
    # Pages about failures of the server are rendered without a request.
    request = context.get("request")
    return purpose.query_for(request) if request else ""


@register.simple_tag
def provider_name() -> str:
    """The name of the OpenID Connect provider with which staff sign in; empty if there is none."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""
