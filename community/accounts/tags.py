import re
from urllib.parse import quote

from django import template
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from repository.pages.addresses import address_of

register = template.Library()

# In this order: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
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


@register.simple_tag(takes_context=True)
def language_links(context) -> str:
    """The same page in the other languages, by their own names; none on the page of a failure."""
    if "request" not in context:
        return ""
    page = quote(context["request"].get_full_path(), safe="/")
    return format_html_join(
        "",
        '<a class="lang" href="{}?next={}" lang="{}" hreflang="{}" rel="nofollow">{}</a>',
        (
            (address_of("community:language", code), page, code, code, name)
            for code, name in context["other_languages"]
        ),
    )


@register.filter
def browser(user_agent: str) -> str:
    """What people call their browser and system: "Firefox on Windows"."""
    found = [
        next((name for pattern, name in names if re.search(pattern, user_agent)), None)
        for names in (BROWSERS, SYSTEMS)
    ]
    if not all(found):
        return found[0] or found[1] or _("A browser that does not say its name")
    return _("%(browser)s on %(system)s") % {"browser": found[0], "system": found[1]}
