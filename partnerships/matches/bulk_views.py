"""The pages on which brokers propose a city for one request, or for several at once."""

from collections.abc import Collection

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partnerships.desk.roles import for_brokers
from partnerships.matches import bulk, bulk_actions
from partnerships.matches.actions import checked_deadline
from partnerships.matches.forms import ProposeForm
from partnerships.models import PartnershipRequest, RequestStatus
from partnerships.pipeline.forms import selected
from repository.pages.http import require_form
from repository.text.parsing import whole_number


@for_brokers
@require_form
def propose_in_bulk(request: HttpRequest) -> HttpResponse:
    """Show the best candidates of the ticked requests, all open ones if none is; propose them."""
    if request.method == "POST" and not is_sent(request):
        keys = selected(request.POST)
        query = f"?requests={'-'.join(map(str, keys))}" if keys else ""
        return redirect(reverse("admin:propose_in_bulk") + query)
    keys = {whole_number(text, least=1) for text in request.GET.get("requests", "").split("-")}
    return page(request, {key for key in keys if key is not None}, _("Propose in bulk"))


@for_brokers
@require_form
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the best candidates of a request; propose one of them."""
    get_object_or_404(PartnershipRequest.objects.exclude(status=RequestStatus.DRAFT), pk=pk)
    return page(request, {pk}, _("Propose"))


def is_sent(request: HttpRequest) -> bool:
    return request.POST.get("act") == "propose"


def page(request: HttpRequest, keys: Collection[int], title: str) -> HttpResponse:
    """Show the candidates of these open requests, of all if there are no keys; propose them."""
    language = get_language() or settings.LANGUAGE_CODE
    form = ProposeForm(
        request.POST if is_sent(request) else None,
        initial={"reply_by": checked_deadline(None)},
        language=language,
        is_helper_welcome=False,
    )
    chosen = chosen_cities(request.POST, keys)
    if is_sent(request) and not chosen:
        messages.error(request, _("Choose a city for at least one request."))
    elif is_sent(request) and form.is_valid():
        asked = bulk_actions.propose_all(
            chosen=chosen,
            by=request.user,
            message=form.cleaned_data["message"],
            reply_by=form.cleaned_data["reply_by"],
        )
        report(request, asked)
        return redirect("admin:pipeline")
    found = bulk.proposals_for(keys)
    if is_sent(request):
        for line in found.lines:
            line.chosen = chosen.get(line.asked.pk)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "opts": PartnershipRequest._meta,
        "proposals": found,
        "form": form,
    }
    return render(request, "partnerships/matches/bulk.html", context)


def chosen_cities(data: QueryDict, keys: Collection[int]) -> dict[int, int]:
    """Return the chosen city of each request, by primary keys: "city-12=34".

    Only of these requests, if there are keys.
    """
    found = {}
    for name, text in data.items():
        if name.startswith("city-"):
            asked, city = whole_number(name[5:], least=1), whole_number(text, least=1)
            if asked and city and (asked in keys or not keys):
                found[asked] = city
    return found


def report(request: HttpRequest, asked: bulk_actions.Asked) -> None:
    if asked.proposed or not asked.refused:
        words = ngettext(
            "Proposal sent for %(count)s request.",
            "Proposals sent for %(count)s requests.",
            asked.proposed,
        )
        messages.success(request, words % {"count": asked.proposed})
    for refusal in asked.refused:
        messages.error(request, refusal)
