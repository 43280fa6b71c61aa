"""One exchange that has passed the proxy, as the judge gets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from contracts.proxy.tape import Tape, unpacked
from openapi.messages import Request, Response

Headers = tuple[tuple[bytes, bytes], ...]  # names as sent, in the order sent


@dataclass
class Passed:
    """A request and what was answered, filled while they pass."""

    method: str
    target: bytes  # of the request line, in origin form
    request_headers: Headers
    began: float  # monotonic seconds at which the head of the request was there
    at: datetime  # the same moment, in UTC
    request_body: Tape = field(default_factory=Tape)
    status: int = 0  # 0: no answer
    response_headers: Headers = ()
    response_body: Tape = field(default_factory=Tape)
    ended: float = 0.0  # monotonic seconds
    trouble: str = ""  # how it broke off, in words; empty: the answer is whole
    own: str = ""  # the code of the proxy's own answer; empty: the answer is the server's

    @property
    def kept(self) -> int:
        """Bytes of bodies that are kept."""
        return self.request_body.kept + self.response_body.kept

    @property
    def is_whole(self) -> bool:
        """Whether the server's answer has passed as a whole."""
        return bool(self.status) and not self.trouble and not self.own

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(self.target.partition(b"?")[0].decode("latin-1"), "utf-8", "surrogateescape")

    def request(self) -> Request:
        """The request as the contracts read it; of a long body its beginning."""
        query = self.target.partition(b"?")[2].decode("utf-8", "surrogateescape")
        return Request(self.method, self.path, query, joined(self.request_headers), self.request_body.beginning)

    def response(self) -> Response:
        """The answer as the contracts read it, unpacked; of a long body its beginning."""
        headers = joined(self.response_headers)
        coding = headers.get("content-encoding", "").strip().lower()
        body = unpacked(self.response_body.beginning, coding)
        if coding not in {"", "identity"}:
            headers.pop("content-length", None)  # that of other bytes
        return Response(self.status, headers, self.response_body.beginning if body is None else body)


def joined(headers: Headers) -> dict[str, str]:
    """Headers by their names in lower case; repeated ones joined by ", "."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", "surrogateescape")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
