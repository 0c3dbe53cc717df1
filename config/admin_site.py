from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class ExchangeAdminSite(AdminSite):
    site_header = _("South-South City Exchange: desk")
    site_title = _("Desk")
    index_title = _("What there is")
