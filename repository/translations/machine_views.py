from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from repository.translations import machine
from repository.translations.exchange.views import back, for_exchange
from repository.translations.kinds import kinds
from repository.translations.overview.forms import chosen_keys, language_choices


@for_exchange
@require_POST
def make_drafts(request: HttpRequest) -> HttpResponse:
    """Have a machine translate the missing paragraphs of the selected objects."""
    target = request.POST.get("target", "")
    chosen = chosen_keys(request.POST, request.GET, request.user)
    keys = [(name, pk) for name, pk in chosen if not kinds[name].is_internal]
    if not machine.is_configured():
        messages.error(request, _("There is no translation server."))
    elif chosen and not keys:
        messages.error(request, _("Internal texts are never sent to a translation server."))
    elif target not in dict(language_choices()) or not keys:
        messages.error(request, _("Select at least one page, and a language."))
    else:
        machine.queue_drafts(chosen=keys, language=target, by=request.user)
        messages.success(
            request,
            ngettext(
                "Machine drafts of %(number)d page will be made in the next minutes.",
                "Machine drafts of %(number)d pages will be made in the next minutes.",
                len(keys),
            )
            % {"number": len(keys)},
        )
    return redirect(back(request))
