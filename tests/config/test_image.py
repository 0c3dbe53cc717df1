"""The container image, made without a container engine: the commands of its first two stages."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.config.conftest import PRODUCTION, ROOT, environment

pytestmark = pytest.mark.without_database
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
# In MB, compressed, without the base image (45 MB): 250 in all.
LARGEST = 205
# 330 in all, without the base image and Debian's packages of the stage "report" (10 MB).
LARGEST_WITH_REPORT = 275


def instructions(stage: str) -> list[tuple[str, str]]:
    """Return the instructions of a stage and their arguments."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    text = re.sub(r"\\\n\s*", "", text)
    (found,) = re.findall(rf"^FROM \S+ AS {stage}\n(.*?)(?=^FROM )", text, re.DOTALL | re.MULTILINE)
    return [tuple(line.split(maxsplit=1)) for line in found.splitlines() if line]


def sources() -> list[str]:
    """Return the files of the repository that reach the image."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    lines = Path(f"{DOCKERFILE}.dockerignore").read_text().splitlines()
    shipped = [line.removeprefix("!") for line in lines if line.startswith("!")]
    return [
        path
        for path in listed.stdout.splitlines()
        if any(path == name or path.startswith(f"{name}/") for name in shipped)
        and (ROOT / path).exists()
    ]


def run(command: str, app: Path) -> None:
    """Run a shell command of the Dockerfile, with the folders of the image below `app`."""
    command = re.sub(r"(?<![\w.])/(app|uv|tmp)\b", rf"{app.parent}/\1", command)
    # Packages that are on this machine already need not be downloaded again.
    command = command.replace("--no-cache-dir ", "").replace("--no-cache ", "")
    done = subprocess.run(
        ["/bin/sh", "-euc", command],
        cwd=app,
        env=environment(
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}", UV_PYTHON=sys.executable
        ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """The folder /app of the image."""
    app = tmp_path_factory.mktemp("image") / "app"
    app.mkdir()
    (app.parent / "tmp").mkdir()
    for name, argument in [*instructions("packages"), *instructions("files")]:
        if name == "RUN":
            run(argument, app)
        elif name == "COPY" and argument == ". .":
            for path in sources():
                (app / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, app / path)
        elif name == "COPY":
            folder, target = argument.split()
            shutil.copytree(ROOT / folder, app / target)
        else:
            assert name == "WORKDIR", name
    return app


@pytest.mark.proof(sample=0)
def test_image_has_what_the_site_needs(image):
    assert (image / "staticfiles" / "staticfiles.json").exists()
    assert len(list(image.glob("locale/*/LC_MESSAGES/django.mo"))) == 6
    for name in ("tests", "docs", ".git", "benchmarks", "pyproject.toml"):
        assert not (image / name).exists(), name
    loaded = subprocess.run(
        [".venv/bin/python", "-c", "import config.wsgi; print('ok')"],
        cwd=image,
        env=environment(**PRODUCTION, S3_BUCKET="exchange", METRICS_TOKEN="of-twenty-characters"),
        capture_output=True,
        text=True,
    )
    assert (loaded.stdout, loaded.stderr) == ("ok\n", "")


@pytest.mark.proof(sample=0)
def test_size_of_the_image(image, tmp_path):
    assert size_of(image, tmp_path) <= LARGEST


@pytest.mark.proof(sample=0)
def test_size_of_the_image_with_the_report(image, tmp_path):
    app = tmp_path / "app"
    shutil.copytree(image, app, symlinks=True, copy_function=os.link)
    (tmp_path / "uv").symlink_to(image.parent / "uv")
    [command] = [text for name, text in instructions("report") if "--mount" in text]
    run(re.sub(r"--mount=\S+\s+", "", command).replace("/locks/", "/app/"), app)
    asked = [app / ".venv/bin/python", "-c", "import weasyprint; print(weasyprint.__version__)"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert size_of(app, tmp_path) <= LARGEST_WITH_REPORT


def size_of(app: Path, folder: Path) -> float:
    """Return the size of a folder of the image in MB, compressed as a registry stores it."""
    with tarfile.open(folder / "image.tar.gz", "w:gz", compresslevel=6) as tar:
        tar.add(app, arcname="app")
    return (folder / "image.tar.gz").stat().st_size / 1_000_000
