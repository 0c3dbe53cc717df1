from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from community.discussion.subjects import FOLLOWED, find
from community.notices import following as actions
from repository.pages.attempts import attempt


@require_POST
@login_required
def change(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """Follow a subject, or stop following it, depending on the button."""
    verbs = {"follow": actions.follow, "unfollow": actions.unfollow}
    verb = request.POST.get("verb", "")
    if verb not in verbs:
        raise Http404
    subject = find(word, pk, user=request.user, among=FOLLOWED)
    with attempt(request):
        verbs[verb](subject=subject, by=request.user)
    if "list" in request.POST:
        return redirect("community:follows")
    return redirect(subject.get_absolute_url() or "community:follows")
