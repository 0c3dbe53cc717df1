from config import release as releases


def test_release_does_not_depend_on_compiled_translations(tmp_path, monkeypatch):
    """The first `prepare` compiles them after the release is computed."""
    monkeypatch.setattr(releases, "BASE_DIR", tmp_path)
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("one")
    first = releases.release()
    (folder / "django.mo").write_bytes(b"compiled")
    assert releases.release() == first
    (folder / "django.po").write_text("two")
    assert releases.release() != first
