"""An exchange as bytes that any mock with the same specs and accounts can read."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mockserver.accounts import Accounts
from mockserver.diagnosis import diagnose
from mockserver.exchange import SHOWN, Diagnosis, Entry, Facts, seen_in
from mockserver.state.encoding import from_bytes, to_bytes
from openapi.messages import Request, Response
from openapi.model import Spec

TO_BE_EXPLAINED = True  # in the place of a diagnosis that is worked out where it is read
_APART = ("request", "response", "diagnosis")  # what is not written as it is


def written(facts: Facts, sizes: tuple[int, int]) -> bytes:
    """An exchange, and the sizes of its bodies before they were cut, as JSON."""
    request, response = facts["request"], facts["response"]
    known: dict[str, Any] = {**facts, "seen": seen_in(facts)}
    for name in _APART:
        known.pop(name, None)
    asked = request.method, request.path, request.query, dict(request.headers), _text(request.body)
    answered = response.status, dict(response.headers), _text(response.body)
    return to_bytes([sizes, asked, answered, _explained(facts.get("diagnosis"), sizes), known])


def read(content: bytes, specs: Mapping[str, Spec], accounts: Accounts) -> Entry:
    """The exchange that `written` wrote; it has no number and no weight yet."""
    sizes, (method, path, query, headers, body), answered, diagnosis, known = from_bytes(content)
    request = Request(method, path, query, headers, _bytes(body))
    status, sent, said = answered
    facts: Any = {
        **known,
        **{name: tuple(known[name]) for name in ("causes", "fault") if name in known},
        "seen": tuple((task, phase) for task, phase in known.get("seen", ())),
        "request": request,
        "response": Response(status, sent, () if said is None else _bytes(said)),
        "diagnosis": diagnosis,
    }
    if diagnosis is TO_BE_EXPLAINED:
        spec = specs[facts["api"]]
        operation = spec.operations[facts["operation"]]
        facts["diagnosis"] = partial(diagnose, request, spec, operation, accounts, facts["at"])
    return Entry(0, facts, (sizes[0], sizes[1]), 0)


def _explained(
    diagnosis: Diagnosis | Callable[[], Diagnosis] | None, sizes: tuple[int, int]
) -> Diagnosis | bool | None:
    """What is written of a diagnosis: all of it where it cannot be worked out later, of a body that was cut."""
    if not callable(diagnosis):
        return diagnosis
    return diagnosis() if sizes[0] > SHOWN else TO_BE_EXPLAINED


def _text(body: object) -> str | list[str] | None:
    """A body as text, as Base64 where it is none; None: a file."""
    if not isinstance(body, bytes):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return [b64encode(body).decode()]


def _bytes(said: str | list[str]) -> bytes:
    return said.encode() if isinstance(said, str) else b64decode(said[0])
