"""The parts of the page of two introduced cities and of their partnership.

The address is that of the partnership, or of the match while there is none, with `?tab=`.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from partnerships.models import Match, Partnership


class Tab(models.TextChoices):
    MESSAGES = "messages", pgettext_lazy("part of a page", "Messages")
    PLAN = "plan", pgettext_lazy("part of a page", "Plan")
    DATES = "dates", pgettext_lazy("part of a page", "Meetings")
    FILES = "files", pgettext_lazy("part of a page", "Files")
    AGREEMENT = "agreement", pgettext_lazy("part of a page", "Agreement")
    MILESTONES = "milestones", pgettext_lazy("part of a page", "Milestones")
    REPORTS = "reports", pgettext_lazy("part of a page", "Reports")
    INTRODUCTION = "introduction", pgettext_lazy("part of a page", "Introduction")


# Parts of a partnership, for all its parties.
SHARED = (Tab.AGREEMENT, Tab.MILESTONES, Tab.REPORTS)
# Parts of the space, for the two cities and the brokers; the first one opens.
PRIVATE = (Tab.MESSAGES, Tab.PLAN, Tab.DATES, Tab.FILES, Tab.AGREEMENT, Tab.INTRODUCTION)


@dataclass(frozen=True)
class Link:
    tab: Tab
    url: str
    is_current: bool

    @property
    def label(self) -> str:
        return str(self.tab.label)


def available(*, has_space: bool, has_partnership: bool) -> list[Tab]:
    """Return the parts that a reader may see, in order."""
    return [
        tab for tab in Tab if (has_space and tab in PRIVATE) or (has_partnership and tab in SHARED)
    ]


def chosen(word: Any, tabs: list[Tab]) -> Tab:
    """Return the part that an address names, or the first one."""
    return next((tab for tab in tabs if tab.value == word), tabs[0])


def address(subject: Match | Partnership, tab: Tab) -> str:
    """Return the address of a part of the page; that of a match leads to its partnership."""
    return f"{subject.get_absolute_url()}?tab={tab.value}"


def links(subject: Match | Partnership, tabs: list[Tab], current: Tab) -> list[Link]:
    return [Link(tab, address(subject, tab), tab == current) for tab in tabs]
