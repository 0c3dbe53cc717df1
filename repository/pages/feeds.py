from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from repository.cases.citations import SITE
from repository.models import CaseStudy
from repository.pages.http import CONTROL, public_page
from repository.translations.reading import CARD, translate


class CaseAtom(Atom1Feed):
    """An Atom feed whose entries declare their own language, which may not be the reader's."""

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}


class CaseFeed(Feed):
    """The newest published cases as Atom (RFC 4287), in the language of the reader."""

    feed_type = CaseAtom
    title = _("South-South City Exchange: new cases")
    subtitle = _("How cities are developing cross-border e-commerce and digital innovation.")
    link = reverse_lazy("repository:case_list")
    author_name = SITE

    def items(self):
        cases = CaseStudy.objects.published().real().newest().for_cards(also=["updated_at"])[:30]
        found = list(cases)
        translate(("case", found), only=CARD)
        return found

    def item_title(self, item):
        return CONTROL.sub(" ", item.title)

    def item_description(self, item):
        # Django declares summaries as HTML.
        return escape(CONTROL.sub(" ", item.summary))

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return item.updated_at

    def item_extra_kwargs(self, item):
        return {"language": item.language}

    def item_categories(self, item):
        return [str(theme) for theme in item.theme_list]


case_feed = public_page(CaseFeed())
