"""Sessions in the database."""

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends import db

# The backend had this path until the modules were moved. Sessions last two weeks: remove it after
# the first release.
OLD_BACKENDS = {
    "community.authentication.AuthenticationBackend": (
        "community.accounts.authentication.AuthenticationBackend"
    )
}


class SessionStore(db.SessionStore):
    """Django's own, which asks the database for whatever a cookie holds, so that a NUL is an error.

    A key that Django cannot have made is no key.
    """

    def _validate_session_key(self, key):
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()

    def decode(self, session_data):
        data = super().decode(session_data)
        backend = data.get(BACKEND_SESSION_KEY)
        if backend in OLD_BACKENDS:
            data[BACKEND_SESSION_KEY] = OLD_BACKENDS[backend]
        return data
