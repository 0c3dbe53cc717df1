from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import permissions
from community.accounts.rate_limits import is_within_limit
from community.discussion import actions, threads
from community.discussion.forms import CommentEditForm, CommentForm
from community.discussion.subjects import DISCUSSED, find, word_of
from community.models import Comment, User
from repository.pages.attempts import attempt
from repository.pages.http import require_form

SUGGESTED = 8


def found_comment(request: HttpRequest, pk: int) -> tuple[Comment, models.Model]:
    """A comment and its subject, if both are visible to the reader; Http404 otherwise."""
    rows = Comment.objects.visible_to(request.user).select_related("author__membership", "parent")
    comment = get_object_or_404(rows, pk=pk)
    if comment.subject is None:
        raise Http404
    word = word_of(comment.subject)
    subject = find(word, comment.object_id, user=request.user, among=DISCUSSED)
    if not threads.is_open(subject) and not permissions.can_moderate(request.user):
        raise Http404
    return comment, subject


def open_subject(request: HttpRequest, word: str, pk: int) -> models.Model:
    subject = find(word, pk, user=request.user, among=DISCUSSED)
    if not threads.is_open(subject):
        raise Http404
    return subject


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to a comment on the page of its subject."""
    comment, subject = found_comment(request, pk)
    return redirect(threads.address(comment, subject, request.user))


@never_cache
@require_form
def new(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """The form for a new comment, without JavaScript or after a refusal."""
    subject = open_subject(request, word, pk)
    return write(request, subject)


@never_cache
@require_form
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for an answer, which scripts show below the comment."""
    answered, subject = found_comment(request, pk)
    if not answered.is_published:
        raise Http404
    return write(request, subject, answered=answered)


def write(request: HttpRequest, subject: models.Model, *, answered=None) -> HttpResponse:
    if not permissions.can_comment(request.user):
        return ask_to_sign_in(request, subject)
    form = CommentForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"body": initial_mention(answered, request.user)},
        auto_id=f"answer-{answered.pk}-%s" if answered else "comment-%s",
    )
    if answered:
        form.fields["body"].label = _("Your reply")
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            comment = actions.post(
                subject=subject,
                body=form.cleaned_data["body"],
                by=request.user,
                answered=answered,
                language=get_language(),
            )
        if outcome.succeeded:
            return go_to(request, comment, subject)
    context = {"form": form, "subject": subject, "answered": answered}
    return render(request, "community/discussion/comment_form.html", context)


def initial_mention(answered: Comment | None, user: User) -> str:
    """The mention that begins an answer to an answer; empty for an answer to a comment."""
    if answered is None or answered.parent_id is None or answered.author in (None, user):
        return ""
    return f"@{answered.author.handle} " if answered.author.handle else ""


def go_to(request: HttpRequest, comment: Comment, subject: models.Model) -> HttpResponse:
    """Redirect to the comment, with a message if others do not see it yet."""
    if comment.is_pending:
        messages.info(
            request, _("Thank you. A moderator will review your comment before it’s published.")
        )
    return redirect(threads.address(comment, subject, request.user))


def ask_to_sign_in(request: HttpRequest, subject: models.Model) -> HttpResponse:
    """Show the submitted text again if the session has expired."""
    body = request.POST.get("body", "") if request.method == "POST" else ""
    context = {"subject": subject, "body": body}
    return render(request, "community/discussion/comment_signed_out.html", context, status=403)


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form to edit a comment, which scripts show in its place."""
    comment, subject = found_comment(request, pk)
    if not permissions.can_edit_comment(request.user, comment):
        raise PermissionDenied
    form = CommentEditForm(
        request.POST if request.method == "POST" else None,
        initial={"body": comment.body},
        auto_id=f"edit-{comment.pk}-%s",
    )
    form.fields["body"].label = _("Your comment")
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            comment = actions.edit(comment=comment, body=form.cleaned_data["body"], by=request.user)
        if outcome.succeeded:
            return go_to(request, comment, subject)
    context = {"form": form, "subject": subject, "comment": comment}
    return render(request, "community/discussion/comment_edit.html", context)


@never_cache
@require_form
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then withdraw a comment."""
    comment, subject = found_comment(request, pk)
    if not permissions.can_edit_comment(request.user, comment):
        raise PermissionDenied
    if request.method == "POST":
        with attempt(request, success=_("Comment deleted.")):
            actions.withdraw(comment=comment, by=request.user)
        return redirect(f"{subject.get_absolute_url()}#discussion")
    context = {"comment": comment, "subject": subject}
    return render(request, "community/discussion/comment_withdraw.html", context)


@never_cache
@require_POST
@login_required
def helpful(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a comment as helpful with `helpful=yes`; remove the mark with `helpful=no`."""
    comment, subject = found_comment(request, pk)
    if not permissions.can_mark_helpful(request.user, comment):
        raise PermissionDenied
    is_helpful = request.POST.get("helpful") == "yes"
    with attempt(request) as outcome:
        actions.mark_helpful(comment=comment, by=request.user, is_helpful=is_helpful)
    if not outcome.succeeded:
        return redirect(f"{subject.get_absolute_url()}#discussion")
    if request.headers.get("HX-Request"):
        comment.helpful, comment.is_helpful = comment.helpful_marks.count(), is_helpful
        comment.can_mark = True
        return render(request, "community/discussion/_comment.html#helpful", {"comment": comment})
    return redirect(threads.address(comment, subject, request.user))


@never_cache
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Earlier versions of a comment, for everyone who may read it."""
    comment, subject = found_comment(request, pk)
    waiting = comment.author == request.user or permissions.can_moderate(request.user)
    context = {
        "comment": comment,
        "subject": subject,
        "versions": threads.versions(comment, waiting=waiting),
    }
    return render(request, "community/discussion/comment_history.html", context)


@never_cache
@require_safe
@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """Members whose handle or name begins with the given letters: `[[handle, name], …]`."""
    if not is_within_limit(request, "suggest"):
        return JsonResponse({"members": []}, status=429)
    letters = " ".join(request.GET.get("q", "").split())[:40]
    if len(letters) < 2 or "\0" in letters:
        return JsonResponse({"members": []})
    rows = User.objects.filter(
        Q(handle__startswith=letters.lower())
        | Q(display_name__istartswith=letters)
        | Q(display_name__icontains=f" {letters}"),
        is_active=True,
    )
    members = rows.exclude(handle="").order_by("handle").values_list("handle", "display_name")
    return JsonResponse({"members": [list(row) for row in members[:SUGGESTED]]})
