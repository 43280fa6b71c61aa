"""One request and its answer, as assertions are made about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from mockserver.client.explanation import explain


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    number: int  # 1, 2, 3 …
    at: str  # by the mock's clock, ISO 8601
    present: str  # by the machine's, ISO 8601
    api: str
    operation: str  # empty: it addressed none
    account: str  # number; empty: nobody was recognized
    method: str
    path: str
    query: Mapping[str, str]  # as sent
    members: Mapping[str, Any]  # of the body, as sent
    headers: Mapping[str, str]  # secrets taken out
    status: int
    code: str  # the provider's error code; empty: it was not refused
    answer: Any  # its JSON, its text, or None for a file
    refusal: str  # why the mock refused; empty: it did not
    meant: str  # what it would have taken to reach an operation; empty: it reached one, or is like none
    unread: tuple[str, ...]  # what of it nobody read: `query offste`
    remarks: tuple[str, ...]  # in sentences: all that is wrong with it

    @property
    def arguments(self) -> dict[str, Any]:
        """What query and body hold."""
        return {**self.query, **self.members}

    @property
    def is_accepted(self) -> bool:
        """Whether the answer is no refusal."""
        return not self.refusal and self.status < HTTPStatus.BAD_REQUEST

    def seconds_since(self, earlier: Exchange) -> float:
        """By the clock that went further, as time may be let pass or be real."""
        return max(_seconds(earlier.at, self.at), _seconds(earlier.present, self.present))


def exchange_of(found: Mapping[str, Any]) -> Exchange:
    """The exchange that the control plane shows."""
    request, response = found["request"], found["response"]
    body = _json(request["body"])
    return Exchange(
        number=found["number"],
        at=found["at"],
        present=found["present"],
        api=found["api"],
        operation=found["operation"],
        account=found["account"],
        method=request["method"],
        path=request["path"],
        query=dict(parse_qsl(request["query"], keep_blank_values=True)),
        members=body if isinstance(body, dict) else {},
        headers=request["headers"],
        status=response["status"],
        code=found["code"],
        answer=_json(response["body"]) if response["body"] else response["body"],
        refusal=": ".join(filter(None, (found["reason"], found["message"]))),
        meant=next((each["sentence"] for each in found["near_misses"]), ""),
        unread=tuple(f"{each['part']} {each['name']}".rstrip() for each in found["unread"]),
        remarks=tuple(explain(found)),
    )


def _seconds(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or so deep that nobody looks into it
        return text
