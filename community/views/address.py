"""The page that the link in a message about an address leads to."""

from allauth.account import views

from community.address_changes import is_change


class ConfirmEmailView(views.ConfirmEmailView):
    def logout_other_user(self, confirmation) -> None:
        """Sign nobody out over a change that only somebody else can confirm."""
        if not is_change(confirmation.email_address):
            super().logout_other_user(confirmation)


confirm_email = ConfirmEmailView.as_view()
