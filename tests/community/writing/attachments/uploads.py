"""Files attached to a case."""

from django.core.files.uploadedfile import SimpleUploadedFile

from community.writing.attachments import actions
from config.storage import SyncedFileSystemStorage
from tests.files import picture


def attach(case, by, content=None, name="photo.jpg", caption="The station"):
    upload = SimpleUploadedFile(name, content or picture())
    return actions.attach(case=case, upload=upload, caption=caption, by=by)


def fail_to_delete_once(monkeypatch) -> list[str]:
    """Let the storage refuse to delete the first file; return the list of such files."""
    delete, refused = SyncedFileSystemStorage.delete, []

    def refuse_first(self, name):
        if refused:
            return delete(self, name)
        refused.append(name)
        raise OSError("The store does not answer.")

    monkeypatch.setattr(SyncedFileSystemStorage, "delete", refuse_first)
    return refused
