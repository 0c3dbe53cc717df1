"""Sessions in the database."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's own, which asks the database for whatever a cookie holds, so that a NUL is an error.

    A key that Django cannot have made is no key.
    """

    def _validate_session_key(self, key):
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()
