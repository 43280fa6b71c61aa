"""Hostile requests of an operation, series by series: each differs in one thing from a request that is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from contracts.calls.composing import JSON_TYPE, compose, encode
from contracts.provocations.hostile_values import TEXTS, bodies
from contracts.values import Arguments, put
from openapi.members import members
from openapi.messages import Request
from openapi.model import Operation, Spec

SEGMENT = 1 << 11  # characters of a path that every server takes
HEADER = 1 << 12  # characters of a header that every server takes
PARAMETERS = 400  # whose query every server takes
HEADERS = 40  # beside the usual ones; some servers take no more than a hundred
HARMLESS = ("GET", "HEAD", "OPTIONS", "TRACE", "BREW", "get")
METHODS = ("PUT", "DELETE", "PATCH", "POST", *HARMLESS)
SHOWN = 40  # characters of what is hostile

Sort = Literal["texts", "bodies", "types", "headers", "queries", "paths", "methods"]
Change = Callable[[Request], Request]


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile request, not yet signed."""

    name: str  # what is hostile about it
    request: Request


@dataclass(frozen=True, slots=True)
class Hostility:
    """All attacks on an operation that start from one request that is right."""

    spec: Spec
    operation: Operation
    right: Request
    arguments: Arguments  # of that request; empty where they are not known

    def series(self, *, everything: bool) -> Iterator[tuple[Sort, list[Attack]]]:
        """Attacks of one sort at a time.

        Unless it is to be everything, each text is tried in one place, and no method that might change something.
        """
        yield "texts", list(self._texts(in_every_place=everything))
        if self.operation.body is not None:
            yield "bodies", list(self._bodies())
            yield "types", [self._with_header("content-type", value) for value in _TYPES]
        yield "headers", [*(self._with_header(*each) for each in _HEADERS), self._with_many_headers()]
        yield "queries", list(self._queries())
        if not self.operation.action_name:
            changed = ((what, replace(self.right, path=change(self.right.path))) for what, change in _PATHS.items())
            yield "paths", [Attack(f"{what} in the path", request) for what, request in changed]
        yield "methods", list(self._methods(METHODS if everything else HARMLESS))

    def _texts(self, *, in_every_place: bool) -> Iterator[Attack]:
        places = [each for each in members(self.operation) if each.where != "header" and self.arguments]
        for index, (what, text) in enumerate(TEXTS.items()):
            for number, place in enumerate(places):
                fits = place.where == "body" or len(text) < HEADER
                if fits and (in_every_place or number == index % len(places)):
                    value = _in_path(text) if place.where == "path" else text
                    arguments, host = put(self.arguments, place, value), self.right.headers["host"]
                    yield Attack(f"{what} in {place.name}", compose(self.spec, self.operation, arguments, host))

    def _bodies(self) -> Iterator[Attack]:
        elsewhere = {each.name for each in self.operation.parameters}
        body = {name: value for name, value in self.arguments.items() if name not in elsewhere}
        for what, raw in bodies(body):
            yield Attack(what, replace(self.right, body=raw))

    def _with_header(self, name: str, value: str) -> Attack:
        request = replace(self.right, headers={**self.right.headers, name: value})
        return Attack(f"the header {name}: {value[:SHOWN]}", request)

    def _with_many_headers(self) -> Attack:
        many = {f"x-unknown-{index}": str(index) for index in range(HEADERS)}
        return Attack(f"{HEADERS} headers", replace(self.right, headers={**self.right.headers, **many}))

    def _queries(self) -> Iterator[Attack]:
        many = encode([(f"q{index}", "1") for index in range(PARAMETERS)])
        for query in (*_QUERIES, many, self.right.query):
            whole = "&".join(filter(None, (self.right.query, query)))
            yield Attack(f"the query {whole[:SHOWN]}", replace(self.right, query=whole))

    def _methods(self, methods: Iterable[str]) -> Iterator[Attack]:
        """Methods that mean nothing here: one that does something else is no attack."""
        taken = {each.method for each in self.spec.operations.values() if each.path == self.operation.path}
        taken |= set(self.spec.addressing.methods) if self.spec.addressing else set()
        for method in (each for each in methods if each not in taken):
            yield Attack(f"the method {method}", replace(self.right, method=method))


def _in_path(text: str) -> str:
    """The text with the bytes of half a character as a path holds bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")


_TYPES = (
    "text/html",
    "application/xml",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    f"{JSON_TYPE}; charset=utf-16",
    f"{JSON_TYPE}; charset=no-such-charset",
    f'{JSON_TYPE}; charset="',
    f"{JSON_TYPE}, text/html",
    f"{JSON_TYPE.upper()};;;",
    "/",
    ";" * SEGMENT,
)
_PATHS: dict[str, Callable[[str], str]] = {
    "two slashes at the start": lambda path: f"/{path}",
    "two slashes": lambda path: path.replace("/", "//"),
    "a slash at the end": lambda path: f"{path}/",
    "a NUL character": lambda path: f"{path}\x00",
    "a byte that is no UTF-8": lambda path: f"{path}\udcff",
    "a line break": lambda path: f"{path}\r\nX-Injected: yes",
    "an encoded slash, encoded": lambda path: path[:1] + path[1:].replace("/", "%2F"),
    "an encoded NUL, encoded": lambda path: f"{path}%00",
    "a segment of one dot": lambda path: f"/.{path}",
    "segments of two dots": lambda path: f"{path}/../../../../etc/passwd",
    "a backslash": lambda path: path[:1] + path[1:].replace("/", "\\"),
    "a parameter of a segment": lambda path: f"{path};a=b",
    "a long segment": lambda path: f"{path}/{'a' * SEGMENT}",
    "many segments": lambda path: f"{path}{'/a' * (SEGMENT // 2)}",
    "characters of several bytes": lambda path: f"{path}/\U0001f4a9",
    "markup": lambda path: f"{path}/<script>alert(1)</script>",
}


_HEADERS = (
    ("accept", "text/html"),
    ("accept", "a/b;q=x, */*;q=2"),
    ("accept-encoding", "identity;q=0"),
    ("accept-language", "a" * HEADER),
    ("content-encoding", "gzip"),
    ("content-encoding", "no-such-encoding"),
    ("cookie", "; ".join(f"c{index}=1" for index in range(HEADERS))),
    ("if-none-match", '"unclosed'),
    ("if-modified-since", "yesterday"),
    ("range", "bytes=9-1,-0,a-b"),
    ("referer", "javascript:alert(1)"),
    ("user-agent", "() { :;}; echo vulnerable"),
    ("x-forwarded-for", "127.0.0.1, ::1, unknown"),
    ("x-forwarded-host", "example.com:99999"),
    ("x-forwarded-proto", "gopher"),
    ("x-http-method-override", "BREW"),
    ("x-original-url", "/no-such-path"),
    ("x-unknown", "\u00e9\U0001f4a9\t\u202e"),
    ("x-unknown", "a" * HEADER),
)
_QUERIES = (
    "%",
    "%zz=%a",
    "%00=%00",
    "%ff=%c3%28",
    "%ed%a0%80=1",
    "&&&=&=1",
    "a[]=1&a[b][c]=2",
    "a=1;b=2",
    "a=%0d%0aX-Injected:%20yes",
    "?a=1?",
    "a=" + "a" * HEADER,
)
