"""The bytes that travel when a page is opened for the first time."""

import gzip
import re
from urllib.parse import urljoin

import brotli
from django.test import Client

from tests.page import page_of

BYTES_OF_A_PAGE = 60_000


class Visitor:
    """A browser at its first visit, which asks for compressed answers and counts their bytes."""

    def __init__(self, client: Client | None = None):
        self.client = client or Client()
        self.sizes: dict[str, int] = {}

    def get(self, path: str) -> tuple[int, str]:
        response = self.client.get(path, headers={"accept-encoding": "gzip, deflate, br"})
        assert response.status_code == 200, path
        body = response.getvalue()
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
        text = unpack.get(response.headers.get("content-encoding"), bytes)(body)
        return len(body), text.decode()

    def file(self, path: str) -> int:
        """The bytes of a file and of all that it loads in turn."""
        if path not in self.sizes:
            size, text = self.get(path)
            self.sizes[path] = size + sum(self.file(other) for other in self.loaded_by(path, text))
        return self.sizes[path]

    def loaded_by(self, path: str, text: str) -> set[str]:
        if path.endswith(".css"):
            found = re.findall(r"""url\(["']?([^"')]+)|@import\s+["']([^"']+)""", text)
        elif path.endswith(".js"):
            found = re.findall(r"""\b(?:from|import)\s*\(?["']([^"']+)["']()""", text)
        else:
            return set()
        addresses = {first or second for first, second in found}
        return {urljoin(path, other) for other in addresses if not other.startswith("data:")}

    def page(self, path: str) -> tuple[int, int]:
        """The bytes of a page's HTML, and of the page with all its files."""
        size, html = self.get(path)
        return size, size + self.files(path, html)

    def files(self, path: str, html: str) -> int:
        """The bytes of all files that a page loads."""
        page = page_of(html)
        files = {
            *(each["src"] for each in page.select("[src]")),
            *(each["href"] for each in page.select("use[href], image[href]")),
            *(
                link["href"]
                for link in page.select("link")
                if link["rel"] not in {"canonical", "alternate"}
            ),
        }
        files = {urljoin(path, name).partition("#")[0] for name in files if name[:5] != "data:"}
        return sum(self.file(name) for name in files)
