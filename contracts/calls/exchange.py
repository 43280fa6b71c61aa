"""One request and its answer, as a report shows them and as `curl` repeats them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.targets.http import wire_url
from openapi.messages import Request, Response
from openapi.model import Json

LONGEST_BODY = 4096  # characters of a body that are shown
REDACTED = "…"
_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie"})
_SECRET_NAME = re.compile(r"token|secret|password|signature", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    request: Request  # as signed
    origin: str  # scheme, host and port
    response: Response
    is_open: bool = field(default=False)  # whether credentials may be shown: a mock's are published

    def curl(self) -> str:
        """A line for a shell that sends the same request again."""
        request = self.request
        parts = ["curl", "-sS", "-i", "-X", request.method]
        parts += [part for name, value in self._headers(request.headers).items() for part in ("-H", f"{name}: {value}")]
        if request.body:
            parts += ["--data-binary", _shown(request.body)]
        url = wire_url(request if self.is_open else _without_secrets(request), self.origin)
        return " ".join(map(shlex.quote, [*parts, url]))

    def as_json(self) -> dict[str, Json]:
        """Request, answer and `curl` line, without secrets of a real account."""
        body = self.response.body if isinstance(self.response.body, bytes) else b""
        request = self.request if self.is_open else _without_secrets(self.request)
        return {
            "request": {
                "method": request.method,
                "url": wire_url(request, self.origin),
                "headers": dict(self._headers(request.headers)),
                "body": _shown(request.body),
            },
            "response": {
                "status": self.response.status,
                "headers": dict(self._headers(self.response.headers)),
                "body": _shown(body),
            },
            "curl": self.curl(),
        }

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        if self.is_open:
            return dict(headers)
        return {name: REDACTED if _is_secret(name) else value for name, value in headers.items()}


def _is_secret(header: str) -> bool:
    return header in _SECRET_HEADERS or _SECRET_NAME.search(header) is not None


def _without_secrets(request: Request) -> Request:
    pairs = (pair.partition("=") for pair in request.query.split("&") if pair)
    query = "&".join(f"{name}{eq}{REDACTED if _SECRET_NAME.search(name) else value}" for name, eq, value in pairs)
    return Request(request.method, request.path, query, request.headers, request.body)


def _shown(body: bytes) -> str:
    """A body as text; what is no text, as its length."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"({len(body)} bytes)"
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}… ({len(text)} characters)"
