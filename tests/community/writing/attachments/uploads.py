"""Files attached to a case."""

from django.core.files.uploadedfile import SimpleUploadedFile

from community.writing.attachments import actions
from tests.files import picture


def attach(case, by, content=None, name="photo.jpg", caption="The station"):
    upload = SimpleUploadedFile(name, content or picture())
    return actions.attach(case=case, upload=upload, caption=caption, by=by)
