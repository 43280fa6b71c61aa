"""Are long files written before anybody asks for them, and nothing else; and is no thread left?"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from threading import Event, Thread

import pytest

from mockserver.files import Export, Preparation, Unready, count_rows, file_of, measure
from mockserver.files.preparation import MOST
from mockserver.files.produce import FEW
from tests.mockserver.cloud import Cloud
from tests.mockserver.files.exports import export

MANY = FEW + 1


@dataclass
class Rows:
    """Rows that were loaded; who reads them, and when that begins and may go on."""

    rows: int = MANY
    wait: Callable[[], object] = list
    readers: list[Thread] = field(default_factory=list)
    begun: Event = field(default_factory=Event)
    columns: tuple[str, ...] = ("status",)

    def lines(self, _window: tuple[int, int] | None, *, newest_first: bool) -> Iterator[bytes]:
        assert newest_first
        self.readers.append(threading.current_thread())
        self.begun.set()
        self.wait()
        return itertools.repeat(b'{"status":200}\n', self.rows)

    def count(self, _window: tuple[int, int] | None) -> int:
        return self.rows


class Endless(Rows):
    """Rows that never end, once they are read."""

    def lines(self, window: tuple[int, int] | None, *, newest_first: bool) -> Iterator[bytes]:
        return itertools.cycle(super().lines(window, newest_first=newest_first))


@pytest.fixture
def preparation() -> Iterator[Preparation]:
    made = Preparation()
    yield made
    made.end()


def of(rows: Rows, name: str, word: str = "json", query: str = "") -> Export:
    """An export of these rows, which is like no other."""
    return replace(export(f"prepared {name}", Format=word, Query=query), stored=rows)


@pytest.mark.parametrize("word", ["json", "csv", "xls"])
def test_a_long_file_is_written_by_another_thread_and_whoever_looks_meanwhile_waits(
    preparation: Preparation, word: str
) -> None:
    go_on = Event()
    rows = Rows(wait=lambda: go_on.wait(60))
    wanted = of(rows, word, word)
    preparation.add(wanted)
    assert rows.begun.wait(60)
    with pytest.raises(Unready):
        measure(wanted, patient=False)
    go_on.set()
    assert measure(wanted).rows == MANY
    assert [reader is threading.current_thread() for reader in rows.readers] == [False]


def test_what_is_written_ahead_is_what_is_written_at_the_look(preparation: Preparation) -> None:
    ahead = of(Rows(), "ahead", "csv")
    preparation.add(ahead)
    preparation.add(ahead)
    found = b"".join(file_of(ahead).read(0, measure(ahead).size))
    looked = of(Rows(), "looked at", "csv")
    assert found == b"".join(file_of(looked).read(0, measure(looked).size))


def test_a_short_file_is_written_when_it_is_asked_for(preparation: Preparation) -> None:
    rows = Rows(FEW)
    preparation.add(of(rows, "short"))
    assert rows.readers == []
    assert measure(of(rows, "short"), patient=False).rows == FEW


def test_files_are_written_one_after_the_other(preparation: Preparation) -> None:
    go_on = Event()
    first, second = Rows(wait=lambda: go_on.wait(60)), Rows()
    preparation.add(of(first, "first"))
    preparation.add(of(second, "second"))
    assert first.begun.wait(60)
    assert not second.begun.is_set()
    go_on.set()
    assert second.begun.wait(60)
    assert first.readers == second.readers


def test_one_that_cannot_be_written_does_not_keep_the_next_from_it(
    preparation: Preparation, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("no space left")

    first, second = Rows(wait=fail), Rows()
    preparation.add(of(first, "unlucky"))
    preparation.add(of(second, "lucky"))
    assert second.begun.wait(60)
    assert "could not be written ahead" in caplog.text


def test_at_the_end_what_is_written_is_broken_off_and_no_thread_is_left(preparation: Preparation) -> None:
    rows, next_one = Endless(), Rows()
    preparation.add(of(rows, "broken off"))
    preparation.add(of(next_one, "never begun"))
    assert rows.begun.wait(60)
    preparation.end()
    assert not rows.readers[0].is_alive()
    assert next_one.readers == []
    again = Rows()
    assert measure(of(again, "broken off")).rows == MANY
    assert again.readers == [threading.current_thread()]


def test_after_its_end_it_can_begin_anew(preparation: Preparation) -> None:
    preparation.end()
    rows = Rows()
    preparation.add(of(rows, "after the end"))
    assert rows.begun.wait(60)


def test_only_so_many_files_wait(preparation: Preparation) -> None:
    go_on = Event()
    first, rows = Rows(wait=lambda: go_on.wait(60)), [Rows() for _ in range(MOST + 1)]
    preparation.add(of(first, "the first of many"))
    assert first.begun.wait(60)
    for number, each in enumerate(rows):
        preparation.add(of(each, f"one of many, {number}"))
    go_on.set()
    assert rows[MOST - 1].begun.wait(60)
    preparation.end()
    assert rows[MOST].readers == []


def test_rows_are_counted_without_writing_them_unless_there_is_a_query() -> None:
    rows = Rows()
    assert count_rows(of(rows, "counted"), patient=False) == MANY
    with pytest.raises(Unready):
        count_rows(of(rows, "queried", query="status:200"), patient=False)
    assert count_rows(of(rows, "queried", query="status:200")) == MANY
    assert count_rows(of(rows, "queried", query="status:200"), patient=False) == MANY


def test_how_long_a_file_is_is_remembered_longer_than_the_file() -> None:
    rows = Rows()
    size = measure(of(rows, "forgotten")).size
    for number in range(1100):
        measure(of(Rows(1), f"another, {number}"))
    assert measure(of(rows, "forgotten"), patient=False).size == size
    with pytest.raises(Unready):
        file_of(of(rows, "forgotten"), patient=False)
    assert len(rows.readers) == 1


@pytest.mark.parametrize("how", ["its end", "a reset"])
def test_a_mock_breaks_off_what_it_writes_ahead(cloud: Cloud, how: str) -> None:
    rows = Endless()
    cloud.engine.preparation.add(of(rows, f"broken off by {how}"))
    assert rows.begun.wait(60)
    if how == "its end":
        cloud.app.extensions["mock"].end()
    else:
        cloud.engine.reset()
    assert not rows.readers[0].is_alive()
