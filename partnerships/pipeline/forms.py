from typing import Any

from django import forms
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import User
from community.moderation.reviews.forms import MAX_LENGTH, REASONS
from community.notices.notify import members_with
from partnerships.models import SavedView, SnoozeReason
from partnerships.permissions import BROKER
from partnerships.pipeline.stages import LOOK_AGAIN_AFTER, Filters, Order, Stage
from repository.dates.days import check_day
from repository.models import Theme
from repository.places.models import REGIONS
from repository.text.parsing import whole_number
from repository.text.sorting import sort_key

# The maximum number of requests changed at once.
MAX_SELECTED = 100


class Act(TextChoices):
    """What can be done with the selected requests."""

    OPEN = "open", _("Open request")
    DECLINE = "decline", _("Decline")
    ASSIGN = "assign", _("Assign")
    ASSIGN_TO_ME = "assign-to-me", _("Assign to me")
    SNOOZE = "snooze", _("Snooze")
    WAKE = "wake", _("End snooze")
    REMIND = "remind", _("Remind cities")
    CSV = "csv", _("Download CSV")
    XLSX = "xlsx", _("Download XLSX")


def brokers() -> QuerySet[User]:
    return members_with(BROKER)


def people(rows: QuerySet[User] | None = None) -> list[User]:
    """All brokers, by name."""
    found = brokers() if rows is None else rows
    return sorted(found, key=sort_key)


class FilterForm(forms.Form):
    """The filters and the order of the list and the board, as parameters of the page."""

    q = forms.CharField(label=_("City, person or word"), required=False, max_length=100)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("All")), *Stage.choices]
    )
    late = forms.BooleanField(label=_("Overdue only"), required=False)
    no_candidate = forms.BooleanField(label=_("No candidates"), required=False)
    snoozed = forms.BooleanField(label=_("Snoozed"), required=False)
    closed = forms.BooleanField(label=_("Closed"), required=False)
    order = forms.ChoiceField(label=_("Sort by"), required=False, choices=Order.choices)

    def __init__(self, data: QueryDict, *, staff: list[User]):
        super().__init__(data)
        self.fields["owner"].choices = [
            ("", _("All")),
            ("me", _("Me")),
            ("nobody", _("No owner")),
            *((str(member.pk), str(member)) for member in staff),
        ]
        themes = sorted(Theme.objects.all(), key=sort_key)
        choices = [(theme.slug, str(theme)) for theme in themes]
        self.fields["theme"].choices = [("", _("All")), *choices]
        self.fields["region"].choices = [("", _("All")), *REGIONS.items()]

    def filters(self, *, by: int) -> Filters:
        """Return the valid filters; others are ignored."""
        self.is_valid()
        valid: dict[str, Any] = self.cleaned_data
        return Filters(
            text=valid.get("q", ""),
            owner=valid.get("owner", ""),
            theme=valid.get("theme", ""),
            region=valid.get("region", ""),
            stage=valid.get("stage", ""),
            is_late=valid.get("late", False),
            is_snoozed=valid.get("snoozed", False),
            is_closed=valid.get("closed", False),
            has_no_candidate=valid.get("no_candidate", False),
            by=by,
            order=valid.get("order", ""),
        )


class ViewNameForm(forms.ModelForm):
    """The name of a saved view."""

    class Meta:
        model = SavedView
        fields = ["name"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class BulkForm(forms.Form):
    """An action for the selected requests; a reason and a message are for declining them."""

    act = forms.ChoiceField(choices=Act)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[check_day],
    )
    why = forms.ChoiceField(
        label=_("Why snooze"), choices=[("", "—"), *SnoozeReason.choices], required=False
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS, required=False)
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, data: QueryDict | None = None, *, staff: list[User]):
        super().__init__(data, auto_id="bulk_%s")
        self.staff = {str(member.pk): member for member in staff}
        self.fields["owner"].choices = [
            ("", _("No owner")),
            *((key, str(member)) for key, member in self.staff.items()),
        ]
        self.fields["until"].widget.attrs["min"] = timezone.localdate().isoformat()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("act") == Act.SNOOZE and not self.errors:
            why, until = cleaned["why"], cleaned["until"]
            if not why:
                self.add_error("why", _("Give a reason for the snooze."))
            elif not until and why == SnoozeReason.NO_MATCH:
                cleaned["until"] = timezone.localdate() + LOOK_AGAIN_AFTER
            elif not until:
                self.add_error("until", _("Choose a date from tomorrow up to a year from now."))
        cleaned["owner"] = self.staff.get(cleaned.get("owner", ""))
        return cleaned


def selected(data: QueryDict) -> list[int]:
    """Return the primary keys of the selected requests, without those that are no numbers."""
    keys = (whole_number(text, least=1) for text in data.getlist("selected")[:MAX_SELECTED])
    return sorted({key for key in keys if key is not None})
