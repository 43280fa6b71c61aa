"""Signed requests, as they stand on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.calls.composing import compose, scheme_for
from mockserver.accounts import FIRST, Account
from openapi import examples
from openapi.messages import Request
from openapi.model import Operation, Spec

Arguments = Mapping[str, Any]
USUAL = ("sdk-hmac-sha256",)  # where it is not the first that the spec names
Vary = Callable[[int], Arguments]  # what the request of a number has in the place of the example's arguments


def signed(spec: Spec, name: str, host: str, changes: Arguments, account: Account = FIRST) -> Request:
    """The example of an operation with other arguments (None leaves one out), signed now; good for minutes."""
    operation, now = spec.operations[name], datetime.now(UTC)
    arguments = {**examples.example(operation, now), **changes}
    arguments = {name: value for name, value in arguments.items() if value is not None}
    if "project_id" in arguments:
        arguments["project_id"] = account.project
    request = compose(spec, operation, arguments, host)
    return scheme_for(spec, _scheme(spec, operation)).sign(request, account.key, now)


def _scheme(spec: Spec, operation: Operation) -> str:
    """The one that most clients use, of those that sign with a key."""
    names = operation.schemes or spec.authentication.schemes
    return next((each for each in names if each in USUAL), names[0])


def prepared(spec: Spec, name: str, port: int, vary: Vary, count: int) -> list[bytes]:
    """So many requests that differ, for a server on a port of this machine."""
    return [wire(signed(spec, name, f"127.0.0.1:{port}", vary(number))) for number in range(count)]


def wire(request: Request) -> bytes:
    """The bytes of a request."""
    headers = {**request.headers, "content-length": str(len(request.body))} if request.body else request.headers
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    target = f"{request.path}?{request.query}" if request.query else request.path
    return f"{request.method} {target} HTTP/1.1\r\n{head}\r\n".encode() + request.body
