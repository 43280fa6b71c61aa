"""What an answer means for the safety of a run: refused, and for what; made, and which task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from contracts.calls.envelopes import Envelopes, envelopes
from contracts.target import Errand
from openapi import markup
from openapi.binding import read
from openapi.messages import Response
from openapi.model import Json, Spec
from openapi.reasons import Reason

CREDENTIALS = frozenset(
    {
        Reason.UNAUTHENTICATED,
        Reason.UNSIGNED,
        Reason.MALFORMED_SIGNATURE,
        Reason.MISSING_AUTHENTICATION_PARAMETER,
        Reason.UNKNOWN_KEY,
        Reason.WRONG_SIGNATURE,
        Reason.STALE_SIGNATURE,
        Reason.BAD_TOKEN,
        Reason.EXPIRED_TOKEN,
        Reason.LOCKED_KEY,
        Reason.FOREIGN_PROJECT,
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request was answered."""

    is_refused: bool  # whatever was asked for was surely not done
    code: str = ""  # of the refusal; empty: it has none
    message: str = ""
    reasons: frozenset[str] = frozenset()  # for which the code is documented
    is_about_credentials: bool = False  # whether those are what was refused
    tasks: tuple[str, ...] = ()  # ids that the answer names


@dataclass
class Outcomes:
    """Reads answers through the specs; what can be derived from one is derived once."""

    _envelopes: dict[int, tuple[Spec, Envelopes]] = field(default_factory=dict[int, tuple[Spec, Envelopes]])

    def read(self, errand: Errand, response: Response) -> Outcome:
        """The outcome of a request that was sent for an errand."""
        body = _body(response)
        said, is_refusal = self._of(errand.spec).open(body)
        if response.status < HTTPStatus.MULTIPLE_CHOICES and not is_refusal:
            return Outcome(is_refused=False, tasks=tuple(_tasks(errand, body)))
        code = str(said.get("error.code", ""))
        known = [each for each in errand.spec.error_codes if each.code == code and each.belongs_to(errand.operation.id)]
        reasons = frozenset(reason for each in known for reason in each.when)
        return Outcome(
            is_refused=response.status < HTTPStatus.INTERNAL_SERVER_ERROR,
            code=code,
            message=str(said.get("error.message", "")),
            reasons=reasons,
            is_about_credentials=reasons <= CREDENTIALS if reasons else response.status == HTTPStatus.UNAUTHORIZED,
        )

    def _of(self, spec: Spec) -> Envelopes:
        if id(spec) not in self._envelopes:
            self._envelopes[id(spec)] = spec, envelopes(spec)
        return self._envelopes[id(spec)][1]


def _body(response: Response) -> Json:
    raw = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    if markup.is_markup(response.headers.get("content-type", "")):
        return markup.read(raw)
    try:
        found: Json = json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return None
    return found


def _tasks(errand: Errand, body: Json) -> Iterator[str]:
    """The ids of the task, or of the list of tasks, that an answer tells of."""
    schema = errand.operation.success.schema
    values = read(schema, body) if schema is not None and body is not None else {}
    if values.get("task.id") not in (None, ""):
        yield str(values["task.id"])
    listed = values.get("tasks")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("task.id") not in (None, ""):
            yield str(each["task.id"])
