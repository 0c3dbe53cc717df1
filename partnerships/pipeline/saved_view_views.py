"""Open, save, rename and delete views of the board."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from partnerships.desk.roles import for_brokers
from partnerships.models import SavedView
from partnerships.pipeline import actions, saved_views
from partnerships.pipeline.forms import FilterForm, ViewNameForm, people
from repository.pages.attempts import attempt
from repository.text.lists import list_with_and


def to_board(parameters: dict[str, str]) -> HttpResponse:
    query = QueryDict(mutable=True)
    query.update(parameters)
    return redirect(f"{reverse('admin:pipeline')}?{query.urlencode()}".rstrip("?"))


def own_view(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)


@for_brokers
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a saved view: lead to the board with those of its filters that still exist."""
    view = own_view(request, pk)
    parameters, lost = saved_views.opened(view, staff=people())
    if lost:
        words = ngettext(
            "%(count)d filter in “%(name)s” no longer exists and was ignored: %(filters)s.",
            "%(count)d filters in “%(name)s” no longer exist and were ignored: %(filters)s.",
            len(lost),
        )
        filters = list_with_and(lost)
        messages.warning(
            request, words % {"name": view.name, "count": len(lost), "filters": filters}
        )
    return to_board(parameters)


@for_brokers
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the filters of the query under the name of the form."""
    filters = FilterForm(request.GET, staff=people())
    is_list = request.GET.get("view") == "list"
    parameters = saved_views.parameters_of(filters, is_list=is_list)
    if name := name_from(request):
        words = _("View “%(name)s” saved.") % {"name": name}
        with attempt(request, success=words):
            actions.save_view(name=name, parameters=parameters, by=request.user)
    return to_board(parameters)


@for_brokers
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = own_view(request, pk)
    if name := name_from(request):
        words = _("View renamed to “%(name)s”.") % {"name": name}
        with attempt(request, success=words):
            actions.rename_view(view=view, name=name, by=request.user)
    return to_board(saved_views.opened(view, staff=people())[0])


@for_brokers
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a view of the broker; a second click finds none and leads to the board."""
    view = SavedView.objects.visible_to(request.user).filter(pk=pk).first()
    if view is None:
        return to_board({})
    words = _("View “%(name)s” deleted.") % {"name": view.name}
    with attempt(request, success=words):
        actions.delete_view(view=view, by=request.user)
    return to_board(saved_views.opened(view, staff=people())[0])


def name_from(request: HttpRequest) -> str:
    """Return the name of the form; empty, with a message, if it is not valid."""
    form = ViewNameForm(request.POST)
    if form.is_valid():
        return form.cleaned_data["name"]
    for error in form.errors.get("name", []):
        messages.error(request, error)
    return ""
