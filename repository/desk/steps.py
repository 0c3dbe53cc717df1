"""Steps of a workflow at the desk: buttons on the page of an object, a question before each."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from repository.desk.base import is_key
from repository.workflow import ActionRefused, Step

# Objects that one step takes at once.
MOST = 100


class NothingToSayForm(forms.Form):
    """A step that asks nothing but whether."""


class Verb:
    """How the desk asks for a step and tells what came of it."""

    def __init__(self, act, form, label, question, done):
        self.act, self.form, self.label = act, form, label
        self.question, self.done = question, done


class StepsAdmin:
    """For the page of an object that has a `status`: who may takes its steps from there."""

    # What an address and an action call one object: "case".
    word: ClassVar[str]
    verbs: ClassVar[Mapping[str, Verb]]
    steps: ClassVar[Mapping[str, Step[Any]]]
    # What takes each step; an app that stands on this one may do more with it.
    acts: ClassVar[Mapping[str, Callable[..., Any]]]
    change_form_template = "admin/repository/steps_change_form.html"

    def has_step_permission(self, request: HttpRequest) -> bool:
        raise NotImplementedError

    def is_public(self, obj) -> bool:
        """Whether everybody sees its page; others see a preview of it."""
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

    def step_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Ask before a step; on POST take it for each object chosen, and say what came of it."""
        if verb not in self.verbs:
            raise Http404
        if not self.has_step_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        chosen = [key for key in asked.getlist(self.word) if is_key(self.opts.pk, key)]
        rows = list(self.get_queryset(request).filter(pk__in=chosen[:MOST]))
        if not rows:
            raise Http404
        form = self.verbs[verb].form(request.POST if request.method == "POST" else None)
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
            told = self.verbs[verb].done(done) % {"count": done}
            self.message_user(request, told, messages.SUCCESS)
