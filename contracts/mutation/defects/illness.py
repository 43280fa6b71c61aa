"""Error pages in the place of answers to what nobody expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from contracts.mutation.defects.traffic import at
from contracts.mutation.mutant import Defect, Forward
from openapi.messages import Request, Response

PAGE = b"<html><body><h1>Internal Server Error</h1></body></html>"
LONG = 1 << 12  # bytes of a text that a buffer is too small for
DEEP = 50  # brackets in a row that a parser is lost in
ATTACKS: Mapping[str, tuple[str, bool]] = {  # what it is, and whether it takes a body
    "no-utf-8": ("bytes that are no UTF-8", True),
    "no-json": ("a body that is no JSON", True),
    "deep": ("a body that is nested deeply", True),
    "control": ("a control character", False),
    "long": ("a long text", False),
}
_TRIGGERS: Mapping[str, Callable[[Request], bool]] = {
    "no-utf-8": lambda request: not _is_utf8(request.body),
    "no-json": lambda request: request.body[:1] not in {b"", b"{"},
    "deep": lambda request: b"[" * DEEP in request.body.replace(b" ", b"") or request.body.count(b"{") > DEEP,
    "control": lambda request: b"\\u0000" in request.body or b"%00" in request.query.encode() or "\x00" in request.path,
    "long": lambda request: len(request.body) > LONG or len(request.query) > LONG or len(request.path) > LONG,
}


def ill(operation: str, attack: str) -> Defect:
    """The operation answers an error page, in HTML, to requests of one sort."""
    is_met = _TRIGGERS[attack]

    def answer(request: Request, forward: Forward) -> Response:
        if not is_met(request):
            return forward(request)
        return Response(HTTPStatus.INTERNAL_SERVER_ERROR, {"content-type": "text/html"}, PAGE)

    return at(operation, lambda *_: answer)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
