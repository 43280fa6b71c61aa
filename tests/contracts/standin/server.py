"""A stand-in for Huawei Cloud IoTDA's export tasks, written from the vendor's pages: no control plane, and real time.

python -m tests.contracts.standin --port 4020 --fault progress-falls
"""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.contracts.standin.access import Call, Gatekeeper, Holder
from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.refusals import Refused, Stopped, invalid
from tests.contracts.standin.tasks import Exports

MEGABYTE = 1024 * 1024
PATH = re.compile(r"/v5/iot/([^/]+)/export-tasks(?:/([^/]+))?(/file)?")
ROUTES = {("POST", False, False), ("GET", False, False), ("DELETE", True, False), ("GET", True, True)}
HOLDERS = [
    Holder("STANDIN1", "first-secret", "first-token", "11111111111111111111111111111111"),
    Holder("STANDIN2", "second-secret", "second-token", "22222222222222222222222222222222"),
    Holder("STANDIN3", "third-secret", "third-token", "33333333333333333333333333333333", "IOTDA.000021"),
    Holder("STANDIN4", "fourth-secret", "fourth-token", "44444444444444444444444444444444", "IOTDA.001006"),
]
Answer = tuple[int, str, bytes]  # status, content type, body


class StandIn:
    """The service and the gateway before it."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._gate = Gatekeeper(HOLDERS, behaviour)
        self.exports = Exports(behaviour)
        self._calls: dict[tuple[object, ...], deque[float]] = {}
        self._answers = 0
        self._lock = threading.Lock()
        self._first_id = uuid.uuid4().hex

    def is_there(self) -> bool:
        """Whether it answers once more."""
        self._answers += 1
        return self._answers <= self.behaviour.answers

    def answer(self, call: Call) -> tuple[Answer, dict[str, str]]:
        """The answer to a request, and its headers."""
        request_id = self._first_id if self.behaviour.has(Fault.ONE_REQUEST_ID) else uuid.uuid4().hex
        with self._lock:
            try:
                found = self._answer(call, time.time())
            except Refused as refused:
                found = self._refusal(refused, request_id)
        return found, {"X-Request-Id": request_id}

    def _answer(self, call: Call, now: float) -> Answer:
        check_sizes(call)
        found = PATH.fullmatch(unquote(call.path))
        route = (call.method, bool(found and found[2]), bool(found and found[3]))
        if not found or route not in ROUTES:
            raise Stopped(404, "APIGW.0101", "The API does not exist or has not been published in the environment.")
        holder = self._gate.admit(call, now)
        if found[1] != holder.project:
            raise Stopped(403, "APIGW.0306", "API access denied.")
        self._throttle((holder.key, route), now)
        if holder.condition:
            raise Refused(403, holder.condition, "Operation not allowed.")
        return self._serve(call, holder, found[2] or "", now)

    def _serve(self, call: Call, holder: Holder, task_id: str, now: float) -> Answer:
        if task_id and not re.fullmatch("[A-Za-z0-9_-]{1,36}", task_id):
            raise invalid("No such id of an export task.")
        if call.method == "POST":
            return self._json(201, self.exports.create(holder, call.body, now))
        if call.method == "DELETE":
            self.exports.delete(holder, task_id)
            return 204, "", b""
        if task_id:
            return 200, self.behaviour.file_type, self.exports.download(holder, task_id, now)
        query = dict(parse_qsl(call.query, keep_blank_values=True))
        if self.behaviour.has(Fault.CRASH_ON_A_QUOTE) and any("'" in each for each in query.values()):
            return 500, "text/html", b"<html><h1>SQLSTATE[42000]: syntax error</h1></html>"
        return self._json(200, self.exports.list(holder, query, now))

    def _throttle(self, key: tuple[object, ...], now: float) -> None:
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= self.behaviour.rate:
            raise Stopped(429, "APIGW.0308", "The throttling threshold has been reached.")
        calls.append(now)

    def _refusal(self, refused: Refused, request_id: str) -> Answer:
        if refused.status == 404 and self.behaviour.has(Fault.HTML_ERRORS):
            return 404, "text/html", b"<html><h1>404 Not Found</h1></html>"
        more = {"request_id": request_id} if refused.gateway else {}
        return self._json(refused.status, {"error_code": refused.code, "error_msg": refused.message, **more})

    def _json(self, status: int, body: dict[str, Any]) -> Answer:
        charset = "; charset=utf-8" if self.behaviour.has(Fault.CHARSET) else ""
        return status, f"application/json{charset}", json.dumps(body).encode()


def check_sizes(call: Call) -> None:
    """What the gateway takes at most."""
    sizes = [len(name) + len(value) for name, value in call.headers.items()]
    if len(call.body) > 12 * MEGABYTE:
        raise Stopped(413, "APIGW.0201", "Request entity too large.")
    if len(call.path) + len(call.query) > 32 * 1024:
        raise Stopped(414, "APIGW.0201", "Request URI too large.")
    if max(sizes, default=0) > 32 * 1024 or sum(sizes) > 128 * 1024:
        raise Stopped(494, "APIGW.0201", "Request headers too large.")


class Handler(BaseHTTPRequestHandler):
    """One connection, kept until the client closes it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer leaves in one piece
    timeout = 60
    standin: StandIn

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # every method is answered by the same
            return self._respond
        raise AttributeError(name)

    def _respond(self) -> None:
        if not self.standin.is_there():
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {
            name.lower(): value.encode("latin-1").decode("utf-8", "replace") for name, value in self.headers.items()
        }
        (status, kind, content), more = self.standin.answer(Call(self.command, path, query, headers, body))
        self.send_response_only(status)
        for name, value in {**({"Content-Type": kind} if kind else {}), **more}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@contextmanager
def serving(behaviour: Behaviour, port: int = 0, standin: StandIn | None = None) -> Iterator[str]:
    """The address of a stand-in, a new one unless it is given, in a thread of its own."""
    handler = type("OwnHandler", (Handler,), {"standin": standin or StandIn(behaviour)})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
