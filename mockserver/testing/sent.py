"""What did my client send?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    number: int  # 1, 2, 3 …
    at: str  # by the mock's clock, ISO 8601
    api: str
    operation: str  # empty: it addressed none
    arguments: Mapping[str, Any]  # of query and body, as sent
    headers: Mapping[str, str]  # secrets taken out
    status: int
    answer: Any  # its JSON, its text, or None for a file
    refusal: str  # why the mock refused; empty: it did not

    @property
    def is_accepted(self) -> bool:
        """Whether the answer is no refusal."""
        return not self.refusal and self.status < HTTPStatus.BAD_REQUEST


class Sent:
    """The exchanges of one test, oldest first; looked up anew each time, so that it is always up to date."""

    def __init__(self, look: Callable[[], list[dict[str, Any]]]) -> None:
        self._look = look

    def __iter__(self) -> Iterator[Exchange]:
        return iter([_exchange(each) for each in self._look()])

    def __len__(self) -> int:
        return len(self._look())

    def __repr__(self) -> str:
        return "\n".join(["requests that were sent:", *self._lines()])

    @property
    def operations(self) -> list[str]:
        """What was called, in order."""
        return [each.operation for each in self]

    def of(self, operation: str) -> list[Exchange]:
        """The exchanges of one operation."""
        return [each for each in self if each.operation == operation]

    def assert_sent(self, operation: str, *, times: int | None = None, **arguments: Any) -> None:
        """That an operation was called with these arguments among others: so often, or at least once."""
        found = [each for each in self.of(operation) if arguments.items() <= dict(each.arguments).items()]
        wanted = "at least once" if times is None else f"{times} times"
        right = bool(found) if times is None else len(found) == times
        assert right, self._told(f"{_call(operation, arguments)} was sent {len(found)} times, not {wanted}")

    def assert_order(self, *operations: str) -> None:
        """That these were called one after another, whatever came between."""
        rest = iter(self.operations)
        for each in operations:
            assert each in rest, self._told(f"{' → '.join(operations)} were not called in this order, from {each} on")

    def assert_nothing_refused(self) -> None:
        """That no request was refused."""
        refused = [each for each in self if not each.is_accepted]
        said = "; ".join(f"{each.operation or 'request'} {each.number}: {each.refusal}" for each in refused)
        assert not refused, self._told(f"{len(refused)} were refused: {said}")

    def _told(self, what: str) -> str:
        return "\n".join([what, *self._lines()])

    def _lines(self) -> list[str]:
        lines = [f"  {each.number}. {_named(each)} → {each.status} {each.refusal}" for each in self]
        return [line.rstrip() for line in lines] or ["  nothing was sent"]


def _named(exchange: Exchange) -> str:
    return _call(exchange.operation or "(no operation)", exchange.arguments)


def _call(operation: str, arguments: Mapping[str, Any]) -> str:
    return f"{operation}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"


def _exchange(found: Mapping[str, Any]) -> Exchange:
    request, response = found["request"], found["response"]
    body = _json(request["body"])
    members = body if isinstance(body, dict) else {}
    return Exchange(
        number=found["number"],
        at=found["at"],
        api=found["api"],
        operation=found["operation"],
        arguments=dict(parse_qsl(request["query"], keep_blank_values=True)) | members,
        headers=request["headers"],
        status=response["status"],
        answer=_json(response["body"]) if response["body"] else response["body"],
        refusal=": ".join(filter(None, (found["reason"], found["message"]))),
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
