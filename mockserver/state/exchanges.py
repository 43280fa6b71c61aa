"""An exchange as bytes that any mock with the same specs and accounts can read."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from mockserver.accounts import Accounts
from mockserver.diagnosis import diagnose
from mockserver.exchange import SHOWN, Facts, as_known, seen_in
from mockserver.state.encoding import from_bytes, to_bytes
from openapi.messages import Request, Response
from openapi.model import Spec

TO_BE_EXPLAINED = True  # in the place of a diagnosis that is worked out where it is read
_APART = ("request", "response", "sizes", "diagnosis", "page")  # what is not written as it is


def written(facts: Facts) -> bytes:
    """An exchange as JSON; of long bodies only the start."""
    request, response, diagnosis = facts["request"], facts["response"], facts["diagnosis"]
    known: dict[str, Any] = {**facts, "seen": seen_in(facts)}
    for name in _APART:
        del known[name]
    asked = request.method, request.path, request.query, dict(request.headers), _text(request.body)
    answered = response.status, dict(response.headers), _text(response.body)
    explained = TO_BE_EXPLAINED if callable(diagnosis) else diagnosis
    return to_bytes([facts["sizes"], asked, answered, explained, known])


def read(content: bytes, specs: Mapping[str, Spec], accounts: Accounts) -> Facts:
    """The exchange that `written` wrote."""
    sizes, (method, path, query, headers, body), answered, diagnosis, known = from_bytes(content)
    status, sent, said = answered
    facts: dict[str, Any] = {
        **as_known(known),
        "page": (),
        "sizes": (sizes[0], None if said is None else sizes[1]),
        "request": Request(method, path, query, headers, _bytes(body)),
        "response": Response(status, sent, () if said is None else _bytes(said)),
        "diagnosis": diagnosis,
    }
    if diagnosis is TO_BE_EXPLAINED:
        spec = specs.get(facts["api"])
        operation = spec.operations.get(facts["operation"]) if spec else None
        if spec is None or operation is None:  # there was one when it was written
            facts["diagnosis"] = None
        else:
            facts["diagnosis"] = partial(diagnose, spec, operation, accounts, facts["at"])
    return cast("Facts", facts)


def _text(body: object) -> str | list[str] | None:
    """The start of a body as text, as Base64 where it is none; None: a file."""
    if not isinstance(body, bytes):
        return None
    start = body[:SHOWN]
    try:
        return start.decode()
    except UnicodeDecodeError:
        return [b64encode(start).decode()]


def _bytes(said: str | list[str]) -> bytes:
    return said.encode() if isinstance(said, str) else b64decode(said[0])
