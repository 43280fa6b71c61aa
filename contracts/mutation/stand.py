"""One port on this machine, behind which one server after the other stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from waitress import create_server  # type: ignore[import-untyped]

from contracts.targets.wsgi import App

HOST = "127.0.0.1"
THREADS = 8


class Stand:
    """A WSGI app whose place another one can take between two requests."""

    def __init__(self, app: App) -> None:
        self._app = app

    def swap(self, app: App) -> None:
        """From now on, `app` answers."""
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The answer of the app that stands there now."""
        return self._app(environ, start_response)


@contextmanager
def serve(stand: Stand, port: int = 0) -> Iterator[str]:
    """The address at which the stand answers until the end of the block; port 0 is a free one. Raises OSError."""
    server = create_server(stand, host=HOST, port=port, threads=THREADS, ident=None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(server.close)  # by the thread that waits for the sockets, which no other may close
        thread.join(timeout=1)
