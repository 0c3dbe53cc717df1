from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from repository.http import public_page
from repository.models import CaseStudy


class CaseFeed(Feed):
    """The newest published cases as Atom (RFC 4287)."""

    feed_type = Atom1Feed
    title = _("South-South City Exchange: new cases")
    subtitle = _("What cities did about cross-border e-commerce and digital innovation.")
    link = reverse_lazy("repository:case_list")

    def items(self):
        return CaseStudy.objects.published().newest().for_cards()[:30]

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return item.summary

    def item_pubdate(self, item):
        return item.published_at

    def item_categories(self, item):
        return [theme["name"] for theme in item.theme_chips]


case_feed = public_page(CaseFeed())
