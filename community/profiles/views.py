from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.models import MemberKind, Membership, User
from community.profiles import verification
from community.profiles.actions import change_profile
from community.profiles.forms import MembershipForm, ProfileForm, VerificationForm, WelcomeForm
from repository.pages.addresses import in_language
from repository.pages.attempts import attempt
from repository.pages.http import path_of_site, require_form


@login_required
@require_form
def edit(request: HttpRequest) -> HttpResponse:
    """The page on which members edit their profile, its audience and their language."""
    # Copies: the header of the page must not show the values of an invalid form.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    about = MembershipForm(request.POST or None, instance=membership_of(request.user))
    if request.method == "POST" and all([form.is_valid(), about.is_valid()]):
        with attempt(request, form, success=_("Profile saved.")) as outcome:
            change_profile(
                user=request.user, by=request.user, **form.cleaned_data, about=about.about()
            )
        if outcome.succeeded:
            language = form.cleaned_data["language"] or request.LANGUAGE_CODE
            return redirect(in_language(reverse("community:profile"), language))
    saved = membership_of(request.user)
    context = {
        "form": form,
        "about": about,
        "membership": saved,
        "can_ask": saved.kind == MemberKind.POLICYMAKER and not saved.is_verified,
        "verification": VerificationForm(initial={"proof": saved.proof}),
    }
    return render(request, "community/profiles/profile_edit.html", context)


@login_required
@require_form
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask new members who they are, then lead on to what they were doing."""
    sent = request.POST if request.method == "POST" else request.GET
    target = path_of_site(request, sent.get("next", "")) or reverse("community:desk")
    user = User.objects.get(pk=request.user.pk)
    form = WelcomeForm(request.POST or None, membership=membership_of(user))
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, success=_("Profile saved.")) as outcome:
            change_profile(
                user=user,
                by=request.user,
                display_name=form.cleaned_data["display_name"],
                handle=user.handle,
                language=user.language,
                about=form.about(),
            )
        if outcome.succeeded:
            return redirect(target)
    return render(request, "community/profiles/welcome.html", {"form": form, "target": target})


def membership_of(user: User) -> Membership:
    """The stored profile of a member, or an unsaved empty one."""
    rows = Membership.objects.select_related("city", "country")
    return rows.filter(member=user).first() or Membership(member=user)


@login_required
@require_POST
def ask_verification(request: HttpRequest) -> HttpResponse:
    """Ask for verification as a policymaker."""
    form = VerificationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tell us how we can verify this, in 500 characters or fewer."))
        return redirect("community:profile")
    with attempt(request, success=_("Request sent. A moderator will review it.")):
        verification.ask(member=request.user, by=request.user, **form.cleaned_data)
    return redirect("community:profile")


@login_required
@require_POST
def withdraw_verification_request(request: HttpRequest) -> HttpResponse:
    """Withdraw the request for verification."""
    with attempt(request, success=_("Request withdrawn.")):
        verification.withdraw_request(member=request.user, by=request.user)
    return redirect("community:profile")
