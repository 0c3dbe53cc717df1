"""The form that an error page can send again."""

import pytest

from repository.pages.form_sent import form_sent


def test_keep_what_was_typed(rf):
    sent = form_sent(rf.post("/cases/?a=1", {"title": "Rail", "csrfmiddlewaretoken": "x"}))
    assert (sent.path, sent.fields, sent.has_files) == ("/cases/?a=1", [("title", "Rail")], False)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/accounts/login/", "login"),
        ("/pt-br/accounts/2fa/authenticate/", "code"),
        ("/settings/delete/", "password"),
        ("/settings/", "oldpassword"),
        ("/admin/community/user/add/", "password1"),
    ],
)
def test_keep_no_password(path, name, rf):
    assert form_sent(rf.post(path, {"title": "Rail", name: "secret"})) is None
