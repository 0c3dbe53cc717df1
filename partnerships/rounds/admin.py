from django.contrib import admin
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partnerships import permissions
from partnerships.models import Round, RoundStatus
from partnerships.rounds import views as pages
from partnerships.rounds.forms import RoundForm
from partnerships.timetables import views as timetable_pages
from repository.desk.base import CollectionAdmin


@admin.register(Round)
class RoundAdmin(CollectionAdmin):
    """Matchmaking events with their requests and cities.

    Results have a page of their own; a changed round must be computed again.
    """

    form = RoundForm
    fields = ["name", "requests"]
    list_display = ["name", "status", "created_by", "created_at", "result_page"]
    list_select_related = ["created_by"]
    search_fields = ["name"]
    change_form_template = "admin/partnerships/round/change_form.html"

    def has_module_permission(self, request):
        return permissions.can_broker(request.user)

    def has_view_permission(self, request, obj=None):
        return permissions.can_broker(request.user)

    def has_add_permission(self, request):
        return permissions.can_broker(request.user)

    def has_change_permission(self, request, obj=None):
        is_running = obj is not None and obj.status == RoundStatus.RUNNING
        return permissions.can_broker(request.user) and not is_running

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def view_on_site(self, obj):
        return reverse("admin:partnerships_round_result", args=[obj.pk])

    @admin.display(description=_("result"))
    def result_page(self, round):
        address = reverse("admin:partnerships_round_result", args=[round.pk])
        return format_html('<a href="{}">{}</a>', address, _("Review"))

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
            super().save_model(request, obj, form, change)
            return
        # Only what the form has: another broker may be changing the rest.
        columns = ["name"]
        if "requests" in form.changed_data:
            obj.status, obj.progress, obj.result = RoundStatus.DRAFT, 0, {}
            columns += ["status", "progress", "result"]
        obj.save(update_fields=columns)

    def response_add(self, request, obj, post_url_continue=None):
        """Continue with the cities."""
        return redirect("admin:partnerships_round_cities", obj.pk)

    def get_urls(self):
        guard = self.admin_site.admin_view
        return [
            path("<int:pk>/result/", guard(pages.result), name="partnerships_round_result"),
            path(
                "<int:pk>/cities/",
                guard(pages.choose_cities),
                name="partnerships_round_cities",
            ),
            path(
                "<int:pk>/timetable/",
                guard(timetable_pages.detail),
                name="partnerships_round_timetable",
            ),
            path(
                "<int:pk>/timetable/<int:call>/",
                guard(timetable_pages.change),
                name="partnerships_round_call",
            ),
            *super().get_urls(),
        ]
