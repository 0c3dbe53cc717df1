from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partnerships import permissions
from partnerships.city_profiles import actions
from partnerships.city_profiles.forms import CityProfileForm
from partnerships.representation.cards import answers_of
from repository.models import City
from repository.pages.http import path_of_site, require_form
from repository.workflow import ActionRefused


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the profile of a city, as one of its focal points; `?next=` is where it leads."""
    city = get_object_or_404(City.objects.select_related("country"), slug=slug)
    if not permissions.speaks_for(request.user, city):
        raise PermissionDenied
    profile = actions.profile_of(city)
    form = (
        CityProfileForm(request.POST)
        if request.method == "POST"
        else CityProfileForm.showing(actions.values_of(city, profile))
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save(
                city=city, by=request.user, values=form.values(), base=form.cleaned_data["base"]
            )
        except actions.EditConflict as conflict:
            form = CityProfileForm.after(form, conflict.now, conflict.clashes)
            form.add_error(None, str(conflict))
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("City profile saved."))
            return redirect(path_of_site(request, request.GET.get("next", "")) or city)
    filled, total, missing = answers_of(city, profile)
    context = {
        "form": form,
        "city": city,
        "profile": profile,
        "action": request.get_full_path(),
        "filled": filled,
        "total": total,
        "missing": missing,
    }
    return render(request, "partnerships/city_profiles/form.html", context)
