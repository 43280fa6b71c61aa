"""Does whoever waits for a file of SQLite hear when it is free?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from mockserver.stores.bell import BESIDE, Bell
from tests.mockserver.stores.races import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system has no such locks")
ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from pathlib import Path
from mockserver.stores.bell import Bell
print(Bell(Path(sys.argv[1])).hold(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "mock.db"
    path.touch(0o600)
    return path


@contextmanager
def bell(store: Path, sleep: Callable[[float], object] = lambda _: None) -> Iterator[Bell]:
    """That of another process, as far as the system can tell."""
    made = Bell(store, sleep)
    yield made
    made.close()


def test_one_at_a_time_holds_it(store: Path) -> None:
    with bell(store) as one, bell(store) as other:
        assert [one.hold(), other.hold()] == [True, False]
        one.release()
        assert [other.hold(), one.hold()] == [True, False]


def test_who_waits_is_told_when_it_is_released_and_not_before(store: Path) -> None:
    told, order = SimpleQueue[str](), list[str]()
    with bell(store) as one, bell(store) as other:
        assert one.hold()
        other.when_free(lambda: told.put(order[-1]))
        other.when_free(lambda: told.put("again"))
        order.append("released")
        one.release()
        assert told.get(timeout=PATIENCE) == "released"


def test_all_who_wait_are_told(store: Path) -> None:
    told = SimpleQueue[int]()
    with bell(store) as one, bell(store) as second, bell(store) as third:
        assert one.hold()
        second.when_free(lambda: told.put(2))
        third.when_free(lambda: told.put(3))
        one.release()
        assert {told.get(timeout=PATIENCE) for _ in range(2)} == {2, 3}


def test_where_nobody_holds_it_who_asks_is_told_after_a_moment(store: Path) -> None:
    slept, told = list[float](), Event()
    with bell(store) as one, bell(store, slept.append) as other:
        assert one.hold()
        one.release()
        other.when_free(told.set)
        assert told.wait(PATIENCE)
    assert len(slept) == 1


def test_so_is_who_asks_where_it_cannot_be_told(store: Path) -> None:
    slept, told = list[float](), Event()
    with bell(store / "nowhere", slept.append) as one:
        assert one.hold()
        one.when_free(told.set)
        assert told.wait(PATIENCE)
        one.release()
    assert len(slept) == 1


def test_what_a_process_held_that_was_killed_is_free(store: Path) -> None:
    told = Event()
    command = [sys.executable, "-c", HOLDER, str(store)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        with bell(store) as one:
            assert not one.hold()
            one.when_free(told.set)
            process.kill()
            assert told.wait(PATIENCE)
            assert one.hold()


def test_a_loop_that_has_ended_stops_nobody_else_from_being_told(store: Path) -> None:
    def ended() -> None:
        raise RuntimeError("Event loop is closed")

    told = Event()
    with bell(store) as one:
        one.when_free(ended)
        one.when_free(told.set)
        assert told.wait(PATIENCE)


def test_where_a_system_has_no_locks_everybody_may_try(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with bell(store) as one, bell(store) as other:
        assert [one.hold(), other.hold()] == [True, True]
        one.release()


def test_it_is_opened_again_after_it_was_closed(store: Path) -> None:
    with bell(store) as one, bell(store) as other:
        assert one.hold()
        one.close()
        assert other.hold()
        assert not one.hold()


def test_who_may_write_the_store_may_wait_for_it(store: Path) -> None:
    store.chmod(0o660)
    with bell(store) as one:
        assert one.hold()
        assert store.with_name(store.name + BESIDE).stat().st_mode & 0o777 == 0o660
