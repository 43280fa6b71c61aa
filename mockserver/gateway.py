"""How do bytes of a WSGI server become a `Request`, and a `Response` bytes again?"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol
from wsgiref.handlers import format_date_time

from mockserver.delivery import deliver
from mockserver.faults.harm import Harmed
from mockserver.lengths import announced
from openapi.messages import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from mockserver.foresight import Foreseen

MISTAKES = logging.getLogger("mockserver")  # of our own, with their tracebacks
CONTROL = "/_mock"  # the paths under it are the control plane's
BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
BROKEN = b'{"error":{"message":"the mock failed to answer; the traceback is in its standard error output"}}'
BROKEN_OFF = Response(HTTPStatus.BAD_REQUEST, {"connection": "close"})  # read by nobody: the client is gone
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_BELOW_CONTROL = CONTROL + "/"
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
_MOST_HEADERS = 1 << 12  # that are remembered, as clients choose their names

Answer = Response | Callable[[], Response]  # itself, or what waits for it
Handle = Callable[[Request], Answer]


class Gathering(Protocol):
    """What answers several requests at once."""

    @property
    def waits(self) -> bool:
        """Whether it always has to wait, for a store: whoever must not calls it in a thread then."""
        ...

    def foresee(self, request: Request) -> Foreseen:
        """A request, with what can be found out about it before it is its turn: whoever answers it takes less time."""
        ...

    def begin(self, requests: Sequence[Foreseen]) -> list[Answer]:
        """The answers of all, in their order."""
        ...

    def begin_at_once(self, requests: Sequence[Foreseen]) -> list[Answer] | None:
        """As `begin`, but None, and nothing is done, where somebody else would have to be waited for."""
        ...

    def when_free(self, told: Callable[[], object]) -> None:
        """Call `told`, in any thread, once it is worth trying again where it was None; perhaps never."""
        ...

    def end(self) -> None:
        """What waits for answers is to come to an end, with others if need be."""
        ...


class Gateway:
    """The WSGI application: the clouds' requests go to `handle`, those of the control plane to `control`, if any.

    Of a body at most `largest` bytes are read, and one more, which tells that it is too large. `now` dates answers.
    `gathering` answers several requests at once, where that takes less than one after the other.
    """

    def __init__(
        self,
        handle: Handle,
        control: WSGIApplication | None,
        *,
        largest: int,
        now: Callable[[], float],
        gathering: Gathering | None = None,
    ) -> None:
        self._handle = handle if gathering is None else partial(_one_of, gathering)
        self.gathering = gathering
        self.control = control
        self.largest = largest
        self._now = now
        self._dated = (0, format_date_time(0))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if self.control is not None and self.is_for_control(environ["PATH_INFO"]):
            return self.control(environ, start_response)
        request = read_request(environ, self.largest)
        response = BROKEN_OFF if is_broken_off(request, self.largest) else self.answer(request)
        if isinstance(response, Harmed):
            head = _status_line(response.status), self.headers(response)
            return deliver(response, head, start_response, environ)
        start_response(_status_line(response.status), self.headers(response))
        return [response.body] if isinstance(response.body, bytes) else _stream(response.body)

    def answer(self, request: Request) -> Response:
        """The answer of the cloud that a request is meant for."""
        answer = self.begin(request)
        return answer if isinstance(answer, Response) else answer()

    def begin(self, request: Request) -> Answer:
        """The answer; or, where that takes its time, what waits for it: an event loop calls it in a thread."""
        try:
            answer = self._handle(request)
        except Exception:  # noqa: BLE001 - a mistake of ours must not take the server down
            return _broken(request)
        return answer if isinstance(answer, Response) else partial(_wait, request, answer)

    def begin_all(self, requests: Sequence[Foreseen]) -> list[Answer]:
        """Answers as `begin` gives them, of several requests at once; there has to be a `gathering`."""
        assert self.gathering is not None
        return _all(self.gathering.begin, requests) or []

    def begin_all_at_once(self, requests: Sequence[Foreseen]) -> list[Answer] | None:
        """As `begin_all`, but None, and nothing is done, where somebody else would have to be waited for."""
        assert self.gathering is not None
        return _all(self.gathering.begin_at_once, requests)

    def exchange(self, request: Request) -> Response:
        """The answer for a caller in this process: with all headers, its body whole, unharmed by faults of the wire."""
        if len(request.body) > self.largest:
            request = replace(request, body=request.body[: self.largest + 1])
        response = self.answer(request)
        body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return Response(response.status, {name.lower(): value for name, value in self.headers(response)}, body)

    def headers(self, response: Response) -> list[tuple[str, str]]:
        """The headers of an answer as they go onto the wire, its length and date with them."""
        headers = [(name, header_value(value)) for name, value in response.headers.items()]
        needs_length, needs_date = unsaid(response.status, (*response.headers,))
        if needs_length and isinstance(response.body, bytes):
            headers.append(("content-length", str(len(response.body))))
        if needs_date:
            headers.append(("date", self.date()))
        return headers

    def is_for_control(self, path: str) -> bool:
        """Whether a decoded path is one of the control plane's."""
        return self.control is not None and (path == CONTROL or path.startswith(_BELOW_CONTROL))

    def date(self) -> str:
        """The time of the mock's clock, as answers tell it."""
        second = int(self._now())
        dated = self._dated
        if dated[0] != second:
            dated = self._dated = (second, format_date_time(second))
        return dated[1]


def _all(
    begin: Callable[[Sequence[Foreseen]], list[Answer] | None], requests: Sequence[Foreseen]
) -> list[Answer] | None:
    try:
        answers = begin(requests)
    except Exception:  # noqa: BLE001 - a mistake of ours must not take the server down
        return [_broken(each.request) for each in requests]
    if answers is None:
        return None
    return [
        answer if isinstance(answer, Response) else partial(_wait, each.request, answer)
        for each, answer in zip(requests, answers, strict=True)
    ]


def _one_of(gathering: Gathering, request: Request) -> Answer:
    (answer,) = gathering.begin([gathering.foresee(request)])
    return answer


def _wait(request: Request, answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except Exception:  # noqa: BLE001 - as above
        return _broken(request)


def _broken(request: Request) -> Response:
    """The answer where a mistake of ours was caught."""
    MISTAKES.exception("the mock failed to answer %s %r", request.method, request.path)
    return Response(HTTPStatus.INTERNAL_SERVER_ERROR, {"content-type": "application/json"}, BROKEN)


def read_request(environ: WSGIEnvironment, largest: int) -> Request:
    """The request as it stood on the wire, with at most `largest` + 1 bytes of its body."""
    headers = dict(zip(map(_HEADERS.__getitem__, environ), environ.values(), strict=True))
    headers.pop("", None)
    path, query = _text(environ["PATH_INFO"]), _text(environ.get("QUERY_STRING", ""))
    return Request(environ["REQUEST_METHOD"], path, query, headers, _read_body(environ, largest + 1))


def is_broken_off(request: Request, largest: int) -> bool:
    """Whether the client was gone before all of the body had come that it announced, or that is read at all."""
    return len(request.body) < min(announced(request.headers.get("content-length", "")) or 0, largest)


def _text(native: str) -> str:
    """UTF-8 out of WSGI's Latin-1; a byte that is none becomes a lone surrogate."""
    return native if native.isascii() else native.encode("latin-1").decode("utf-8", "surrogateescape")


class _Headers(dict[str, str]):
    """The header that each key of an environ stands for, in lower case; empty for another key."""

    def __missing__(self, key: str) -> str:
        is_header = key.startswith("HTTP_") or key in {"CONTENT_TYPE", "CONTENT_LENGTH"}
        name = key.removeprefix("HTTP_").replace("_", "-").lower() if is_header else ""
        if len(self) < _MOST_HEADERS:
            self[key] = name
        return name


_HEADERS = _Headers()


def _read_body(environ: Mapping[str, Any], most: int) -> bytes:
    """What the server hands over, whatever Content-Length claims."""
    said = environ.get("CONTENT_LENGTH") or ""
    if environ.get("wsgi.input_terminated"):
        if not said and "HTTP_TRANSFER_ENCODING" not in environ:
            return b""
    else:
        most = min(most, announced(said) or 0)
    return bytes(environ["wsgi.input"].read(most)) if most else b""


@lru_cache(_MOST_HEADERS)
def unsaid(status: int, names: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether an answer with these headers is still to tell its length, and its date."""
    told = {name.lower() for name in names}
    return status not in BODILESS and "content-length" not in told, "date" not in told


def _status_line(status: int) -> str:
    return _STATUS_LINES.get(status) or f"{status} Unknown"


def header_value(value: str) -> str:
    """`value` as it can stand in a header: no line breaks, and anything beyond ASCII as the bytes of its UTF-8."""
    if value.isascii() and value.isprintable():
        return value
    return _CONTROL_CHARACTERS.sub(" ", value).encode("utf-8", "replace").decode("latin-1")


def _stream(body: Iterable[bytes]) -> Iterator[bytes]:
    yield from body
