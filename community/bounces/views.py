import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from community.bounces import addresses, providers

logger = logging.getLogger(__name__)


@require_POST
@login_required
def send_again(request: HttpRequest) -> HttpResponse:
    """Clear the bounce of the member's own address."""
    addresses.clear(email=request.user.email)
    messages.success(request, _("We’ll email you again."))
    return redirect("account_email")


@csrf_exempt
@never_cache
def webhook(request: HttpRequest) -> HttpResponse:
    """Events of the email provider. Its secret authorises; the response reveals nothing."""
    if not settings.MAIL_PROVIDER:
        raise Http404
    try:
        return providers.view_of(settings.MAIL_PROVIDER)(request)
    except SuspiciousOperation:  # without the secret, or too large
        return HttpResponseBadRequest()
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # What the library raises for texts that no provider sends.
        logger.warning("An event of the email provider can’t be read: %s", type(error).__name__)
        return HttpResponseBadRequest()
