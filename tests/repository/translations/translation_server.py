"""A local server of the LibreTranslate API, well-behaved or not, which records what it is asked."""

import json
import threading
from contextlib import contextmanager
from typing import override

from django.core.cache import cache

from repository.translations import machine
from tests.repository.embeddings.api import Api, Handler


class TranslateApi(Api):
    """`word_by_word` translates; `fault` replaces the answer."""

    def __init__(self):
        super().__init__(0)
        self.RequestHandlerClass = TranslateHandler

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class TranslateHandler(Handler):
    @override
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(asked | {"path": self.path})
        answer = {"translatedText": [f"{asked['target'].upper()} {text}" for text in asked["q"]]}
        if self.server.fault:
            self.server.fault(self, answer)
        else:
            self.send(json.dumps(answer).encode())


@contextmanager
def translation_server(settings):
    """Run a server and use it, which has not failed before."""
    with TranslateApi() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.TRANSLATION_URL = server.url
        cache.delete(machine.PAUSED)
        try:
            yield server
        finally:
            cache.delete(machine.PAUSED)
            server.shutdown()
            thread.join()
