"""What did my client send, and how did it behave? Assertions that say, when they fail, all that was sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from mockserver.verification.assertions import NOTHING, Verdict, came_in_order, has_habits, paused, was_sent
from mockserver.verification.exchange import Exchange, exchange_of
from mockserver.verification.listing import listed
from mockserver.verification.pattern import Pattern, often

if TYPE_CHECKING:
    from mockserver.client.report import ClientReport


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
        return iter([exchange_of(each) for each in self._look()])

    def __len__(self) -> int:
        return len(self._look())

    def __repr__(self) -> str:
        return listed("requests that were sent:", [*self])

    @property
    def operations(self) -> list[str]:
        """What was called, in order."""
        return [each.operation for each in self]

    def of(self, operation: str) -> list[Exchange]:
        """The exchanges of one operation. Raises ValueError where none is called so: nothing could ever be found."""
        self._require(operation)
        return [each for each in self if each.operation == operation]

    def assert_sent(
        self,
        operation: str,
        *,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **arguments: Any,
    ) -> None:
        """That an operation was called with these arguments among others: so often, or at least once."""
        self._require(operation)
        count = often(times, at_least, at_most)
        self._assert(was_sent([*self], Pattern(operation, arguments), count))

    def assert_not_sent(self, operation: str, **arguments: Any) -> None:
        """That an operation was never called with these arguments among others."""
        self.assert_sent(operation, times=0, **arguments)

    def assert_order(self, *operations: str) -> None:
        """That these were called one after another, whatever came between."""
        for each in operations:
            self._require(each)
        self._assert(came_in_order([*self], [*map(Pattern, operations)]))

    def assert_nothing_refused(self) -> None:
        """That no request was refused."""
        self._assert(NOTHING["refused"]([*self]))

    def assert_nothing_missed(self) -> None:
        """That each request reached an operation."""
        self._assert(NOTHING["missed"]([*self]))

    def assert_nothing_unread(self) -> None:
        """That nothing was sent in vain: no parameter, member or header of the provider's own that nobody reads."""
        self._assert(NOTHING["unread"]([*self]))

    def assert_polled_slower_than(self, seconds: float, operation: str) -> None:
        """That an operation was called at least twice, and each time at least so long after the last."""
        self._require(operation)
        self._assert(paused([*self], operation, seconds))

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
        self._assert(has_habits(self._report(), [name]))

    def _assert(self, verdict: Verdict) -> None:
        assert verdict.holds, listed(verdict.sentence, [*self], verdict.numbers)
