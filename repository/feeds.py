import re

from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from repository.citations import SITE
from repository.http import public_page
from repository.models import CaseStudy

# What no XML holds; a text may have been pasted or imported with it.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class CaseFeed(Feed):
    """The newest published cases as Atom (RFC 4287)."""

    feed_type = Atom1Feed
    title = _("South-South City Exchange: new cases")
    subtitle = _("What cities did about cross-border e-commerce and digital innovation.")
    link = reverse_lazy("repository:case_list")
    author_name = SITE

    def items(self):
        return CaseStudy.objects.published().newest().for_cards(also=["updated_at"])[:30]

    def item_title(self, item):
        return CONTROL.sub(" ", item.title)

    def item_description(self, item):
        # Django says that it is HTML.
        return escape(CONTROL.sub(" ", item.summary))

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return item.updated_at

    def item_categories(self, item):
        return [theme["name"] for theme in item.theme_chips]


case_feed = public_page(CaseFeed())
