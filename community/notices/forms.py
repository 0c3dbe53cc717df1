from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Delivery, NoticeKind, User
from community.notices.events import may_receive
from community.notices.models import chosen_by


class NoticeSettingsForm(forms.Form):
    """The e-mail setting for each kind of notice. Staff have additional kinds."""

    def __init__(self, *args, member: User, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = chosen_by(member)
        for kind in NoticeKind:
            if not may_receive(member, kind):
                continue
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=Delivery,
                initial=chosen[kind],
                error_messages={"invalid_choice": _("Choose one of the options.")},
            )
