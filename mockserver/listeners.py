"""What listens on a port of this machine, in a thread of this process."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import ExitStack
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from mockserver.clock import SystemClock
from mockserver.tls import Tls, identity

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"
THREADS = 8


class Listener(Protocol):
    """A server that answers."""

    port: int

    def make_room(self, held: int) -> None:
        """Go on answering others while so many answers are held back."""
        ...

    def stop(self) -> None:
        """Leave the port."""
        ...


class Plain:
    """HTTP."""

    def __init__(self, app: WSGIApplication, port: int) -> None:
        """Raises OSError where the port is taken."""
        from waitress import create_server  # type: ignore[import-untyped]

        self._server = create_server(app, host=HOST, port=port, threads=THREADS, ident=None)
        self._thread = _run(self._server.run)
        self.port = int(self._server.effective_port)

    def make_room(self, held: int) -> None:
        """A thread more for each."""
        self._server.task_dispatcher.set_thread_count(THREADS + held)

    def stop(self) -> None:
        """Leave the port."""
        trigger = self._server.trigger
        with trigger.lock:  # else it may be closed before it is pulled
            trigger.thunks.append(self._server.close)  # by the thread that waits for the sockets, as no other may
            trigger.pull_trigger()
        self._thread.join(timeout=1)


class Secure:
    """HTTPS. Waitress has no TLS; the server that comes with Flask has, and will do for tests."""

    def __init__(self, app: WSGIApplication, port: int, tls: Tls) -> None:
        """Raises OSError where the port is taken, TlsError."""
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Quiet(WSGIRequestHandler):
            protocol_version = "HTTP/1.1"

            def log(self, *_: Any) -> None:
                """Say nothing: the journal has it all."""

        with ExitStack() as files:
            shown = files.enter_context(identity(tls, [], SystemClock().now()))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(shown.certificate, shown.key)
        server = make_server(HOST, port, app, threaded=True, request_handler=Quiet)
        # Each connection shakes hands in its own thread, so that none who says nothing keeps the others waiting.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.ssl_context = context  # by which it knows that its addresses are https
        self._server = server
        self._thread = _run(self._server.serve_forever)
        self.port = int(self._server.port)

    def make_room(self, held: int) -> None:
        """There is a thread for each connection anyway."""

    def stop(self) -> None:
        """Leave the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=1)


def _run(serve: Callable[[], object]) -> Thread:
    thread = Thread(target=serve, daemon=True)
    thread.start()
    return thread
