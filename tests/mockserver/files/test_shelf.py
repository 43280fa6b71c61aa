"""Is a file made once, kept while there is room, and read from any place by anybody?"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from threading import Barrier, Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.files import measure, stream
from mockserver.files import shelf as bounds
from mockserver.files.shelf import Shelf
from mockserver.files.spool import Spool
from tests.mockserver.files.exports import content, export

PATIENCE = 60  # seconds after which a test gives up


def test_whoever_asks_while_a_file_is_made_waits_for_it() -> None:
    made: list[str] = []
    started, go = Event(), Event()
    shelf: Shelf[str, str] = Shelf(len)

    def make(key: str) -> str:
        made.append(key)
        started.set()
        go.wait(PATIENCE)
        return key * 3

    together = Barrier(4)

    def ask() -> str:
        together.wait(PATIENCE)
        return shelf.get("a", make)

    with ThreadPoolExecutor() as pool:
        answers = [pool.submit(ask) for _ in range(4)]
        assert started.wait(PATIENCE)
        go.set()
        assert [each.result() for each in answers] == ["aaa"] * 4
    assert made == ["a"]


def test_a_file_is_awaited_by_whoever_asks_while_another_makes_it() -> None:
    shelf, never = Shelf[str, str](len), Event()

    with ThreadPoolExecutor() as pool:

        def make(key: str) -> str:
            assert not shelf.is_awaited(key)
            pool.submit(shelf.get, key, make)
            assert any(shelf.is_awaited(key) or never.wait(0.001) for _ in range(60_000))
            return key

        assert shelf.get("a", make) == "a"
    assert not shelf.is_awaited("a")


def test_another_file_is_not_waited_for() -> None:
    shelf: Shelf[str, str] = Shelf(len)

    def make(key: str) -> str:
        return key if key == "inner" else shelf.get("inner", make) + key

    assert shelf.get("outer", make) == "innerouter"


def test_a_file_that_could_not_be_made_is_tried_again() -> None:
    shelf: Shelf[str, str] = Shelf(len)

    def fail(_: str) -> str:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        shelf.get("a", fail)
    assert shelf.get("a", str.upper) == "A"


def test_what_was_not_used_for_longest_makes_room() -> None:
    made: list[int] = []
    shelf: Shelf[int, int] = Shelf(lambda _: bounds.ROOM // 3)

    def make(key: int) -> int:
        made.append(key)
        return key

    for key in (1, 2, 3, 1, 4, 1, 3, 2):
        assert shelf.get(key, make) == key
    assert made == [1, 2, 3, 4, 2]


def test_no_more_files_are_kept_than_there_are_places() -> None:
    shelf: Shelf[int, int] = Shelf(lambda _: 0)
    for key in range(bounds.PLACES + 1):
        shelf.get(key, int)
    assert shelf.get(1, lambda _: -1) == 1
    assert shelf.get(0, lambda _: -1) == -1


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_part_of_a_file_is_that_part_of_the_whole(start: int, length: int) -> None:
    whole = content(export(Format="csv"))
    assert b"".join(stream(export(Format="csv"), start, start + length)) == whole[start : start + length]
    assert measure(export(Format="csv")).size == len(whole)


@pytest.mark.parametrize("short", [0, 5, 1000])
def test_what_is_spooled_is_read_back_from_memory_and_from_disk(short: int) -> None:
    spool = Spool(short)
    for piece in (b"abc", b"", b"defg", b"h"):
        spool.write(piece)
    assert (spool.size, spool.read(0, 8), spool.read(2, 5), spool.read(8, 9)) == (8, b"abcdefgh", b"cde", b"")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_what_is_spooled_is_read_by_processes_that_were_forked_at_once() -> None:
    spool = Spool(0)
    parts = [bytes([each]) * 10_000 for each in range(200)]
    for part in parts:
        spool.write(part)

    def check() -> None:
        for each in [*range(200)] * 20:
            if spool.read(each * 10_000, (each + 1) * 10_000) != parts[each]:
                os._exit(1)

    processes = [get_context("fork").Process(target=check) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]


def test_a_file_that_has_to_go_while_it_is_made_takes_no_room() -> None:
    made: list[str] = []
    shelf: Shelf[str, str] = Shelf(lambda text: bounds.ROOM if text == "large" else 1)

    def make(key: str) -> str:
        made.append(key)
        if key == "large":
            for number in range(bounds.PLACES):
                shelf.get(str(number), make)
        return key

    for key in ("large", "a", "b", "a"):
        shelf.get(key, make)
    assert made[-2:] == ["a", "b"]
