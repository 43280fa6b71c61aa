"""One creation on its way: in the journal before it is sent, and what its answer says of it after."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from contracts.calls.envelopes import CODE, envelopes
from contracts.safety.journal import Entry, Journal
from contracts.target import Errand, Unreachable
from openapi.binding import read
from openapi.messages import Request, Response
from openapi.model import Json
from openapi.reasons import Reason

Clock = Callable[[], datetime]


def witnessed(
    journal: Journal, errand: Errand, request: Request, attempt: Callable[[], Response], now: Clock
) -> Response:
    """The answer to a creation that the journal knows before it is sent. Raises JournalError, Unreachable."""
    entry = journal.intend(errand, request, now())
    try:
        response = attempt()
    except Unreachable as error:
        if error.may_have_arrived:
            entry.unknown(str(error), now())
        else:
            entry.refused(now())
        raise
    take_down(entry, errand, response, now())
    return response


def take_down(entry: Entry, errand: Errand, response: Response, now: datetime) -> None:
    """Say what an answer means: a task, whatever else it says, where it names one; none where it surely refuses."""
    body = _json(response)
    values = read(errand.operation.success.schema or {}, body)
    task = values.get("task.id")
    if task not in (None, ""):
        entry.made(str(task), now)
    elif _refuses(errand, response, body):
        entry.refused(now)
    else:
        entry.unknown(f"answered with status {response.status}, and no id of a task", now)


def _refuses(errand: Errand, response: Response, body: Json) -> bool:
    """Whether nothing was created: a failure of the server itself, or of one on the way to it, does not say that."""
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    said, is_refusal = envelopes(errand.spec).open(body)
    code = str(said.get(CODE, ""))
    failures = (each for each in errand.spec.error_codes if each.code == code and Reason.INTERNAL_ERROR in each.when)
    if is_refusal:
        return next(failures, None) is None
    return HTTPStatus.BAD_REQUEST <= response.status != HTTPStatus.REQUEST_TIMEOUT


def _json(response: Response) -> Json:
    raw = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    try:
        body: Json = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body
