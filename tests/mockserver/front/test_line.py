"""Is everybody answered in turn, and the loop let go on in between?"""

from __future__ import annotations

from collections.abc import Callable

from mockserver.front.line import AT_ONCE, Line

MANY = 3 * AT_ONCE


class Loop:
    """One that turns when it is told to."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []

    def turn(self) -> None:
        """Call what was to be called soon."""
        called = [*self.soon]
        self.soon.clear()
        for each in called:
            each()


class Guest:
    """One who wants to be answered so many times."""

    is_in_line = False

    def __init__(self, name: int, line: Line, answered: list[int], times: int = 1) -> None:
        self._name, self._line, self._answered, self._times = name, line, answered, times

    def read_on(self) -> None:
        self._answered.append(self._name)
        self._times -= 1
        if self._times:
            self._line.join(self)


def test_who_comes_first_is_answered_first() -> None:
    loop, answered = Loop(), list[int]()
    line = Line(loop.soon.append)
    for name in range(MANY):
        line.join(Guest(name, line, answered))
    while loop.soon:
        loop.turn()
    assert answered == [*range(MANY)]


def test_no_more_than_so_many_are_answered_in_a_turn() -> None:
    loop, answered = Loop(), list[int]()
    line = Line(loop.soon.append)
    for name in range(MANY):
        line.join(Guest(name, line, answered))
    counts = [len(answered)]
    while loop.soon:
        loop.turn()
        counts.append(len(answered))
    assert counts == [*range(AT_ONCE, MANY + 1, AT_ONCE)]


def test_who_comes_later_is_answered_before_those_who_come_again() -> None:
    loop, answered = Loop(), list[int]()
    line = Line(loop.soon.append)
    for _ in range(AT_ONCE):
        line.join(Guest(-1, line, []))
    for name in range(AT_ONCE):
        line.join(Guest(name, line, answered, times=2))
    line.join(Guest(AT_ONCE, line, answered))
    while loop.soon:
        loop.turn()
    assert answered == [*range(AT_ONCE), AT_ONCE, *range(AT_ONCE)]


def test_who_is_in_line_is_answered_once_whatever_else_comes_of_it() -> None:
    loop, answered = Loop(), list[int]()
    line = Line(loop.soon.append)
    for _ in range(AT_ONCE):
        line.join(Guest(-1, line, []))
    guest = Guest(0, line, answered)
    line.join(guest)
    line.join(guest)
    while loop.soon:
        loop.turn()
    assert answered == [0]


def test_who_comes_alone_waits_for_one_turn_at_most() -> None:
    loop, answered = Loop(), list[int]()
    line = Line(loop.soon.append)
    for name in range(MANY):
        line.join(Guest(name, line, answered))
        loop.turn()
        assert answered == [*range(name + 1)]


def test_who_comes_when_nobody_waits_any_more_is_answered_at_once() -> None:
    loop, answered = Loop(), list[int]()
    line = Line(loop.soon.append)
    for name in range(AT_ONCE + 1):
        line.join(Guest(name, line, answered))
    loop.turn()
    line.join(Guest(MANY, line, answered))
    assert answered[-1] == MANY
