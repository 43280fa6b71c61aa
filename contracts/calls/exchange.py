"""One request and its answer, as a report shows them and as `curl` repeats them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from contracts.redaction import Redactor, Word
from contracts.targets.urls import wire_url
from openapi.messages import Request, Response
from openapi.model import Json

LONGEST_BODY = 4096  # characters of a body that are shown


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    request: Request  # as signed
    origin: str  # scheme, host and port
    response: Response
    redactor: Redactor  # what of it may be shown

    def curl(self) -> str:
        """A line for a shell that sends the same request again; a comment at its end says what it leaves out."""
        request, own = self.request, self.redactor.shown_by(self.request)
        headers, body = self.redactor.headers(request.headers, own), self._text(request.body, own)
        parts = ["curl", "-sS", "-i", "-X", request.method]
        parts += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
        parts += ["--data-binary", body[:LONGEST_BODY]] if body else []
        line = " ".join(map(shlex.quote, [*parts, self._url(own)]))
        return line if len(body) <= LONGEST_BODY else f"{line} # {_left_out(body)}"

    def as_json(self) -> dict[str, Json]:
        """Request, answer and `curl` line, with placeholders for what has to stay with the holder of an account."""
        own = self.redactor.shown_by(self.request)
        answered = self.response.body if isinstance(self.response.body, bytes) else b""
        return {
            "request": {
                "method": self.request.method,
                "url": self._url(own),
                "headers": dict(self.redactor.headers(self.request.headers, own)),
                "body": _shown(self._text(self.request.body, own)),
            },
            "response": {
                "status": self.response.status,
                "headers": dict(self.redactor.headers(self.response.headers, own)),
                "body": _shown(self._text(answered, own)),
            },
            "curl": self.curl(),
        }

    def _url(self, own: list[Word]) -> str:
        return self.redactor.text(wire_url(self.request, self.origin), own)

    def _text(self, body: bytes, own: list[Word]) -> str:
        """A body as text; what is no text, as its length. What is secret goes before anything is shortened."""
        try:
            return self.redactor.text(body.decode("utf-8"), own)
        except UnicodeDecodeError:
            return f"({len(body)} bytes)"


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}… ({len(text)} characters)"


def _left_out(body: str) -> str:
    return f"the body is shortened: {len(body) - LONGEST_BODY} of its {len(body)} characters are left out"
