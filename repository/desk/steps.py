"""Workflow actions in the admin: buttons on the page of an object, with confirmation pages."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from repository.desk.base import is_key
from repository.workflow import ActionRefused, Step

# The largest number of objects for one action.
LIMIT = 100


class NothingToSayForm(forms.Form):
    """A confirmation without fields."""


class Verb:
    """The form and texts of a workflow action in the admin."""

    def __init__(self, act, form, label, question, done):
        self.act, self.form, self.label = act, form, label
        self.question, self.done = question, done


class StepsAdmin(admin.ModelAdmin):
    """Admin mixin that offers workflow actions on the page of an object with a `status`."""

    # The name of an object in URLs and actions: "case".
    word: ClassVar[str]
    verbs: ClassVar[Mapping[str, Verb]]
    steps: ClassVar[Mapping[str, Step[Any]]]
    # The functions that run each action; higher apps may replace them.
    acts: ClassVar[Mapping[str, Callable[..., Any]]]
    change_form_template = "admin/repository/steps_change_form.html"

    def has_step_permission(self, request: HttpRequest) -> bool:
        raise NotImplementedError

    def is_public(self, obj) -> bool:
        """Does the object have a public page? Otherwise staff see a preview."""
        raise NotImplementedError

    @property
    def step_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_step"

    def get_urls(self):
        view = self.admin_site.admin_view(self.step_view)
        return [path("step/<slug:verb>/", view, name=self.step_name), *super().get_urls()]

    def step_url(self, verb: str) -> str:
        return reverse(f"admin:{self.step_name}", args=[verb])

    def render_change_form(self, request, context, obj=None, **kwargs):
        steps = []
        if obj is not None and self.has_step_permission(request):
            steps = [
                (self.step_url(verb), self.verbs[verb].label)
                for verb, step in self.steps.items()
                if verb in self.verbs and obj.status in step.sources
            ]
        context |= {
            "steps": steps,
            "word": self.word,
            "is_public": obj is not None and self.is_public(obj),
        }
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def step_form(self, verb: str, rows: list, data) -> forms.Form:
        """Return the form of a confirmation page."""
        return self.verbs[verb].form(data)

    def step_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Show a confirmation page; on POST run the action for each selected object."""
        if verb not in self.verbs:
            raise Http404
        if not self.has_step_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        chosen = [key for key in asked.getlist(self.word) if is_key(self.opts.pk, key)]
        rows = list(self.get_queryset(request).filter(pk__in=chosen[:LIMIT]))
        if not rows:
            raise Http404
        form = self.step_form(verb, rows, request.POST if request.method == "POST" else None)
        pages = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if request.method == "POST" and form.is_valid():
            self.take_step(request, verb, rows, form.cleaned_data)
            if len(rows) == 1:
                return redirect(f"{pages}_change", rows[0].pk)
            return redirect(f"{pages}_changelist")
        sources = self.steps[verb].sources
        context = {
            **self.admin_site.each_context(request),
            "title": self.verbs[verb].label,
            "question": self.verbs[verb].question,
            "opts": self.opts,
            "word": self.word,
            "rows": [(row, row.status in sources) for row in rows],
            "is_possible": any(row.status in sources for row in rows),
            "form": form,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/repository/step.html", context)

    def take_step(self, request, verb: str, rows: list, answers: dict) -> None:
        done = 0
        for row in rows:
            try:
                self.acts[verb](**{self.word: row}, by=request.user, **answers)
            except ActionRefused as refused:
                self.message_user(request, str(refused), messages.WARNING)
            else:
                self.log_change(request, row, str(self.verbs[verb].label))
                done += 1
        if done:
            message = self.verbs[verb].done % {"count": done}
            self.message_user(request, message, messages.SUCCESS)
