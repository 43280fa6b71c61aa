"""What the proxy answers by itself, where there is no answer to pass on: JSON, and marked as its own."""

from __future__ import annotations

import json
from enum import StrEnum
from http import HTTPStatus

import h11

MARK = b"Contracts-Proxy-Error"  # the header that no answer of a server has


class Code(StrEnum):
    """Why the proxy answers by itself."""

    UNREACHABLE = "upstream-unreachable"
    NO_ANSWER = "upstream-closed"  # it closed the connection, or reset it, before it answered
    NOT_HTTP = "upstream-garbled"
    SILENT = "upstream-silent"
    OTHER_HOST = "another-host"
    TUNNEL = "tunnel-refused"
    BAD_REQUEST = "request-garbled"
    TOO_LARGE = "head-too-large"


_STATUSES = {
    Code.UNREACHABLE: HTTPStatus.BAD_GATEWAY,
    Code.NO_ANSWER: HTTPStatus.BAD_GATEWAY,
    Code.NOT_HTTP: HTTPStatus.BAD_GATEWAY,
    Code.SILENT: HTTPStatus.GATEWAY_TIMEOUT,
    Code.OTHER_HOST: HTTPStatus.MISDIRECTED_REQUEST,
    Code.TUNNEL: HTTPStatus.NOT_IMPLEMENTED,
    Code.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    Code.TOO_LARGE: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
}


class Trouble(Exception):
    """There is no answer to pass on; the message says why."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
        self.status = _STATUSES[code]

    def events(self) -> tuple[h11.Response, h11.Data, h11.EndOfMessage]:
        """The proxy's own answer, after which it closes the connection."""
        body = json.dumps({"proxy": "contracts", "code": self.code.value, "message": self.message}).encode()
        headers = [
            (b"Content-Type", b"application/json"),
            (b"Content-Length", str(len(body)).encode()),
            (MARK, self.code.value.encode()),
            (b"Connection", b"close"),
        ]
        reason = self.status.phrase.encode()
        return h11.Response(status_code=self.status, reason=reason, headers=headers), h11.Data(body), h11.EndOfMessage()
