"""Is a store that another process has tried again when it is free, and in the end waited for?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import pytest

from mockserver.front import groups
from openapi.messages import Request
from tests.mockserver.front.test_connections import PATIENCE
from tests.mockserver.front.test_groups import Kept, asked
from tests.mockserver.front.test_leaving import turns


class Taken(Kept):
    """One whose store another process has."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0
        self.told: list[Callable[[], object]] = []

    def begin_at_once(self, _: Sequence[Request]) -> None:  # type: ignore[override]
        self.tries += 1

    def when_free(self, told: Callable[[], object]) -> None:
        self.told.append(told)


def test_a_store_that_another_process_has_is_tried_after_pauses_and_then_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(groups, "PAUSE", PATIENCE)
    monkeypatch.setattr(groups, "SHORT", 2 * PATIENCE)
    kept, seen = Taken(), list[tuple[int, int]]()
    with asked(kept) as (runner, made):
        made.ask("/1")
        for _ in range(3):
            runner.run(turns())
            seen.append((kept.tries, len(made.threads.begun)))
            made.loop.forward += PATIENCE
        made.threads.work()
        runner.run(turns())
        assert made.answered == ["/1"]
    assert seen == [(1, 0), (2, 0), (3, 1)]


def test_a_store_is_tried_as_soon_as_it_is_free_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "PAUSE", PATIENCE)
    monkeypatch.setattr(groups, "SHORT", 9 * PATIENCE)
    kept = Taken()
    with asked(kept) as (runner, made):
        made.ask("/1")
        runner.run(turns())
        for tries in (2, 3):
            kept.told[-1]()
            runner.run(turns())
            assert kept.tries == tries
        made.loop.forward += PATIENCE
        runner.run(turns())
        assert kept.tries == 4
        kept.told[0]()  # that it was free before
        runner.run(turns())
        assert (kept.tries, made.threads.begun) == (4, deque())
