"""The question whether everyone sees an author's organisation and place, on forms to publish."""

from django.http import HttpRequest

from community.models import Membership
from community.profiles.actions import answer_byline
from community.profiles.forms import BylineForm


def byline_form(request: HttpRequest) -> BylineForm | None:
    """The question, bound if the form was sent; None for members who need not answer it."""
    rows = Membership.objects.select_related("city")
    membership = rows.filter(member=request.user).first()
    if membership is None or not (byline := membership.byline_to_ask):
        return None
    data = request.POST if "byline_asked" in request.POST else None
    return BylineForm(data, member=request.user, byline=byline)


def store_answer(request: HttpRequest, form: BylineForm | None) -> None:
    """Store the answer that was sent with what the member has published."""
    if form is not None and form.is_valid():
        is_shown = form.cleaned_data["show_byline"]
        answer_byline(member=request.user, by=request.user, is_shown=is_shown)
