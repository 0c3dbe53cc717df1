"""The parts of the page of two introduced cities and of their partnership.

The address is that of the partnership, or of the match while there is none, with `?tab=`.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import pgettext_lazy

from partnerships.models import Match, Partnership, PartnershipStatus


class Tab(models.TextChoices):
    MESSAGES = "messages", pgettext_lazy("part of a page", "Messages")
    AGREEMENT = "agreement", pgettext_lazy("part of a page", "Agreement")
    PROGRESS = "progress", pgettext_lazy("part of a page", "Progress")
    FILES = "files", pgettext_lazy("part of a page", "Files and meetings")


# Parts of a partnership, for all its parties. The others are for the two cities and the brokers.
SHARED = (Tab.AGREEMENT, Tab.PROGRESS)
# Where the parts of earlier releases are now, with the section of the part.
FORMER = {
    "plan": (Tab.AGREEMENT, "plan"),
    "dates": (Tab.FILES, "dates"),
    "milestones": (Tab.PROGRESS, "milestones"),
    "reports": (Tab.PROGRESS, ""),
    "introduction": (Tab.MESSAGES, "introduction"),
}


@dataclass(frozen=True)
class Link:
    tab: Tab
    url: str
    is_current: bool

    @property
    def label(self) -> str:
        return str(self.tab.label)


def available(*, has_space: bool) -> list[Tab]:
    """Return the parts that a reader may see, in order."""
    return [tab for tab in Tab if has_space or tab in SHARED]


def named(word: str | None) -> tuple[Tab, str] | None:
    """Return the part that an address names, and the section if it was one of its own before."""
    known = {tab.value: (tab, "") for tab in Tab} | FORMER
    return known.get(word or "")


def first(partnership: Partnership | None, tabs: list[Tab]) -> Tab:
    """Return the part that opens: a completed partnership opens on its outcome."""
    if partnership is not None and partnership.status == PartnershipStatus.COMPLETED:
        return Tab.PROGRESS
    return tabs[0]


def address(subject: Match | Partnership, tab: Tab, section: str = "") -> str:
    """Return the address of a part of the page; that of a match leads to its partnership."""
    found = f"{subject.get_absolute_url()}?tab={tab.value}"
    return f"{found}#{section}" if section else found


def links(subject: Match | Partnership, tabs: list[Tab], current: Tab) -> list[Link]:
    return [Link(tab, address(subject, tab), tab == current) for tab in tabs]
