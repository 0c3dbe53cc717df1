"""Notifications of a member, their settings, and what the member follows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from community.discussion.subjects import FOLLOWED, find
from community.models import Follow, NoticeKind
from community.notices import actions, digests
from community.notices.forms import NoticeSettingsForm
from community.notices.wording import Shown, followed, shown_to
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.pages.lists import page_of
from repository.text.parsing import whole_number

PAGE_SIZE = 30


@never_cache
@require_safe
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The notices of a member, unread ones first."""
    notices = request.user.notifications.select_related("actor__membership").order_by(
        F("read_at").desc(nulls_first=True), "-created_at", "-pk"
    )
    page = page_of(notices, request, size=PAGE_SIZE)
    rows = list(page.object_list)
    shown = shown_to(request.user, rows)
    # Mark unread notices that can no longer be shown, or they would be counted for ever.
    gone = {row.pk for row in rows if row.read_at is None} - {one.notice.pk for one in shown}
    if gone:
        actions.mark_read(notices=gone, by=request.user)
    context = {
        "page": page,
        "shown": shown,
        "groups": by_subject(shown),
        "newest": max((row.pk for row in rows), default=0),
        "has_unread": any(one.notice.read_at is None for one in shown),
    }
    return render(request, "community/notices/notice_list.html", context)


def by_subject(shown: list[Shown]) -> list[list[Shown]]:
    """Notices grouped by what they are about, in the order in which the subjects first appear."""
    groups: dict[tuple, list[Shown]] = {}
    for one in shown:
        groups.setdefault((one.notice.content_type_id, one.notice.object_id), []).append(one)
    return list(groups.values())


@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read, or all up to the newest on the page."""
    if number := number_in(request, "notice"):
        actions.mark_read(notices=[number], by=request.user)
    elif number := number_in(request, "newest"):
        actions.mark_all_read(newest=number, by=request.user)
    return redirect("community:notices")


def number_in(request: HttpRequest, name: str) -> int:
    return whole_number(request.POST.get(name, "")) or 0


@never_cache
@login_required
@require_form
def settings(request: HttpRequest) -> HttpResponse:
    """The e-mail settings of a member."""
    form = NoticeSettingsForm(request.POST or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        actions.choose_deliveries(member=request.user, by=request.user, chosen=form.cleaned_data)
        messages.success(request, gettext("Settings saved."))
        return redirect("community:notice_settings")
    return render(request, "community/notices/notice_settings.html", {"form": form})


@never_cache
@require_safe
@login_required
def follows(request: HttpRequest) -> HttpResponse:
    """What a member follows, latest first."""
    page = page_of(Follow.objects.filter(member=request.user), request)
    context = {"page": page, "rows": followed(page.object_list, request.user)}
    return render(request, "community/notices/follow_list.html", context)


@never_cache
@csrf_exempt
@require_form
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe from a link in a message. The signature authorises: mail programs have no
    session.
    """
    found = digests.unsubscribing_member(token)
    if found is None:
        raise Http404
    member, what = found
    if request.method == "POST":
        actions.stop(member=member, what=what)
    context = {
        "is_done": request.method == "POST",
        "kind": NoticeKind(what).label if what in NoticeKind.values else "",
    }
    return render(request, "community/notices/notice_stop.html", context)


@require_POST
@login_required
def follow(request: HttpRequest, word: str, pk: int) -> HttpResponse:
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
