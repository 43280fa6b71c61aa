"""What time is it? The one time of everything: lifecycles, rate windows, links, signatures, the Date header."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Protocol

FASTEST = 1_000_000.0  # mock seconds per real second
MICROSECONDS = 6  # digits of a moment, as many as Python's `datetime` has
LATEST = datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp()  # a later moment has no ISO 8601 form


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC; fractions allowed."""
        ...

    def present(self) -> float:
        """The time by which clients may sign besides, in the same unit; that of `now` where there is no other."""
        ...


class SystemClock:
    """The time of the machine."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        return time.time()

    def present(self) -> float:
        """The time of the machine, too: there is no other by which clients could sign."""
        return self.now()


@dataclass(frozen=True, slots=True)
class Course:
    """How time runs: at the real time `since` it was `at`, and it runs `scale` times as fast; both in epoch seconds."""

    since: float
    at: float
    scale: float
    frozen: bool
    strict: bool = False  # whether it was set, so that clients have to follow

    def read(self, real: float) -> float:
        if self.frozen:
            return self.at
        passed = real - self.since
        read = self.at + passed * self.scale if passed > 0 else self.at
        if read > LATEST:
            return LATEST
        return read


class MovableClock:
    """Real time until it is frozen, set, advanced or scaled. Safe to share between threads; reading takes no lock.

    `real` tells the real time, in epoch seconds. Should it step back, this one never falls behind its last move.
    """

    def __init__(self, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._turn: AbstractContextManager[object] = Lock()  # to change it
        self._course: Course | None = None  # None: real time

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        course = self._course
        if course is None:
            return self._real()
        return course.at if course.frozen else course.read(self._real())

    def present(self) -> float:
        """The real time, by which clients sign who know of no other; once the clock was set, its own time.

        So a client whose machine has the right time goes on working while a test lets time pass for its tasks.
        """
        course = self._course
        return self.now() if course is not None and course.strict else self._real()

    def real(self) -> float:
        """The time of the machine, in the same unit, wherever this clock was moved."""
        return self._real()

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still."""
        course = self._course
        return course is not None and course.frozen

    @property
    def course(self) -> Course | None:
        """How it runs; None by real time. Other clocks that follow the same course tell the same time."""
        return self._course

    def follow(self, course: Course | None) -> None:
        """Run as another clock of the same machine, or of one whose time is as right."""
        with self._turn:
            self._course = course

    def held(self) -> Course | None:
        """How it runs from the present moment on, to be gone on with whenever that is; None by real time."""
        course, real = self._course, self._real()
        return course and replace(course, since=real, at=course.read(real))

    def resume(self, held: Course | None) -> None:
        """Go on from the moment at which a clock was held; by real time where that ran by it."""
        with self._turn:
            self._course = held and replace(held, since=self._real())

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def branch(self) -> MovableClock:
        """Another one that tells the same time, and goes on by itself."""
        made = MovableClock(self._real)
        made._course = self._course
        return made

    def freeze(self) -> None:
        """Stand still at the present moment."""
        self._move(lambda course: replace(course, frozen=True))

    def set(self, epoch: float) -> None:
        """Go to a moment, earlier or later; a frozen clock stays frozen. Raises ValueError outside 1970 to 9999.

        From then on signatures are judged by this time alone, until the clock is reset.
        """
        if not 0 <= epoch <= LATEST:
            raise ValueError(f"the moment has to lie between 0 and {LATEST:.0f} epoch seconds")
        self._move(lambda course: replace(course, at=epoch, strict=True))

    def advance(self, seconds: float) -> None:
        """Go forward. Raises ValueError for a step back, or one beyond the year 9999."""
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError("a step is 0 seconds or more; to go back, set the clock")
        self._move(lambda course: replace(course, at=_within(course.at + seconds)))

    def scale(self, factor: float) -> None:
        """Run `factor` times as fast as real time from now on. Raises ValueError unless 0 < factor <= FASTEST."""
        if not 0 < factor <= FASTEST:
            raise ValueError(f"the factor has to be above 0 and at most {FASTEST:.0f}; to stop the clock, freeze it")
        self._move(lambda course: replace(course, scale=factor, frozen=False))

    def reset(self) -> None:
        """Back to real time."""
        with self._turn:
            self._course = None

    def state(self) -> dict[str, str | float | bool]:
        """As JSON: `now` (ISO 8601, UTC), `epoch` (seconds), `frozen`, `scale` (mock seconds per real second)."""
        course = self._course
        epoch = self.now() if course is None else course.read(self._real())
        frozen, scale = (False, 1.0) if course is None else (course.frozen, course.scale)
        return {"now": iso(epoch), "epoch": epoch, "frozen": frozen, "scale": scale}

    def _move(self, change: Callable[[Course], Course]) -> None:
        """Swap in another course that starts from the present moment; readers see the old one or the new one, whole."""
        with self._turn:
            real = self._real()
            old = self._course or Course(real, real, scale=1.0, frozen=False)
            moved = change(Course(real, old.read(real), old.scale, old.frozen, old.strict))
            at = round(moved.at, MICROSECONDS)  # else a client's clock rounds it otherwise
            self._course = moved if moved.at == at else replace(moved, at=at)


class Clocks:
    """The clock of the server, and those of accounts that have one of their own. Reading takes no lock.

    The time of an account is the server's until its own clock is moved for the first time; from then on it runs apart.
    """

    def __init__(self, server: MovableClock) -> None:
        self.server = server
        self._turn: AbstractContextManager[object] = Lock()  # to change any
        self._own: Mapping[str, MovableClock] = {}  # by number of the account

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn
        self.server.share(turn)

    def of(self, account: str) -> MovableClock:
        """The clock by which an account lives."""
        return self._own.get(account, self.server) if self._own else self.server

    def own(self, account: str) -> MovableClock | None:
        """The clock that an account alone lives by; None where it lives by the server's."""
        return self._own.get(account) if self._own else None

    def move(self, account: str, change: Callable[[MovableClock], None]) -> None:
        """Move the own clock of an account, which is made where it has none. What `change` raises changes nothing."""
        with self._turn:
            clock = self._own.get(account) or self.server.branch()
            change(clock)
            self._own = {**self._own, account: clock}

    def release(self, account: str) -> None:
        """Let an account live by the server's clock again."""
        with self._turn:
            self._own = {number: clock for number, clock in self._own.items() if number != account}

    def release_all(self) -> None:
        """Let every account live by the server's clock again."""
        with self._turn:
            self._own = {}

    def owners(self) -> list[str]:
        """The accounts that have a clock of their own."""
        return sorted(self._own)

    def held(self) -> dict[str, Course | None]:
        """How each clock runs from the present moment on, by account; the server's has the empty name."""
        return {"": self.server.held()} | {account: clock.held() for account, clock in self._own.items()}

    def courses(self) -> dict[str, Course | None]:
        """How each clock runs, by account; the server's has the empty name."""
        return {"": self.server.course} | {account: clock.course for account, clock in self._own.items()}

    def resume(self, held: Mapping[str, Course | None]) -> None:
        """Let these clocks, and no others, go on from the moments at which they were held."""
        self._run(held, MovableClock.resume)

    def follow(self, courses: Mapping[str, Course | None]) -> None:
        """Let these clocks, and no others, run as those do whose courses these are."""
        self._run(courses, MovableClock.follow)

    def _run(self, courses: Mapping[str, Course | None], go: Callable[[MovableClock, Course | None], None]) -> None:
        with self._turn:
            own = {account: self.server.branch() for account in courses if account}
            for account, clock in own.items():
                go(clock, courses[account])
            self._own = own
            go(self.server, courses.get(""))

    def state(self, account: str = "") -> dict[str, Any]:
        """The time of an account, or the server's, as JSON: that of `MovableClock.state`, and whose it is."""
        owners = self.owners()
        return {**self.of(account).state(), "account": account, "own": account in owners, "accounts": owners}


def iso(epoch: float) -> str:
    """A moment as ISO 8601 with milliseconds, in UTC: `2024-07-01T11:32:49.000Z`."""
    moment = datetime.fromtimestamp(epoch, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _within(epoch: float) -> float:
    if epoch > LATEST:
        raise ValueError("the clock cannot go beyond the year 9999")
    return epoch
