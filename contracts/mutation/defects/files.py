"""Files that do not arrive as they were told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from contracts.mutation.defects.traffic import Traffic, afterwards, at, body_of, raw_of, rebind, with_body, with_raw
from contracts.mutation.mutant import Defect, Forward, Stage, Tamper
from openapi.messages import Request, Response
from openapi.model import Action, Json

CUT = 16  # bytes that are missing


def wrong_length() -> Defect:
    """Content-Length says a byte more than comes."""
    return _files(lambda raw: {"content-length": str(len(raw) + 1)})


def cut_short() -> Defect:
    """The last bytes of a file are missing, and its length is told accordingly."""
    return _files(lambda raw: raw[:-CUT])


def told_one_more(name: str) -> Defect:
    """The answers about a task tell one row, or one byte, more than its file has."""

    def make(traffic: Traffic, _: Stage) -> Tamper:
        def change(request: Request, response: Response) -> Response:
            operation = traffic.operation(request)
            schema = operation.success.schema if operation else None
            if schema is None or traffic.refused_as(response):
                return response
            return with_body(response, schema, rebind(schema, body_of(response), one_more))

        return afterwards(change)

    def one_more(bound: str, value: Json, _: object) -> Json:
        return value + 1 if bound == name and isinstance(value, int) else value

    return at("", make)


def _files(change: Callable[[bytes], dict[str, str] | bytes]) -> Defect:
    def make(traffic: Traffic, _: Stage) -> Tamper:
        def changed(request: Request, response: Response) -> Response:
            operation = traffic.operation(request)
            if operation is None or operation.action is not Action.DOWNLOAD or traffic.refused_as(response):
                return response
            found = change(raw_of(response))
            if isinstance(found, bytes):
                return with_raw(response, found)
            return replace(response, headers={**response.headers, **found}, body=raw_of(response))

        return afterwards(changed)

    return at("", make)


def file_changes() -> Defect:
    """The file is another one each time that it is fetched."""

    def make() -> Callable[[bytes], bytes]:
        served: list[int] = []

        def change(raw: bytes) -> bytes:
            served.append(len(raw))
            return raw[: -len(served)]

        return change

    return _files(make())


def part_lacks_a_byte(operation: str) -> Defect:
    """A part of the file begins a byte too late."""

    def change(_: Request, response: Response) -> Response:
        is_part = response.status == HTTPStatus.PARTIAL_CONTENT
        return with_raw(response, raw_of(response)[1:]) if is_part else response

    return at(operation, lambda *_: afterwards(change))


def part_beyond_the_end(operation: str) -> Defect:
    """Asked for a part behind the end of the file, the operation answers the whole file."""

    def answer(request: Request, forward: Forward) -> Response:
        response = forward(request)
        if response.status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return response
        return forward(_without(request, "range"))

    return at(operation, lambda *_: answer)


def header_ignored(operation: str, name: str) -> Defect:
    """The operation does not look at a header."""
    return at(operation, lambda *_: lambda request, forward: forward(_without(request, name)))


def head_of_another_type(operation: str) -> Defect:
    """HEAD tells another content type than GET."""

    def make(traffic: Traffic, _: Stage) -> Tamper:
        path = traffic.spec.operations[operation].path.rpartition("/")[0].partition("{")[0]

        def change(request: Request, response: Response) -> Response:
            is_meant = request.method == "HEAD" and request.path.startswith(path)
            return (
                replace(response, headers={**response.headers, "content-type": "text/html"}) if is_meant else response
            )

        return afterwards(change)

    return at("", make)


def _without(request: Request, name: str) -> Request:
    return replace(request, headers={key: value for key, value in request.headers.items() if key != name})
