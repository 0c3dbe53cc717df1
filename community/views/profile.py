from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.actions.profile import change_profile
from community.forms.accounts import ProfileForm
from community.models import User
from repository.actions import ActionRefused

from .language import remember


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """The page where members say who they are and in which language they read."""
    # A copy: a form that is not valid must not show its values in the head of the page.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(user=request.user, by=request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your profile is saved."))
            response = redirect("community:profile")
            remember(response, form.cleaned_data["language"])
            return response
    return render(request, "community/profile_edit.html", {"form": form})
