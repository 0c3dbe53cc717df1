"""Render the marks of a map as SVG.

In Python, because a map has up to 150 marks each for wide and narrow screens, and a template takes
four times as long.
"""

from itertools import cycle

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from repository.maps.world import Layer, Map, Mark
from repository.text.lists import list_of

register = template.Library()

NOTHING = SafeString()
LEADER = '<line class="leader" x1="{}" y1="{}" x2="{}" y2="{}"/>'
ANCHORS = {
    "start": NOTHING,
    "middle": format_html(' text-anchor="{}"', "middle"),
    "end": format_html(' text-anchor="{}"', "end"),
}


@register.simple_tag
def map_marks(drawn: Map, layer: Layer) -> SafeString:
    """Render the marks of a layer as links with titles; numbers are not localized."""
    return format_html_join(
        "",
        '<a href="{}" transform="translate({} {})">{}<circle class="area" r="{}"/>'
        '<circle class="dot{}" r="{}"/>{}</a>\n',
        (
            (
                *(mark.url or drawn.list_url, str(mark.x), str(mark.y)),
                title(mark) if mark.samples or not mark.label else NOTHING,
                str(mark.reach),
                (f" t-{mark.ink}" if mark.ink else "") + (" is-sample" if mark.is_sample else ""),
                *(str(mark.radius), caption(mark)),
            )
            for mark in layer.marks
        ),
    )


def title(mark: Mark) -> SafeString:
    """Return the title of a mark: its place, or the number and names of its places, and samples."""
    names = mark.names
    if mark.more:
        text = _("%(count)s places, including %(names)s")
    else:
        text = _("%(count)s places: %(names)s") if len(names) > 1 else "%(names)s"
    values = {"count": str(len(names)), "names": list_of(names[:3] if mark.more else names)}
    lines = [text % values]
    if mark.samples:
        more = ngettext("+ %(count)s sample", "+ %(count)s samples", mark.samples)
        lines.append(more % {"count": mark.samples})
    return format_html("<title>{}</title>", " ".join(lines))


def caption(mark: Mark) -> SafeString:
    """Return the text of a mark: its label, or the number of its places."""
    if label := mark.label:
        x, y, *leader = from_mark(mark, label.x, label.y, *label.leader or ())
        return format_html(
            '{}<text x="{}" y="{}"{}>{}</text>',
            format_html(LEADER, *leader) if leader else NOTHING,
            *(x, y, ANCHORS[label.anchor], label.text),
        )
    if len(mark.counted) > 1:
        return format_html(
            '<text class="count" dy=".36em" aria-hidden="true">{}</text>', str(len(mark.counted))
        )
    return NOTHING


def from_mark(mark: Mark, *positions: float) -> list[str]:
    """Return positions, x and y in turn, from the centre of a mark."""
    return [
        f"{position - centre:.1f}"
        for position, centre in zip(positions, cycle((mark.x, mark.y)), strict=False)
    ]
