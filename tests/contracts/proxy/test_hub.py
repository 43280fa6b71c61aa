"""Traffic never waits for the judge; what comes too fast is counted and not judged."""

from __future__ import annotations

from threading import Event

import anyio
import pytest

from contracts.proxy import hub as bounds
from contracts.proxy.hub import Hub
from contracts.proxy.passed import Passed
from tests.contracts.proxy.between import NOW, PATIENCE


def passed(number: int = 0, size: int = 0) -> Passed:
    found = Passed("GET", b"/%d" % number, (), float(number), NOW)
    found.response_body.add(b"x" * size)
    return found


def test_everything_is_judged_in_the_order_in_which_it_passed() -> None:
    judged: list[str] = []

    async def run() -> None:
        hub = Hub()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hub.judge_all, lambda each: judged.append(each.path))
            for number in range(20):
                hub.begins()
                hub.has_passed(passed(number))
            await hub.quiet()
            hub.close()

    anyio.run(run)
    assert judged == [f"/{number}" for number in range(20)]


@pytest.mark.parametrize(("size", "room"), [(0, bounds.MOST_WAITING), (1 << 20, bounds.MOST_BYTES >> 20)])
def test_what_there_is_no_room_for_is_counted(size: int, room: int) -> None:
    judged: list[Passed] = []

    async def run() -> None:
        hub = Hub()
        for number in range(room + 3):
            hub.begins()
            hub.has_passed(passed(number, size))
        assert (hub.passed, hub.unjudged) == (room + 3, 3)
        hub.close()
        await hub.judge_all(judged.append)

    anyio.run(run)
    assert len(judged) == room


def test_a_slow_judge_holds_up_nothing() -> None:
    go_on = Event()

    def judge(_: Passed) -> None:
        go_on.wait(2 * PATIENCE)

    async def run() -> None:
        hub = Hub()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hub.judge_all, judge)
            for number in range(3):
                hub.begins()
                hub.has_passed(passed(number))
            with anyio.fail_after(PATIENCE):
                await hub.quiet()
            go_on.set()
            hub.close()

    anyio.run(run)
