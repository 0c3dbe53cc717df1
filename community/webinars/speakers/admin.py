"""Speakers and webinars at the desk: signed links for speakers, and their answers."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from community.webinars.speakers import actions
from repository.models import Speaker, Webinar
from repository.people.admin import SpeakerAdmin as CollectionSpeakerAdmin
from repository.text.parsing import whole_number
from repository.webinars.admin import WebinarAdmin as CollectionWebinarAdmin
from repository.workflow import ActionRefused

admin.site.unregister(Speaker)
admin.site.unregister(Webinar)
# The maximum number of speakers of one webinar, with a margin.
LIMIT = 50


class LinkForm(forms.Form):
    """The recipients of the link, and the language of the message."""

    language = forms.ChoiceField(label=_("Language of the email"), choices=settings.LANGUAGES)


@admin.register(Speaker)
class SpeakerAdmin(CollectionSpeakerAdmin):
    """Speakers, with an action that sends them the link to their own page."""

    change_form_template = "admin/community/speaker/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.links_view)
        return [path("links/", view, name="repository_speaker_links"), *super().get_urls()]

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj is not None and self.has_change_permission(request):
            context["links_url"] = f"{reverse('admin:repository_speaker_links')}?speaker={obj.pk}"
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def links_view(self, request: HttpRequest) -> HttpResponse:
        """The answers of a webinar's speakers; on POST send the link to those chosen."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rows, webinar = self.asked_for(request)
        form = LinkForm(
            request.POST if request.method == "POST" else None,
            initial={"language": settings.LANGUAGE_CODE},
        )
        if request.method == "POST" and form.is_valid():
            chosen = set(request.POST.getlist("speaker"))
            self.send(
                request,
                [row for row in rows if str(row.pk) in chosen],
                form.cleaned_data["language"],
            )
            return redirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Link to speaker page"),
            "opts": self.opts,
            "webinar": webinar,
            "rows": [(row, self.talks(row, webinar)) for row in rows],
            "form": form,
            "can_send": any(row.email for row in rows),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "community/webinars/speaker_links.html", context)

    def asked_for(self, request: HttpRequest) -> tuple[list[Speaker], Webinar | None]:
        """The speakers in the query string, by themselves or by their webinar."""
        key = whole_number(request.GET.get("webinar", ""))
        number = whole_number(request.GET.get("speaker", ""))
        rows = Speaker.objects.prefetch_related("appearances__webinar")
        if key is not None:
            webinar = Webinar.objects.filter(pk=key).first()
            if webinar is None:
                raise Http404
            found = rows.filter(appearances__webinar=webinar).order_by("appearances__position")
            return list(found[:LIMIT]), webinar
        if number is not None:
            found = list(rows.filter(pk=number))
            if found:
                return found, None
        raise Http404

    @staticmethod
    def talks(speaker: Speaker, webinar: Webinar | None) -> list:
        rows = speaker.appearances.all()
        return [row for row in rows if webinar is None or row.webinar_id == webinar.pk]

    def send(self, request: HttpRequest, rows: list[Speaker], language: str) -> None:
        sent = 0
        for row in rows:
            try:
                actions.send_link(speaker=row, language=language)
            except ActionRefused as refusal:
                self.message_user(request, str(refusal), messages.WARNING)
            else:
                self.log_change(request, row, gettext("Link sent"))
                sent += 1
        if not rows:
            self.message_user(request, gettext("Choose at least one speaker."), messages.WARNING)
        if sent:
            message = ngettext("%(count)d link sent.", "%(count)d links sent.", sent)
            self.message_user(request, message % {"count": sent}, messages.SUCCESS)


@admin.register(Webinar)
class WebinarAdmin(CollectionWebinarAdmin):
    """Webinars, with a link to the signed links of their speakers."""

    def render_change_form(self, request, context, obj=None, **kwargs):
        context["tools"] = []
        if obj is not None and request.user.has_perm("repository.change_speaker"):
            url = f"{reverse('admin:repository_speaker_links')}?webinar={obj.pk}"
            context["tools"].append((url, gettext("Speakers and consent")))
        if obj is not None and self.has_add_permission(request):
            url = f"{reverse('admin:repository_webinar_add')}?duplicate={obj.pk}"
            context["tools"].append((url, gettext("Duplicate")))
        return super().render_change_form(request, context, obj=obj, **kwargs)
