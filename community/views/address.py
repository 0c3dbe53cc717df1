"""The page that the link in a message about an address leads to."""

from allauth.account import views
from django.http import Http404

from community.address_changes import is_change


class ConfirmEmailView(views.ConfirmEmailView):
    def logout_other_user(self, confirmation) -> None:
        """Sign nobody out over a change that only somebody else can confirm."""
        if not is_change(confirmation.email_address):
            super().logout_other_user(confirmation)

    def post(self, *args, **kwargs):
        try:
            return super().post(*args, **kwargs)
        except Http404:
            # The button was pressed twice: the page says that the link is used up.
            return self.get(*args, **kwargs)


confirm_email = ConfirmEmailView.as_view()
