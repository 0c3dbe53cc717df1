from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit import models as taggit

from repository.desk.base import CollectionAdmin
from repository.desk.drafts import HidesDrafts
from repository.models import Tag
from repository.pages.attempts import attempt
from repository.tags import actions, folding
from repository.text.parsing import whole_number

# taggit registers its own tag model, which is not used here.
admin.site.unregister(taggit.Tag)
# The largest number of tags for one action.
MAX_TAGS = 50


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label=_("Tag to keep"), queryset=Tag.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *args, tags, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = tags


class RenameForm(forms.Form):
    name = forms.CharField(label=_("New name"), max_length=folding.MAX_LENGTH)

    def __init__(self, *args, tags, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = tags[0].name


class NothingToSayForm(forms.Form):
    def __init__(self, *args, tags, **kwargs):
        super().__init__(*args, **kwargs)


class Verb:
    """An action in the admin: form, label, texts, and how many tags it accepts."""

    def __init__(self, form, label, question, done, *, least=1, most=MAX_TAGS):
        self.form, self.label, self.question, self.done = form, label, question, done
        self.least, self.most = least, most


VERBS = {
    "merge": Verb(
        MergeForm,
        _("Merge"),
        _("Merging moves everything to the tag you keep. Old URLs redirect to it."),
        _("Tags merged."),
        least=2,
    ),
    "rename": Verb(
        RenameForm,
        _("Rename"),
        _("The old URL will redirect to the new one."),
        _("Tag renamed."),
        most=1,
    ),
    "block": Verb(
        NothingToSayForm,
        _("Block"),
        _("We’ll remove these tags from all content, and no one will be able to use them again."),
        _("Tags blocked."),
    ),
    "unblock": Verb(
        NothingToSayForm,
        _("Unblock"),
        _("Members can use these tags again. They aren’t added back to content automatically."),
        _("Tags unblocked."),
    ),
}


def choose(verb: str):
    """Return an admin action that redirects to the confirmation page of the verb."""

    @admin.action(permissions=["change"], description=VERBS[verb].label)
    def action(model_admin, request, queryset):
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[: MAX_TAGS + 1])
        if not VERBS[verb].least <= len(chosen) <= VERBS[verb].most:
            model_admin.message_user(
                request,
                gettext("Choose %(least)d to %(most)d tags.")
                % {"least": VERBS[verb].least, "most": VERBS[verb].most},
                messages.ERROR,
            )
            return None
        url = reverse("admin:repository_tag_step", args=[verb])
        return redirect(f"{url}?{urlencode({'tag': chosen}, doseq=True)}")

    action.__name__ = verb
    return action


@admin.register(Tag)
class TagAdmin(HidesDrafts, CollectionAdmin):
    list_display = ["name", "slug", "uses", "is_blocked"]
    list_filter = ["is_blocked"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug", "is_blocked"]
    actions = [choose(verb) for verb in VERBS]

    def public(self, rows):
        return rows.public()

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_uses=Count("items"))

    def get_fields(self, request, obj=None):
        # The slug of a new tag is derived from its name.
        return self.fields if obj else ["name"]

    def get_readonly_fields(self, request, obj=None):
        # Renaming is an action because it keeps old URLs working.
        return self.fields if obj else []

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)

    @admin.display(description=_("uses"), ordering="number_of_uses")
    def uses(self, tag):
        return tag.number_of_uses

    def get_urls(self):
        step = self.admin_site.admin_view(self.step_view)
        return [path("step/<slug:verb>/", step, name="repository_tag_step"), *super().get_urls()]

    def step_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Show what an action would do to the selected tags; on POST run it."""
        if verb not in VERBS:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        keys = [whole_number(key) for key in given.getlist("tag")[:MAX_TAGS]]
        known = [key for key in keys if key is not None]
        tags = self.get_queryset(request).filter(pk__in=known).order_by("name")
        how = VERBS[verb]
        if not how.least <= len(tags) <= how.most:
            raise Http404
        form = how.form(request.POST if request.method == "POST" else None, tags=tags)
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as outcome:
                self.act(request, verb, list(tags), form.cleaned_data)
            if outcome.succeeded:
                for tag in tags:
                    self.log_change(request, tag, str(how.label))
                self.message_user(request, str(how.done), messages.SUCCESS)
                return redirect("admin:repository_tag_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": how.label,
            "opts": self.opts,
            "tags": tags,
            "form": form,
            "question": how.question,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/repository/tag/step.html", context)

    def act(self, request: HttpRequest, verb: str, tags: list[Tag], given: dict) -> None:
        if verb == "merge":
            others = [tag for tag in tags if tag != given["into"]]
            actions.merge(tags=others, into=given["into"], by=request.user)
        elif verb == "rename":
            actions.rename(tag=tags[0], name=given["name"], by=request.user)
        elif verb == "block":
            actions.block(tags=tags, by=request.user)
        else:
            actions.unblock(tags=tags, by=request.user)
