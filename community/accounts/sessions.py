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
    """Django's session store, which fails for session cookies that contain NUL.

    Keys that Django cannot have created are treated as invalid.
    """

    def _validate_session_key(self, key):
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()

    def decode(self, session_data):
        data = super().decode(session_data)
        backend = data.get(BACKEND_SESSION_KEY)
        if backend in OLD_BACKENDS:
            data[BACKEND_SESSION_KEY] = OLD_BACKENDS[backend]
        return data
