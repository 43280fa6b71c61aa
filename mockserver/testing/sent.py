"""What did my client send, and how did it behave? Assertions that say, when they fail, all that was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from mockserver.client.explanation import explain
from mockserver.client.report import GOOD, NOT_SEEN

if TYPE_CHECKING:
    from mockserver.client.report import ClientReport

GRACE = 0.05  # seconds by which two clocks may differ


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    number: int  # 1, 2, 3 …
    at: str  # by the mock's clock, ISO 8601
    present: str  # by the machine's, ISO 8601
    api: str
    operation: str  # empty: it addressed none
    arguments: Mapping[str, Any]  # of query and body, as sent
    headers: Mapping[str, str]  # secrets taken out
    status: int
    code: str  # the provider's error code; empty: it was not refused
    answer: Any  # its JSON, its text, or None for a file
    refusal: str  # why the mock refused; empty: it did not
    meant: str  # what it would have taken to reach an operation; empty: it reached one, or is like none
    unread: tuple[str, ...]  # what of it nobody read: `query offste`
    remarks: tuple[str, ...]  # in sentences: all that is wrong with it

    @property
    def is_accepted(self) -> bool:
        """Whether the answer is no refusal."""
        return not self.refusal and self.status < HTTPStatus.BAD_REQUEST

    def seconds_since(self, earlier: Exchange) -> float:
        """By the clock that went further, as time may be let pass or be real."""
        return max(_seconds(earlier.at, self.at), _seconds(earlier.present, self.present))


class Sent:
    """The exchanges of one test, oldest first; looked up anew each time, so that it is always up to date.

    Of the assertions about habits, one for which there was no occasion fails, and says so.
    """

    def __init__(
        self,
        look: Callable[[], list[dict[str, Any]]],
        report: Callable[[], ClientReport],
        known: Callable[[], Collection[str]],
    ) -> None:
        self._look = look
        self._report = report
        self._known = known  # the operations that could have been called

    def __iter__(self) -> Iterator[Exchange]:
        return iter([_exchange(each) for each in self._look()])

    def __len__(self) -> int:
        return len(self._look())

    def __repr__(self) -> str:
        return _told("requests that were sent:", self)

    @property
    def operations(self) -> list[str]:
        """What was called, in order."""
        return [each.operation for each in self]

    def of(self, operation: str) -> list[Exchange]:
        """The exchanges of one operation. Raises ValueError where none is called so: nothing could ever be found."""
        self._require(operation)
        return [each for each in self if each.operation == operation]

    def assert_sent(self, operation: str, *, times: int | None = None, **arguments: Any) -> None:
        """That an operation was called with these arguments among others: so often, or at least once."""
        found = [each for each in self.of(operation) if arguments.items() <= dict(each.arguments).items()]
        wanted = "at least once" if times is None else _times(times)
        right = bool(found) if times is None else len(found) == times
        assert right, self._say(f"{_call(operation, arguments)} was sent {_times(len(found))}, not {wanted}")

    def assert_not_sent(self, operation: str, **arguments: Any) -> None:
        """That an operation was never called with these arguments among others."""
        self.assert_sent(operation, times=0, **arguments)

    def assert_order(self, *operations: str) -> None:
        """That these were called one after another, whatever came between."""
        rest = iter(self.operations)
        for each in operations:
            self._require(each)
            assert each in rest, self._say(f"{' → '.join(operations)} were not called in this order, from {each} on")

    def assert_nothing_refused(self) -> None:
        """That no request was refused."""
        refused = [each for each in self if not each.is_accepted]
        said = "; ".join(f"{each.operation or 'request'} {each.number}: {each.refusal}" for each in refused)
        assert not refused, self._say(f"{len(refused)} were refused: {said}")

    def assert_nothing_missed(self) -> None:
        """That each request reached an operation."""
        missed = [each for each in self if not each.operation or each.meant]
        assert not missed, self._say(f"{_requests(missed)} reached no operation")

    def assert_nothing_unread(self) -> None:
        """That nothing was sent in vain: no parameter, member or header of the provider's own that nobody reads."""
        vain = [each for each in self if each.unread]
        said = ", ".join(dict.fromkeys(name for each in vain for name in each.unread))
        assert not vain, self._say(f"{_requests(vain)} carried what nobody reads: {said}")

    def assert_polled_slower_than(self, seconds: float, operation: str) -> None:
        """That an operation was called at least twice, and each time at least so long after the last."""
        found = self.of(operation)
        assert len(found) > 1, self._say(
            f"{operation} was called {_times(len(found))}: nothing shows how often it asks"
        )
        waits = [(later.seconds_since(earlier), earlier, later) for earlier, later in pairwise(found)]
        wait, earlier, later = min(waits, key=lambda each: each[0])
        said = f"{operation} was called again after {wait:.3g} s, not {seconds:g}"
        assert wait >= seconds - GRACE, self._say(said, (earlier.number, later.number))

    def assert_signed_right(self) -> None:
        """That every signature matches."""
        self._assert_habit("signs-right")

    def assert_signed_anew(self) -> None:
        """That no attempt went with the signature of the one before."""
        self._assert_habit("signs-anew")

    def assert_kept_limits(self) -> None:
        """That nothing was called more often than is documented."""
        self._assert_habit("keeps-limits")

    def assert_waited_as_told(self) -> None:
        """That after a Retry-After the client waited as long as it asks."""
        self._assert_habit("waits-as-told")

    def assert_tried_again(self) -> None:
        """That what was refused for a while only was tried again."""
        self._assert_habit("tries-again")

    def assert_backed_off(self) -> None:
        """That the client waited longer after each failure."""
        self._assert_habit("backs-off")

    def assert_gave_up(self) -> None:
        """That nothing was sent again that can never be accepted."""
        self._assert_habit("gives-up")

    def assert_stopped_looking(self) -> None:
        """That nobody asked for a task any more that had been told to have ended."""
        self._assert_habit("stops-looking")

    def assert_deleted_all(self) -> None:
        """That every task that was made was deleted."""
        self._assert_habit("deletes")

    def _require(self, operation: str) -> None:
        known = self._known()
        if operation not in known:
            raise ValueError(f"no operation here is called {operation!r}; there are {', '.join(sorted(known))}")

    def _assert_habit(self, name: str) -> None:
        habit = self._report().habits[name]
        assert habit.score != NOT_SEEN, self._say(
            f"nothing shows whether the client {habit.sentence}: there was no occasion"
        )
        assert habit.score == GOOD, self._say(
            f"a good client {habit.sentence}; this one does not: {habit.because}", habit.exchanges
        )

    def _say(self, what: str, numbers: Iterable[int] = ()) -> str:
        return _told(what, self, frozenset(numbers))


def _told(what: str, exchanges: Iterable[Exchange], marked: frozenset[int] = frozenset()) -> str:
    """`what`, and below it every request, those that it is about marked."""
    lines = []
    for each in exchanges:
        mark = ">" if each.number in marked else " "
        call = _call(each.operation or "(no operation)", each.arguments)
        lines.append(f"{mark} {each.number}. {call} → {each.status} {each.refusal}".rstrip())
        lines += [f"       {remark}" for remark in each.remarks if remark not in each.refusal]
    return "\n".join([what, *(lines or ["  nothing was sent"])])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _requests(found: list[Exchange]) -> str:
    return f"request{'s' if len(found) > 1 else ''} {', '.join(str(each.number) for each in found)}"


def _call(operation: str, arguments: Mapping[str, Any]) -> str:
    return f"{operation}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"


def _exchange(found: Mapping[str, Any]) -> Exchange:
    request, response = found["request"], found["response"]
    body = _json(request["body"])
    members = body if isinstance(body, dict) else {}
    return Exchange(
        number=found["number"],
        at=found["at"],
        present=found["present"],
        api=found["api"],
        operation=found["operation"],
        arguments=dict(parse_qsl(request["query"], keep_blank_values=True)) | members,
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
    except ValueError:
        return text
