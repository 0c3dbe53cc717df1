from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.writing.confirmation import actions
from community.writing.drafts.submit_views import own_case
from repository.pages.attempts import attempt


@login_required
@require_POST
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """An author confirms that a case is still true."""
    case = own_case(request, slug)
    with attempt(request, success=_("Thank you. The case now shows that you checked it today.")):
        actions.confirm(case=case, by=request.user)
    return redirect(case)
