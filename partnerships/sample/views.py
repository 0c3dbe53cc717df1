from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.accounts import demo as accounts_demo
from community.models import User
from partnerships.models import Representation
from partnerships.sample import tour as tours


@never_cache
@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """Name five things to try in each role; only in a demo."""
    require_demo()
    account = accounts_demo.address_of("focal-point")
    city = Representation.objects.filter(member__email=account, city__isnull=False)
    slug = city.current().values_list("city__slug", flat=True).first()
    context = {"roles": tours.tour(slug or "zhengzhou"), "has_sample": settings.SAMPLE}
    return render(request, "partnerships/sample/tour.html", context)


@never_cache
@require_POST
def sign_in(request: HttpRequest, handle: str) -> HttpResponse:
    """Sign in with the account of a role, without its public password; only in a demo."""
    require_demo()
    if handle not in {account.handle for account in accounts_demo.ACCOUNTS}:
        raise Http404
    user = get_object_or_404(User, email=accounts_demo.address_of(handle), is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = reverse("admin:index") if user.is_staff else reverse("community:desk")
    return HttpResponseRedirect(onward)


def require_demo() -> None:
    if not settings.DEMO:
        raise Http404
